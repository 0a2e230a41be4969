"""A reply as a workbook: one sheet per table, header in row 1, cells of the kind that the value has."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from data_contracts import Contract
from demo.replies.cells import RowEncoder, Rows
from demo.replies.envelope import Envelope, FileFault

_WIDTH = 20


class WorkbookFile:
    """One workbook, written row after row with constant memory; the same rows give the same bytes."""

    def __init__(
        self, contract: Contract, encoders: dict[str, RowEncoder], stream: BinaryIO, envelope: Envelope
    ) -> None:
        self._book = xlsxwriter.Workbook(stream, {"constant_memory": True, "strings_to_numbers": False})
        self._book.set_properties({"created": envelope.extracted_at})
        self._text = self._book.add_format({"num_format": "@"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._clock = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._money = self._book.add_format({"num_format": "0.00"})
        spoiled = contract.format if envelope.spoiled else None
        #: agreed label -> another one that the agreement takes as well
        self._renamed = {label: alias for alias, label in spoiled.label_aliases.items()} if spoiled else {}
        self._has_totals = spoiled is not None and "totals_without" in spoiled.options
        self._sheets = {
            table.name: _Sheet(
                self._book.add_worksheet(table.locator[0]),
                tuple(column.name for column in encoders[table.name].columns),
            )
            for table in contract.tables
        }
        self._summed, self._balance = next(iter(self._sheets)), 0.0
        for name, sheet in self._sheets.items():
            sheet.page.set_column(0, len(sheet.names) - 1, _WIDTH)
            for place, column in enumerate(encoders[name].columns):
                sheet.page.write_string(0, place, self._renamed.get(column.label, column.label), self._text)

    def add(self, rows: Rows) -> None:
        for table, found in rows.items():
            sheet = self._sheets[table]
            for row in found:
                sheet.last += 1
                if table == self._summed:
                    self._balance += row.get("balance", 0.0)
                for place, name in enumerate(sheet.names):
                    if name in row:
                        self._write(sheet.page, sheet.last, place, row[name])

    def spoil(self) -> list[FileFault]:
        """Renamed headers, and a line of totals added by hand behind the last row of the first sheet."""
        table = next(iter(self._sheets))
        found: list[FileFault] = []
        if self._renamed:
            found.append((table, "account_no", "header_renamed", "accepted"))
        if self._has_totals:
            self.add({table: [{"account_no": "合计", "balance": self._balance}]})
            found.append((table, "account_no", "totals_row", "not_a_row"))
        return found

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
