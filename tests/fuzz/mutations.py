"""Damage: to the bytes of a file, to its text, and to the structure of its format.

Every mutation takes the dice and the bytes and gives bytes; the same seed gives the same damage.
"""

from __future__ import annotations

import io
import json
import random
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any

#: All that zipfile raises on a damaged archive, by which byte it was: a broken directory,
#: stream, method, flag, end or seek.
NO_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
)

Mutation = Callable[[random.Random, bytes], bytes]

#: Bytes that mean something to one of the formats, or to nobody.
SIGNS = [b"\n", b"\r", b"\r\n", b'"', b",", b"|", b"\t", b"<", b">", b"&", b"</", b"<!--", b"]]>", b"<![CDATA[", b"\\"]
SIGNS += [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\x00",
    b"\x1a",
    b"\xff",
    b"\x81",
    b"\x80",
    b"\xef\xbb\xbf",
    b"\xc0\xaf",
    b"PK\x03\x04",
]
SIGNS += [
    "测".encode(),
    "测".encode("gb18030"),
    "𠮷".encode(),
    b"\xed\xa0\x80",
    b"\x84\x31\xa4\x37",
    b"&#0;",
    b"&#x110000;",
]
#: Values that break what reads them, not what splits them.
VALUES = [
    "",
    "1e999",
    "NaN",
    "-0",
    "0" * 400,
    "9" * 5000,
    "99991231",
    "20260230",
    "=1+1",
    "NULL",
    "'1",
    "１２",
    "\u202e测",
]


def flip_bits(dice: random.Random, data: bytes) -> bytes:
    """One to eight bits."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def insert(dice: random.Random, data: bytes) -> bytes:
    """Signs of the formats, a few times."""
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        data = data[:at] + dice.choice(SIGNS) * dice.choice((1, 1, 1, 2, 300)) + data[at:]
    return data


def noise(dice: random.Random, data: bytes) -> bytes:
    """A run of random bytes written over what was there."""
    at, size = dice.randrange(len(data)), dice.randint(1, 64)
    return data[:at] + dice.randbytes(size) + data[at + size :]


def delete(dice: random.Random, data: bytes) -> bytes:
    """One stretch."""
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.choice((1, 2, 3, 16, 256)) :]


def truncate(dice: random.Random, data: bytes) -> bytes:
    """The file cut off, at its end or at its start."""
    at = dice.randrange(len(data))
    return data[:at] if dice.random() < 0.8 else data[at:]


def duplicate(dice: random.Random, data: bytes) -> bytes:
    """A stretch there twice."""
    at, end = sorted(dice.randrange(len(data) + 1) for _ in range(2))
    return data[:end] + data[at:end] + data[end:]


def swap(dice: random.Random, data: bytes) -> bytes:
    """Two stretches change places."""
    a, b, c, d = sorted(dice.randrange(len(data) + 1) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def splice(dice: random.Random, data: bytes) -> bytes:
    """A stretch repeated elsewhere."""
    start = dice.randrange(len(data))
    piece = data[start : start + dice.randint(1, 200)]
    at = dice.randrange(len(data))
    return data[:at] + piece + data[at:]


def recode(dice: random.Random, data: bytes) -> bytes:
    """The file, or its second half, in another encoding."""
    old = "gb18030" if _decodes(data, "gb18030") and not _decodes(data, "utf-8") else "utf-8"
    new = dice.choice(
        [encoding for encoding in ("utf-8", "gb18030", "utf-16", "utf-8-sig", "big5", "latin-1") if encoding != old]
    )
    text = data.decode(old, "replace")
    at = dice.choice((0, text.find("\n", len(text) // 2) + 1))
    return text[:at].encode(old, "replace") + text[at:].encode(new, "replace")


def value(dice: random.Random, data: bytes) -> bytes:
    """A word of letters and digits replaced by one that no reader likes."""
    words = list(re.finditer(rb"[0-9A-Za-z.\-]+", data))
    if not words:
        return data
    word = dice.choice(words)
    return data[: word.start()] + dice.choice(VALUES).encode() + data[word.end() :]


def lines(dice: random.Random, data: bytes) -> bytes:
    """Lines shuffled, joined, repeated, or a single one made very long."""
    parts = data.split(b"\n")
    at = dice.randrange(len(parts))
    match dice.randrange(5):
        case 0:
            dice.shuffle(parts)
        case 1:
            parts[at : at + 2] = [b"".join(parts[at : at + 2])]
        case 2:
            parts[at:at] = [parts[at]] * dice.choice((1, 500))
        case 3:
            parts[at] *= dice.choice((2, 300))
        case _:
            del parts[at]
    return b"\n".join(parts)


def fields(dice: random.Random, data: bytes) -> bytes:
    """Columns swapped, left out or added in one line or in all of them, quotes left open."""
    delimiter = max((b",", b"|", b"\t"), key=data.count)
    parts = data.split(b"\n")
    width = parts[0].count(delimiter) + 1
    one, other = dice.randrange(width), dice.randrange(width)
    action = dice.randrange(4)

    def damaged(line: bytes) -> bytes:
        cells = line.split(delimiter)
        if max(one, other) >= len(cells):
            return line
        if action == 0:
            cells[one], cells[other] = cells[other], cells[one]
        elif action == 1:
            del cells[one]
        elif action == 2:
            cells.insert(one, cells[other])
        else:
            cells[one] = cells[one].replace(b'"', b"", 1) if b'"' in cells[one] else b'"' + cells[one]
        return delimiter.join(cells)

    if dice.random() < 0.5:
        return b"\n".join(map(damaged, parts))
    at = dice.randrange(len(parts))
    return b"\n".join([*parts[:at], damaged(parts[at]), *parts[at + 1 :]])


def tags(dice: random.Random, data: bytes) -> bytes:
    """A tag renamed, left out, doubled, unclosed, or put somewhere else; entities and document types."""
    found = list(re.finditer(rb"<[^<>]*>", data))
    if not found:
        return insert(dice, data)
    tag = dice.choice(found)
    other = dice.choice(found)[0]
    name = tag[0]
    put = [b"", name * 2, name[:-1], other, name.replace(b"<", b"<x"), name.upper(), name + b"&e;", b"<" * 500]
    put += [b"<!DOCTYPE a [<!ENTITY e 'x'>]>" + name, name * 3000, name.replace(b">", b' a="1" a="2">')]
    return data[: tag.start()] + dice.choice(put) + data[tag.end() :]


def tree(dice: random.Random, data: bytes) -> bytes:
    """A node of a JSON document replaced by something of another kind, left out, nested deep or repeated."""
    documents = data.split(b"\n")
    at = dice.randrange(len(documents))
    try:
        document = json.loads(documents[at])
    except ValueError:
        return insert(dice, data)
    nodes: list[tuple[Any, Any]] = []
    _walk(document, nodes)
    if not nodes:
        return data
    holder, key = dice.choice(nodes)
    odd: list[Any] = [None, True, 0, -1.5e300, 10**400, "", [], {}, [[]], "\ud800", "\x00", [holder[key]] * 50, {"": 1}]
    if dice.random() < 0.1:
        del holder[key]
    else:
        holder[key] = dice.choice([*odd, "@deep50", "@deep5000"])
    documents[at] = _dumped(document)
    return b"\n".join(documents)


def entries(dice: random.Random, data: bytes) -> bytes:
    """An archive with one entry damaged, lost, renamed, doubled or added; its checksums are right again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    at = dice.randrange(len(parts))
    name, content = parts[at]
    action = dice.randrange(10)
    if action == 0:
        del parts[at]
    elif action == 1:
        parts[at] = (dice.choice(["../" + name, "/" + name, name.upper(), name + "\x00", "a/../" + name]), content)
    elif action == 2:
        parts.append((name, content))
    elif action == 3:
        parts.append(("further.csv", content))
    else:
        parts[at] = (name, dice.choice(INSIDE)(dice, content) if content else content)
    packed = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w") as archive:
        warnings.simplefilter("ignore")  # that a name is there twice is what we want
        for entry, inside in parts:
            archive.writestr(zipfile.ZipInfo(entry), inside, zipfile.ZIP_DEFLATED)  # of 1980: no clock in a mutant
    return packed.getvalue()


def directory(dice: random.Random, data: bytes) -> bytes:
    """Damage to the directory at the end of an archive."""
    start = max(data.find(b"PK\x01\x02"), 0)
    return data[:start] + dice.choice((flip_bits, noise, delete, duplicate))(dice, data[start:])


BYTES: Sequence[Mutation] = (flip_bits, insert, noise, delete, truncate, duplicate, swap, splice)
TEXT: Sequence[Mutation] = (recode, value, lines)
#: What happens to an entry of an archive.
INSIDE: Sequence[Mutation] = (flip_bits, insert, delete, truncate, swap, value, fields, tags)
OF_KIND: dict[str, Sequence[Mutation]] = {
    "csv": (*BYTES, *TEXT, fields, fields),
    "delimited_text": (*BYTES, *TEXT, fields, fields),
    "zip_of_csv": (flip_bits, truncate, directory, *[entries] * 8),
    "xml": (*BYTES, *TEXT, *[tags] * 4),
    "bank_xml": (*BYTES, *TEXT, *[tags] * 4),
    "xlsx": (flip_bits, truncate, directory, *[entries] * 8),
    "xlsx_by_hand": (flip_bits, truncate, directory, *[entries] * 8),
    "jsonl": (*BYTES, *TEXT, *[tree] * 4),
    "json_pages": (*BYTES, *TEXT, *[tree] * 15),
}


def mutant(kind: str, data: bytes, seed: str) -> bytes:
    """The mutant of that seed: one to three mutations one after the other."""
    dice = random.Random(seed)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        if not data:
            break
        try:
            data = dice.choice(OF_KIND[kind])(dice, data)
        except NO_ARCHIVE:
            data = flip_bits(dice, data)  # an earlier mutation left no archive to look into
    return data


def _walk(node: Any, nodes: list[tuple[Any, Any]]) -> None:
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        nodes.append((node, key))
        _walk(node[key], nodes)


def _dumped(document: Any) -> bytes:
    """JSON; ``@deep50`` becomes arrays in arrays, deeper than an encoder can go."""
    text = json.dumps(document, ensure_ascii=False)
    text = re.sub(r'"@deep(\d+)"', lambda found: "[" * int(found[1]) + "]" * int(found[1]), text)
    return text.encode("utf-8", "surrogatepass")


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
