"""Bytes to text, block by block, with the faults of single records kept where they happened.

A block is decoded strictly in one call. Only when that fails, or when a GB18030 block holds a run of bytes that is
UTF-8 (which GB18030 often swallows without complaint, as other characters), its lines are looked at one by one.

Cutting is safe at bytes below 0x30 and at ``<``, ``=``, ``>``: GB18030 never uses them inside a character. The bar is
not such a byte, nor are letters, brackets and the backslash: text is decoded first and split afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from connectors.formats import marks

BLOCK = 1 << 20
#: A record that does not end within this many bytes is cut: memory stays bounded whatever arrives.
LONGEST = 8 << 20
#: A longer record that does not decode is not searched for values in another encoding: nothing agreed is as long.
LONGEST_SEARCHED = 1 << 20

GB18030 = "gb18030"
UTF_8 = "utf-8"
BOM = "\ufeff"

_ASCII, _LEAD, _TAIL, _OTHER = b"a", b"L", b"c", b"."
#: Class of every byte: enough to find a UTF-8 run of two characters or more at memory speed.
_CLASSES = b"".join(
    _ASCII if byte < 0x80 else _TAIL if byte < 0xC0 else _LEAD if 0xE2 <= byte <= 0xE9 else _OTHER
    for byte in range(256)
)
_SUSPICIOUS = _ASCII + (_LEAD + _TAIL * 2) * 2
#: A whole run of non-ASCII bytes that is UTF-8 of three-byte characters (Chinese), middle dots and four-byte
#: ideographs.
_UTF8_RUN = re.compile(
    rb"(?<![\x80-\xff])(?:[\xe2-\xef][\x80-\xbf]{2}|\xc2\xb7|\xf0[\xa0-\xb3][\x80-\xbf]{2})+(?![\x80-\xff])"
)
_PLAUSIBLE = re.compile(
    "[\u00b7\u2010-\u2027\u2030-\u205e\u2100-\u218f\u2460-\u24ff\u25a0-\u25ff\u3000-\u33ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uff00-\uffef\U00020000-\U0003ffff]+"
)
#: Separators that are never part of a GB18030 character.
_SEPARATORS = re.compile(rb"([\x00-\x2f<=>]+)")


def text_blocks(stream: BinaryIO, encoding: str, *, cut: bytes, block: int = BLOCK) -> Iterator[str]:
    """Decoded text of `stream` in pieces that end with the byte `cut` (the last one may not). Faults become marks.

    A byte order mark at the very start is dropped.
    """
    rest = b""
    first = True
    while True:
        chunk = stream.read(block)
        raw = rest + chunk
        if chunk:
            end = raw.rfind(cut) + 1
            if not end:
                if len(raw) < LONGEST:
                    rest = raw
                    continue
                end = len(raw)
            raw, rest = raw[:end], raw[end:]
        if raw:
            text = decode(raw, encoding, cut=cut)
            if first:
                text = text.removeprefix(BOM)
                first = False
            yield text
        if not chunk:
            return


def decode(raw: bytes, encoding: str, *, cut: bytes = b"\n") -> str:
    """Decode `raw`; where strict decoding fails, each piece that ends with `cut` is decoded on its own, with marks."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        pass
    else:
        if encoding != GB18030 or _SUSPICIOUS not in (b"\n" + raw).translate(_CLASSES):
            return text
    mixed = _gb18030_mixed if encoding == GB18030 else _utf8_mixed
    return "".join(mixed(piece + cut) for piece in raw.split(cut))[: -len(cut)]


def _gb18030_mixed(record: bytes) -> str:
    """One record of a GB18030 file that may be UTF-8 as a whole or in single values."""
    if len(record) > LONGEST_SEARCHED:
        return record.decode(GB18030, marks.ERRORS)
    fails = not _decodes(record, GB18030)
    runs = [run for run in _UTF8_RUN.finditer(record) if _is_utf8(run[0], fails)]
    if not runs:
        return record.decode(GB18030, marks.ERRORS)
    if _decodes(record, UTF_8):
        return _marked(record.decode(UTF_8))
    parts: list[str] = []
    end = 0
    for run in runs:
        parts += (record[end : run.start()].decode(GB18030, marks.ERRORS), marks.REPAIRED, run[0].decode(UTF_8))
        end = run.end()
    parts.append(record[end:].decode(GB18030, marks.ERRORS))
    return "".join(parts)


def _is_utf8(run: bytes, record_fails: bool) -> bool:
    """Whether a run that is valid UTF-8 was also meant so.

    Three-byte characters read as GB18030 give pairs of which hardly one in sixty triples is an ordinary GB2312
    character throughout; ordinary Chinese in GB18030 is nothing else. A single character has an odd number of bytes:
    it is UTF-8 only if the record does not decode otherwise.
    """
    text = run.decode(UTF_8)
    if not _PLAUSIBLE.fullmatch(text):
        return False
    if not _decodes(run, GB18030):
        return record_fails or len(text) > 1
    return len(text) > 3 or (len(text) > 1 and not _decodes(run, "gb2312"))


def _utf8_mixed(record: bytes) -> str:
    """One record of a UTF-8 file that may be GB18030 as a whole or in single values."""
    if len(record) > LONGEST_SEARCHED or _decodes(record, UTF_8):
        return record.decode(UTF_8, marks.ERRORS)
    pieces = _SEPARATORS.split(record)
    foreign = [not _decodes(piece, UTF_8) for piece in pieces]
    chinese = any(not alien and re.search(rb"[\xe3-\xe9]", piece) for piece, alien in zip(pieces, foreign, strict=True))
    if not chinese and _decodes(record, GB18030):
        return _marked(record.decode(GB18030))
    return "".join(_value(piece, alien) for piece, alien in zip(pieces, foreign, strict=True))


def _value(piece: bytes, alien: bool) -> str:
    if not alien:
        return piece.decode(UTF_8)
    if _decodes(piece, GB18030):
        return marks.REPAIRED + piece.decode(GB18030)
    return piece.decode(UTF_8, marks.ERRORS)


def _marked(text: str) -> str:
    """Mark every run of non-ASCII text, so that each value of a record in another encoding carries its flag."""
    return re.sub(r"[^\x00-\x7f]+", lambda run: marks.REPAIRED + run[0], text)


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
