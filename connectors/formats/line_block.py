"""A block of delimited text by its bytes: whether its lines are its records, and which of them hold nothing odd.

Everything here is a handful of passes over an array of bytes, whatever the number of lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from connectors.formats.quoted_records import LONGEST_LINE, Dialect

_QUOTE = ord('"')
_ODD, _LEAD, _LF, _CR = range(1, 5)
#: Bytes in UTF-8 after which a field may need cleaning: controls, blanks, what spreadsheets put before digits, masks,
#: and the first bytes of whole ranges of Unicode where invisible characters, other quotes, signs for lost characters
#: and the decoder's marks live. Rather one too many than one too few: whoever cleans looks again.
_ODD_BYTES = frozenset({*range(0x21), 0x7F, *b"'`=?*", 0xC2, 0xE2, 0xEE, 0xF3, 0xF4})
#: First bytes that ordinary text has too; the bytes behind decide.
_LEAD_BYTES = frozenset({0xE3, 0xEF, 0xF0})


@dataclass(frozen=True)
class Lines:
    """`plain` has one entry per record: true where no field of it can need cleaning."""

    plain: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.plain)


def simple_lines(data: bytes, dialect: Dialect, width: int) -> Lines | None:
    """The records of whole lines of UTF-8, if every line is one or blank; None when that is not certain."""
    signs = np.frombuffer(data, np.uint8)
    kinds = np.frombuffer(data.translate(_kinds(dialect.delimiter)), np.uint8)
    places = np.flatnonzero(kinds != 0)
    kinds = kinds[places]
    ends, returns = places[kinds == _LF], places[kinds == _CR]
    if (signs[returns + 1] != ord("\n")).any():
        return None
    lengths = np.diff(ends, prepend=-1)
    if lengths.max(initial=0) > LONGEST_LINE:
        return None
    plain = np.ones(len(ends), np.bool_)
    odd = np.concatenate([places[kinds == _ODD], _odd_leads(signs, places[kinds == _LEAD])])
    plain[np.searchsorted(ends, odd)] = False
    if _QUOTE in data:
        quotes = np.add.reduceat(signs == _QUOTE, ends - lengths + 1, dtype=np.uint32)
        if dialect.quoted and (quotes & 1).any():
            return None
        plain &= quotes == (2 * width if dialect.quoting == "all" else 0)
    blank = (lengths == 1) | ((lengths == 2) & (signs[ends - 1] == ord("\r")))
    return Lines(plain[~blank] if blank.any() else plain)


def _odd_leads(signs: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of `places` where one of these begins: U+3000, a blank; U+3013, a lost character; private use up to U+F8FF;
    U+FEFF and U+FFF9 to U+FFFD, invisible or lost; ＊, ＝ and ？ in full width; emoji from U+1F000 on."""
    first, second, third = (signs[places + step] for step in range(3))
    wide = (second == 0xBC) & np.isin(third, (0x8A, 0x9D, 0x9F))
    odd: NDArray[np.int64] = places[
        ((first == 0xE3) & (second == 0x80) & ((third == 0x80) | (third == 0x93)))
        | ((first == 0xEF) & ((second <= 0xA3) | (second == 0xBB) | (second == 0xBF) | wide))
        | ((first == 0xF0) & (second == 0x9F))
    ]
    return odd


@cache
def _kinds(delimiter: str) -> bytes:
    kinds = bytearray(256)
    for byte in _ODD_BYTES - set(delimiter.encode()):
        kinds[byte] = _ODD
    for byte in _LEAD_BYTES:
        kinds[byte] = _LEAD
    kinds[ord("\n")], kinds[ord("\r")] = _LF, _CR
    return bytes(kinds)
