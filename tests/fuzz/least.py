"""A second, plain count of the rows that a damaged delivery still holds, of which no reader may lose one.

It shares nothing with the readers but the contract's names, and counts only what nobody can see otherwise: lines where
nothing is quoted, records before the first damaged byte, all records where no quote or tag was hit, members of JSON
arrays, tables of an archive whose entry is as it was.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from data_contracts import Contract, Table
from tests.fuzz.mutations import NO_ARCHIVE

#: What opens, closes or escapes: with one of these in the damage nobody can say where a record begins.
_STRUCTURE = re.compile(rb"[\"<>&\[\]]")
#: Rows of a worksheet before its data.
_HEADER_ROWS = 1


def least_rows(contract: Contract, file_id: str, whole: bytes, damaged: bytes) -> Mapping[str, int]:
    """Table -> rows that no reader may lose of `damaged`, which was made of `whole`. A table left out: none."""
    tables = [contract.table(name) for name in contract.file(file_id).tables]
    match contract.format.kind:
        case "csv" | "delimited_text":
            quoted = contract.format.quoting != "none"
            return {tables[0].name: _lines(whole, damaged, header=contract.format.header, quoted=quoted)}
        case "jsonl":
            return {tables[0].name: _lines(whole, damaged, header=False, quoted=False)}
        case "xml" | "bank_xml":
            return _elements(tables, whole, damaged)
        case "json_pages":
            return _items(tables, damaged)
        case _:
            return _entries(contract, tables, whole, damaged)


def _edges(whole: bytes, damaged: bytes) -> tuple[int, int]:
    """Length of what both begin with, and of what both end with, which do not overlap."""
    length = min(len(whole), len(damaged))
    ours, theirs = (np.frombuffer(data, np.uint8) for data in (whole, damaged))
    unlike = np.flatnonzero(ours[:length] != theirs[:length])
    before = int(unlike[0]) if len(unlike) else length
    unlike = np.flatnonzero(ours[::-1][: length - before] != theirs[::-1][: length - before])
    return before, int(unlike[0]) if len(unlike) else length - before


def _undamaged(whole: bytes, damaged: bytes) -> tuple[bytes, bool]:
    """The beginning that is whole; and whether the damage, before and after, is text alone."""
    before, after = _edges(whole, damaged)
    between = whole[before : len(whole) - after] + damaged[before : len(damaged) - after]
    inside_a_tag = whole.rfind(b"<", 0, before) > whole.rfind(b">", 0, before)
    return whole[:before], not inside_a_tag and not _STRUCTURE.search(between)


def _lines(whole: bytes, damaged: bytes, *, header: bool, quoted: bool) -> int:
    """Lines that are not empty: all where no quote can hold a line end, else those before the damage."""
    kept, is_text = _undamaged(whole, damaged)
    counted = damaged if is_text or not quoted else kept.rpartition(b"\n")[0]
    return max(_filled(counted) - header, 0)


def _filled(text: bytes) -> int:
    return sum(1 for line in text.split(b"\n") if line.strip())


def _elements(tables: list[Table], whole: bytes, damaged: bytes) -> dict[str, int]:
    """Elements: all where no tag was hit, else those inside the records that end before the damage."""
    names = {table.name: table.locator[0].rpartition("/")[2].encode() for table in tables if table.locator}
    kept, is_text = _undamaged(whole, damaged)
    record, end, _ = kept.rpartition(b"</%s>" % names[tables[0].name])
    counted = damaged if is_text else record + end
    return {table: counted.count(b"</%s>" % name) for table, name in names.items()}


def _items(tables: list[Table], damaged: bytes) -> dict[str, int]:
    """Items of a page that is JSON still, and the members of their arrays."""
    try:
        page = json.loads(damaged.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    items = page.get("items") if isinstance(page, dict) else None
    if not isinstance(items, list):
        return {}
    top, *inner = tables
    found = Counter({top.name: len(items)})
    for table in inner:
        key = table.locator[0].removesuffix("[]").rpartition(".")[2]
        found[table.name] = sum(_members(item, key) for item in items)
    return found


def _members(item: Any, key: str) -> int:
    members = item.get(key) if isinstance(item, dict) else None
    return len(members) if isinstance(members, list) and all(isinstance(one, dict) for one in members) else 0


def _entries(contract: Contract, tables: list[Table], whole: bytes, damaged: bytes) -> dict[str, int]:
    """Rows of the entries of an archive: a CSV one by one, a workbook only where everything but one sheet is whole."""
    ours, theirs = _unpacked(whole), _unpacked(damaged)
    if theirs is None or ours is None:
        return {}
    if contract.format.kind == "zip_of_csv":
        names = {table.name: table.locator[0] for table in tables}
        return {
            table: _lines(ours[name], theirs[name], header=True, quoted=True)
            for table, name in names.items()
            if name in theirs
        }
    if contract.format.kind != "xlsx":
        return {}  # a sheet by hand has continuations, remarks and totals: no plain count knows which rows are data
    sheets = [f"xl/worksheets/sheet{place}.xml" for place in range(1, len(tables) + 1)]
    if any(ours[name] != theirs.get(name) for name in ours if name not in sheets):
        return {}
    counts = {}
    for table, name in zip(tables, sheets, strict=True):
        kept, is_text = _undamaged(ours[name], theirs.get(name, b""))
        counts[table.name] = max((ours[name] if is_text else kept).count(b"</row>") - _HEADER_ROWS, 0)
    return counts


def _unpacked(data: bytes) -> dict[str, bytes] | None:
    """Name -> content, null where no plain reader can say."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            return {name: archive.read(name) for name in names} if len(set(names)) == len(names) else None
    except NO_ARCHIVE:
        return None
