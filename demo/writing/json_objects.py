"""Nested JSON objects: cases as JSON Lines, projects as numbered pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO

from core.clock import SHANGHAI
from data_contracts import Column as Declared
from data_contracts import Contract
from data_contracts import Table as DeclaredTable
from demo.arrow import Column, Table, pa, pc
from demo.writing.lines import concatenated
from demo.writing.nested import gathered, key_of


def objects(contract: Contract, rows: Mapping[str, Table]) -> Column:
    """One JSON object per row of the top table, with the arrays of its children; null where `op` is D and no key."""
    top = next(table for table in contract.tables if table.parent is None)
    records = rows[top.name]
    members = _members(contract, top, records)
    deleted = pc.equal(records["op"].combine_chunks(), "D")
    key = key_of(records, top.key[0])
    for table in contract.tables:
        if table.parent is None:
            continue
        label = table.locator[0].rsplit(".", 1)[1].removesuffix("[]")
        if table.name in rows and len(rows[table.name]):
            texts = _braced(_members(contract, table, rows[table.name]))
            inner = gathered(key, key_of(rows[table.name], table.parent.columns[0]), texts, ",")
            array = pc.binary_join_element_wise(f'"{label}":[', pc.fill_null(inner, ""), "]", "")
        else:
            array = pa.repeat(f'"{label}":[]', len(records))
        members.append(array)
    whole = _braced(members)
    if not pc.any(deleted).as_py():
        return whole
    names = ("op", *top.key)
    bare = _braced([_member(contract, top.column(name), records[name].combine_chunks()) for name in names])
    return pc.if_else(deleted, bare, whole)


def _members(contract: Contract, table: DeclaredTable, rows: Table) -> list[Column]:
    return [
        _member(contract, column, rows[column.name].combine_chunks())
        for column in table.columns
        if not column.from_parent
    ]


def _member(contract: Contract, column: Declared, values: Column) -> Column:
    return pc.binary_join_element_wise(f'"{column.label}":', pc.fill_null(_value(contract, column, values), "null"), "")


def _value(contract: Contract, column: Declared, values: Column) -> Column:
    form = contract.format
    if column.type == "list":
        # An absent list and an empty one mean the same; the agencies send the empty one.
        items = pa.ListArray.from_arrays(values.offsets, _string(pc.list_flatten(values)))
        return pc.binary_join_element_wise("[", pc.binary_join(items, ","), "]", "")
    bare = column.type == "integer" or (column.type == "decimal" and form.options["decimals"] == "json_number")
    bare = bare or (column.type == "datetime" and form.datetime[0] == "epoch_millis")
    return values if bare or column.type == "boolean" else _string(values)


def _string(values: Column) -> Column:
    if pc.any(pc.match_substring_regex(values, '[\\\\"\x00-\x1f]')).as_py():
        return pa.array(
            [None if value is None else json.dumps(value, ensure_ascii=False) for value in values.to_pylist()],
            pa.string(),
        )
    return pc.binary_join_element_wise('"', values, '"', "")


def _braced(members: list[Column] | Column) -> Column:
    inner = pc.binary_join_element_wise(*members, ",") if isinstance(members, list) else members
    return pc.binary_join_element_wise("{", inner, "}", "")


class JsonLinesFile:
    """One case per line."""

    def __init__(self, stream: BinaryIO, contract: Contract) -> None:
        self._stream, self._contract = stream, contract

    def add(self, rows: Mapping[str, Table]) -> None:
        """`rows` by table; children stand in the order of their cases."""
        texts = objects(self._contract, rows)
        if len(texts):
            lines = pc.binary_join_element_wise(texts, pa.scalar("\n"), "")
            self._stream.write(concatenated(lines).encode("utf-8"))


def page(
    contract: Contract, items: list[str], *, snapshot: str, mode: str, number: int, pages: int,
    totals: Mapping[str, int], as_of: datetime, extracted_at: datetime, size: int,
) -> bytes:  # fmt: skip
    """One page object of the development reading."""
    names = contract.format.options["page_object"]
    head = {
        names["code"]: 0,
        "message": "ok",
        names["snapshot"]: snapshot,
        names["mode"]: mode,
        names["page"]: number,
        names["size"]: size,
        names["total_pages"]: pages,
        names["total_rows"]: dict(totals),
        names["data_as_of"]: millis(as_of),
        names["extracted_at"]: millis(extracted_at),
    }
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    return (text[:-1] + f',"{names["items"]}":[' + ",".join(items) + "]}").encode()


def millis(moment: datetime) -> int:
    """Milliseconds since 1970 UTC of a Shanghai clock time."""
    return int(moment.replace(tzinfo=SHANGHAI).timestamp() * 1000)
