"""A reply as a workbook: one sheet per table, header in row 1, cells of the kind that the value has."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from data_contracts import Contract
from demo.replies.cells import RowEncoder, Rows

_WIDTH = 20


class WorkbookFile:
    """One workbook, written row after row with constant memory; the same rows give the same bytes."""

    def __init__(self, contract: Contract, encoders: dict[str, RowEncoder], stream: BinaryIO, made_at: datetime) -> None:
        self._book = xlsxwriter.Workbook(stream, {"constant_memory": True, "strings_to_numbers": False})
        self._book.set_properties({"created": made_at})
        self._text = self._book.add_format({"num_format": "@"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._clock = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._money = self._book.add_format({"num_format": "0.00"})
        self._sheets = {
            table.name: _Sheet(self._book.add_worksheet(table.locator[0]), tuple(c.name for c in encoders[table.name].columns))
            for table in contract.tables
        }
        for name, sheet in self._sheets.items():
            sheet.page.set_column(0, len(sheet.names) - 1, _WIDTH)
            for place, column in enumerate(encoders[name].columns):
                sheet.page.write_string(0, place, column.label, self._text)

    def add(self, rows: Rows) -> None:
        for table, found in rows.items():
            sheet = self._sheets[table]
            for row in found:
                sheet.last += 1
                for place, name in enumerate(sheet.names):
                    if name in row:
                        self._write(sheet.page, sheet.last, place, row[name])

    def finish(self) -> None:
        self._book.close()

    def _write(self, page: Worksheet, row: int, place: int, value: Any) -> None:
        if isinstance(value, str):
            page.write_string(row, place, value, self._text)
        elif isinstance(value, datetime):
            page.write_datetime(row, place, value, self._clock)
        elif isinstance(value, date):
            page.write_datetime(row, place, value, self._day)
        elif isinstance(value, float):
            page.write_number(row, place, value, self._money)
        else:
            page.write_number(row, place, value)


class _Sheet:
    """A worksheet being filled; `last` is the row last written, the header being row 0."""

    def __init__(self, page: Worksheet, names: tuple[str, ...]) -> None:
        self.page, self.names, self.last = page, names, 0
