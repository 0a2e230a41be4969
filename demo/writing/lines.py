"""Delimited text and CSV: whole columns joined to lines, never a loop over rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from data_contracts import Format
from data_contracts import Table as DeclaredTable
from demo.arrow import Column, Table, pa, pc

_LINE_ENDS = {"LF": "\n", "CRLF": "\r\n"}


class LineFile:
    """Appends rows of one table to an open file in the form that `form` declares."""

    def __init__(
        self, stream: BinaryIO, form: Format, table: DeclaredTable, labels: Sequence[str] | None = None
    ) -> None:
        """`labels` overrides the header: other spellings or another order of the columns' labels (a planted fault)."""
        self._stream, self._form = stream, form
        self._columns = _order(table, labels)
        self._end = _LINE_ENDS[form.line_end or "LF"]
        if form.bom:
            stream.write(b"\xef\xbb\xbf")
        if form.header:
            header = labels or [column.label for column in table.columns]
            self._write((form.delimiter or ",").join(header) + self._end)

    def add(self, rows: Table) -> None:
        """Append text rows."""
        if not len(rows):
            return
        form = self._form
        cells = [_quoted(_filled(rows[name].combine_chunks(), form.null_as[0]), form) for name in self._columns]
        lines = pc.binary_join_element_wise(
            pc.binary_join_element_wise(*cells, form.delimiter or ","), pa.scalar(self._end), ""
        )
        self._write(concatenated(lines))

    def _write(self, text: str) -> None:
        self._stream.write(text.encode(self._form.encoding))


def _order(table: DeclaredTable, labels: Sequence[str] | None) -> list[str]:
    """Column names in the order of the header; a label of no column stands for the one left over."""
    if labels is None:
        return list(table.column_names)
    by_label = {column.label: column.name for column in table.columns}
    left = [column.name for column in table.columns if column.label not in labels]
    return [by_label[label] if label in by_label else left.pop(0) for label in labels]


def concatenated(lines: Column) -> str:
    """All texts of a column one after the other."""
    joined = pc.binary_join(pa.ListArray.from_arrays([0, len(lines)], lines), "")
    return str(joined[0].as_py())


def _filled(column: Column, null_as: str) -> Column:
    return pc.fill_null(column, null_as)


def _quoted(column: Column, form: Format) -> Column:
    """Quote by the rule of the form: all values, or those that hold a delimiter, a quote or a line break."""
    if form.quoting == "none":
        return column
    doubled = pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")
    if form.quoting == "all":
        return doubled
    needs = pc.match_substring_regex(column, f'[{form.delimiter}"\r\n]')
    return pc.if_else(needs, doubled, column) if pc.any(needs).as_py() else column
