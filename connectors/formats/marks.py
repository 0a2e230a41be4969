"""Marks: how a fault found in the bytes travels through a CSV, XML or JSON parser to the row it belongs to.

A parser takes characters and gives values; what the decoder noticed on the way would be lost. So the decoder writes
it into the text itself, with characters of the last private-use plane that no agency writes, and the table writer
reads it from the finished values (`settle`) before anybody else sees them:

    U+10FC00            the text after this mark came from another encoding, or was mended: flag repaired_value
    U+10FD00 + control  a control character that the parser refuses (XML): put back, no flag
    U+10FE00 + byte     a byte that stands for no character in any agreed encoding: the row is decode_failed

Private-use characters of old terminals are mended here too, because they also arrive as JSON and XML escapes.
Should an agency ever send one of these marks itself, its row is flagged or quarantined, never lost.
"""

from __future__ import annotations

import codecs
import csv
import re
from functools import cache
from importlib import resources
from typing import NamedTuple

REPAIRED = "\U0010fc00"
_CONTROL = 0x10FD00
_BYTE = 0x10FE00
_BYTES = re.compile("[\U0010fe80-\U0010feff]")
_CONTROLS = re.compile("[\U0010fd00-\U0010fd1f]")
#: Anything `settle` has to look at (marks, and the span of the repair table), written so that Arrow's engine reads it
#: too.
ANY = "[\ue78d-\ue864\U0010fc00-\U0010feff]"
#: First bytes in UTF-8 of everything that ANY matches: a column without them needs no look.
LEAD_BYTES = (b"\xee", b"\xf4")

#: Name under which `codecs` knows the error handler that writes byte marks.
ERRORS = "chakong_marks"


class Settled(NamedTuple):
    """A value as it goes into the text table. `readable` is false where bytes stayed undecodable."""

    text: str
    repaired: bool
    readable: bool


def settle(value: str) -> Settled:
    """Resolve every mark in one value and mend its private-use characters."""
    readable = not _BYTES.search(value)
    text = _CONTROLS.sub(lambda found: chr(ord(found[0]) - _CONTROL), value.replace(REPAIRED, ""))
    mended = text.translate(private_use())
    return Settled(mended, REPAIRED in value or mended != text, readable)


def legible(text: str) -> str:
    """Raw text for the quarantine: marks gone, undecodable bytes as ``\\xNN``."""
    text = _CONTROLS.sub(lambda found: chr(ord(found[0]) - _CONTROL), text.replace(REPAIRED, ""))
    return _BYTES.sub(lambda found: f"\\x{ord(found[0]) - _BYTE:02x}", text)


def control(code: int) -> str:
    """The mark that carries the control character `code` (0 to 31) past a parser."""
    return chr(_CONTROL + code)


@cache
def private_use() -> dict[int, int]:
    """The repair table: private-use code point -> the character that was meant.

    ``private_use.csv`` holds the 18 code points that GB 18030-2022 moved (Python's codec follows an older edition),
    one that moved in 2005, six whose character lies beyond the basic plane, and the places that Windows gave FE50 to
    FEA0.
    """
    table = resources.files(__package__).joinpath("private_use.csv").read_text(encoding="ascii")
    rows = csv.DictReader(table.splitlines())
    return {int(row["private_use"][2:], 16): int(row["character"][2:], 16) for row in rows}


def _mark_bytes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    # Of a broken character the decoder gives up to three bytes at once, among them a digit and the line end behind it:
    # those mean themselves, and a line end that went under would cost the next record.
    end = error.start + 1
    while end < error.end and error.object[end] >= 0x80:
        end += 1
    return "".join(chr(_BYTE + byte) for byte in error.object[error.start : end]), end


codecs.register_error(ERRORS, _mark_bytes)
