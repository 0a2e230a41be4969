"""The housing register's XML: one element per unit, containers of children inside, written as a stream."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO

from data_contracts import Contract
from data_contracts import Table as DeclaredTable
from demo.arrow import Column, Table, pa, pc
from demo.writing.lines import concatenated
from demo.writing.nested import gathered, key_of, own_columns

_COUNT_WIDTH = 12


class XmlFile:
    """Appends batches of units with their children; the unit count is written into the root element at the end."""

    def __init__(self, stream: BinaryIO, contract: Contract, mode: str, as_of: datetime) -> None:
        self._stream, self._contract = stream, contract
        form = contract.format
        self._top = next(table for table in contract.tables if table.parent is None)
        self._count = 0
        version = form.options["version"]
        stream.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
        stream.write(f'<{form.root} version="{version}" mode="{mode}" asOf="{as_of.isoformat()}" count="'.encode())
        self._count_at = stream.tell()
        stream.write(b" " * _COUNT_WIDTH + b">\n")

    def add(self, rows: Mapping[str, Table]) -> None:
        """`rows` by table; children stand in the order of their units."""
        units = rows[self._top.name]
        if not len(units):
            return
        key = key_of(units, self._top.key[0])
        parts: list[Column] = [_elements(self._top, units)]
        for table in self._contract.tables:
            if table.parent is None or table.name not in rows or not len(rows[table.name]):
                continue
            container, element = table.locator[0].split("/")[-2:]
            texts = _wrapped(_elements(table, rows[table.name]), element)
            children = gathered(key, key_of(rows[table.name], table.parent.columns[0]), texts, "")
            parts.append(pc.fill_null(_wrapped(children, container), ""))
        operation = pc.fill_null(units["op"].combine_chunks(), "")
        opened = pc.binary_join_element_wise(f'<{self._contract.format.record} op="', operation, '">', "")
        lines = pc.binary_join_element_wise(opened, *parts, f"</{self._contract.format.record}>\n", "")
        self._stream.write(concatenated(lines).encode("utf-8"))
        self._count += len(units)

    def close(self) -> None:
        """End the document and fill in the count; the blanks left over stand inside the tag, where XML allows them."""
        self._stream.write(f"</{self._contract.format.root}>\n".encode())
        self._stream.seek(self._count_at)
        self._stream.write(f'{self._count}"'.encode())


def _elements(table: DeclaredTable, rows: Table) -> Column:
    """The scalar elements of each row, one after the other; nothing for null."""
    cells = []
    for name, label in own_columns(table):
        if label.startswith("@"):
            continue
        value = escaped(rows[name].combine_chunks())
        if value.null_count == len(value):
            continue
        cells.append(pc.fill_null(pc.binary_join_element_wise(f"<{label}>", value, f"</{label}>", ""), ""))
    return pc.binary_join_element_wise(*cells, "") if cells else pa.repeat("", len(rows))


def _wrapped(texts: Column, element: str) -> Column:
    return pc.binary_join_element_wise(f"<{element}>", texts, f"</{element}>", "")


def escaped(values: Column) -> Column:
    """&, < and > as entities."""
    if not pc.any(pc.match_substring_regex(values, "[&<>]")).as_py():
        return values
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        values = pc.replace_substring(values, sign, entity)
    return values
