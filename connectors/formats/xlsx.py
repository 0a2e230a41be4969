"""Workbooks that a system writes: one sheet per table, header in row 1, data from row 2."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from connectors.formats import labels
from connectors.formats.cells import CellText
from connectors.formats.reading import Reading
from connectors.formats.sheet_rows import Cell
from connectors.formats.text_table import TextTable
from connectors.formats.workbook import Sheet, Workbook, open_workbook
from connectors.formats.zip_archive import BadArchive
from data_contracts import Column

_NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?")
_DIGIT = re.compile(r"\d")


def read(reading: Reading) -> None:
    """Read the sheets of every table, wherever they stand; other sheets are a warning."""
    try:
        with open_workbook(reading.path) as book:
            if book.macros:
                reading.warn("the workbook carries macros")
            read_names: list[str] = []
            for name, out in reading.tables.items():
                sheets = _sheets_of(reading, book, reading.contract.table(name).locator[0])
                read_names += [sheet.name for sheet in sheets]
                _SheetReader(reading, out, CellText(book, reading.contract.format)).read(sheets)
            further = len(book.sheets) - len(read_names)
            if further:
                reading.warn(f"{further} further sheets, not read")
            reading.head["sheets"] = read_names
    except BadArchive as problem:
        raise reading.refuse(f"the workbook {problem}") from None


def _sheets_of(reading: Reading, book: Workbook, label: str) -> list[Sheet]:
    """The sheet called `label` and, where agreed, its continuations ``<label>2``, ``<label>3`` in that order."""
    first = [sheet for sheet in book.sheets if sheet.name.strip() == label]
    if len(first) != 1:
        raise reading.refuse(f"the workbook needs exactly one sheet {label}")
    if reading.contract.format.options.get("more_sheets") != f"{label}N":
        return first
    numbered = re.compile(re.escape(label) + r"(\d{1,3})")
    further = [(int(found[1]), sheet) for sheet in book.sheets if (found := numbered.fullmatch(sheet.name.strip()))]
    return first + [sheet for _, sheet in sorted(further, key=lambda pair: pair[0])]


@dataclass
class TotalsCheck:
    """Adds up the amounts of the data rows, to hold them against a totals row."""

    columns: tuple[Column, ...]
    sums: dict[int, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._amounts = [position for position, column in enumerate(self.columns) if column.type == "decimal"]

    def add(self, values: Sequence[str | None]) -> None:
        """Count one data row in."""
        for position in self._amounts:
            amount = amount_of(values[position])
            if amount is not None:
                self.sums[position] = self.sums.get(position, Decimal(0)) + amount

    def differing(self, values: Sequence[str | None]) -> list[str]:
        """Columns in which a totals row states another sum than its rows have."""
        stated = ((position, amount_of(values[position])) for position in self._amounts)
        return [
            self.columns[position].name
            for position, sum_ in stated
            if sum_ is not None and sum_ != self.sums.get(position, Decimal(0))
        ]

    def has_amount(self, values: Sequence[str | None]) -> bool:
        """Whether a row states any amount at all."""
        return any(values[position] for position in self._amounts)


def amount_of(value: str | None) -> Decimal | None:
    """The number in a cell that may carry separators and a unit; None when it holds none."""
    found = _NUMBER.search(value) if value else None
    try:
        return Decimal(found[0].replace(",", "")) if found else None
    except InvalidOperation:
        return None


class _SheetReader:
    def __init__(self, reading: Reading, out: TextTable, text: CellText) -> None:
        self.reading, self.out, self.text = reading, out, text
        columns = out.table.columns
        self.totals = TotalsCheck(columns)
        label = reading.contract.format.options.get("totals_without")
        #: The column that a totals row leaves empty; None where no totals row is known.
        self.named_by = next((place for place, column in enumerate(columns) if column.label == label), None)
        self.identifiers = [place for place, column in enumerate(columns) if column.digits]

    def read(self, sheets: list[Sheet]) -> None:
        """Read the sheets of one table one after the other; row numbers run on."""
        for sheet in sheets:
            rows = sheet.rows()
            positions = self._header(rows)
            for _, cells in rows:
                if any(cell.text.strip() for cell in cells.values()):
                    self._take(cells, positions)
            if sheet.merges:
                self.reading.warn(f"merged cells in {self.out.table.name}: only the first of them has the value")

    def _header(self, rows: Iterator[tuple[int, dict[int, Cell]]]) -> dict[int, int]:
        """Column number in the sheet -> position in the table's row."""
        number, cells = next(rows, (0, {}))
        filled = {column: cell.text for column, cell in sorted(cells.items()) if labels.clean(cell.text)}
        if number != 1 or not filled:
            raise self.reading.refuse("no header in row 1", place=self.out.table.locator[0])
        columns = self.out.table.columns
        found = self.reading.places_of(list(filled.values()), columns, place=self.out.table.locator[0])
        numbers = list(filled)
        here = [(position, found[column.label]) for position, column in enumerate(columns) if column.label in found]
        return {numbers[place]: position for position, place in here}

    def _take(self, cells: dict[int, Cell], positions: dict[int, int]) -> None:
        columns = self.out.table.columns
        values: list[str | None] = [None] * len(columns)
        flags: list[str] = []
        for number, cell in cells.items():
            position = positions.get(number)
            if position is not None:
                values[position], code = self.text.render(cell, columns[position])
                if code:
                    flags.append(f"{columns[position].name}:{code}")
            elif cell.text.strip():
                self.reading.warn(f"cells outside the header's columns in {self.out.table.name}")
        if self._is_totals(values):
            differing = self.totals.differing(values)
            if differing:
                self.reading.warn(f"the totals row differs from its rows in {', '.join(differing)}", "count_mismatch")
            return
        if self.named_by is not None:
            self.totals.add(values)
        self.out.append(values, flags)

    def _is_totals(self, values: list[str | None]) -> bool:
        """A sum added by hand: an amount, but the agreed column is empty and no identifier holds a digit."""
        if self.named_by is None or (values[self.named_by] or "").strip():
            return False
        identified = any(_DIGIT.search(values[place] or "") for place in self.identifiers)
        return not identified and self.totals.has_amount(values)
