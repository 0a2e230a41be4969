"""A workbook that a clerk fills: title, two header rows, merged cells, continuation rows, a totals row, remarks.

Labels are ``group/field``. A data row begins with its number; a row without number adds one entry of the nested table
(a seizure) to the row above. Row numbers run over the sheets in the agreed order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from connectors.formats import labels
from connectors.formats.cells import CellText
from connectors.formats.header_rows import header_labels
from connectors.formats.reading import Reading
from connectors.formats.sheet_rows import Cell, Merge
from connectors.formats.text_table import TextTable
from connectors.formats.workbook import Sheet, open_workbook
from connectors.formats.xlsx import TotalsCheck
from connectors.formats.zip_archive import BadArchive
from data_contracts import Column, Table

#: The sheet decides what kind of asset a row is. A contract column with this label takes the sheet's name ...
SHEET_LABEL = "@sheet"
#: ... and where the contract has none, this text column does.
SHEET_COLUMN = "_sheet"

#: Hand-made sheets hold tens of rows; they are read as a whole, up to this many.
MOST_ROWS = 20_000
_DATE = re.compile(r"(\d{4})\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})")
_COUNT = re.compile(r"共\s*(\d{1,6})\s*宗")

Cells = dict[int, Cell]


def read(reading: Reading) -> None:
    """Read the agreed sheets; the totals row and the title's date go to the report."""
    sheets: list[str] = reading.contract.format.options["sheets"]
    try:
        with open_workbook(reading.path) as book:
            if book.macros:
                reading.warn("the workbook carries macros")
            by_name = {sheet.name.strip(): sheet for sheet in book.sheets}
            missing = [name for name in sheets if name not in by_name]
            if missing:
                raise reading.refuse(f"sheets missing: {', '.join(missing)}")
            if len(book.sheets) > len(sheets):
                reading.warn(f"{len(book.sheets) - len(sheets)} further sheets, not read")
            text = CellText(book, reading.contract.format)
            for name in sheets:
                _HandFilledSheet(reading, text, name).read(by_name[name])
            reading.head["sheets"] = list(sheets)
    except BadArchive as problem:
        raise reading.refuse(f"the workbook {problem}") from None


def extra_columns(table: Table) -> tuple[str, ...]:
    """Text columns beside those of the contract."""
    return () if any(column.label == SHEET_LABEL for column in table.columns) else (SHEET_COLUMN,)


@dataclass
class _HandFilledSheet:
    """One sheet. `main` rows carry a number, `nested` entries stand on a main row or on continuation rows below it."""

    reading: Reading
    text: CellText
    name: str
    #: label -> column number in the sheet
    places: dict[str, int] = field(default_factory=dict)
    #: (row, column) -> cell, for the covered cells of vertical merges
    carried: dict[tuple[int, int], Cell] = field(default_factory=dict)
    #: key columns of the row that continuation rows belong to, as rendered
    current: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    counted: int = 0
    stated: int | None = None

    def __post_init__(self) -> None:
        options = self.reading.contract.format.options
        nested = [table for table in self.reading.tables.values() if table.table.nested]
        self.main: TextTable = next(table for table in self.reading.tables.values() if not table.table.nested)
        self.nested: TextTable | None = nested[0] if nested else None
        main = {column.label for column in self.main.table.columns}
        columns = self.nested.table.columns if self.nested else ()
        self.nested_labels = [column.label for column in columns if column.label not in main | {SHEET_LABEL}]
        self.number_label: str = options["row_number"]
        self.totals_label: str = options["totals_label"]
        self.remark_labels: tuple[str, ...] = tuple(options["remark_labels"])
        self.nulls = {"", *self.reading.contract.format.null_as}
        self.totals = TotalsCheck(self.main.table.columns)

    def read(self, sheet: Sheet) -> None:
        """Read title, header, rows, totals and remarks."""
        rows: dict[int, Cells] = {}
        for number, cells in sheet.rows():
            if number in rows:
                raise self.reading.refuse(f"row {number} is there twice", place=self.name)
            rows[number] = cells
            if len(rows) > MOST_ROWS:
                raise self.reading.refuse(f"more than {MOST_ROWS} rows in a sheet filled by hand", place=self.name)
        header = self._find_header(rows)
        self._read_title(rows, header)
        self._read_labels(rows, header, sheet.merges)
        self.carried = _carried_down(rows, sheet.merges, header + 2)
        for number in sorted(rows):
            if number > header + 1 and any(cell.text.strip() for cell in rows[number].values()):
                self._read_row(number, rows[number])
        self._close()

    def _find_header(self, rows: Mapping[int, Cells]) -> int:
        for number in sorted(rows)[:10]:
            if any(labels.clean(cell.text) == self.number_label for cell in rows[number].values()):
                return number
        raise self.reading.refuse(f"no header row with {self.number_label}", place=self.name)

    def _read_title(self, rows: Mapping[int, Cells], header: int) -> None:
        """The date in the title is the register's state at the end of that day; of two sheets the older one counts."""
        title = " ".join(cell.text for number, cells in rows.items() if number < header for cell in cells.values())
        found = _DATE.search(title)
        try:
            day = date(*map(int, found.groups())) if found else None
        except ValueError:
            day = None
        if day is None:
            self.reading.warn(f"no date in the title of {self.name}")
            return
        moment = f"{day.isoformat()}T23:59:59"
        self.reading.head["data_as_of"] = min(moment, self.reading.head.get("data_as_of", moment))

    def _read_labels(self, rows: Mapping[int, Cells], header: int, merges: list[Merge]) -> None:
        form = self.reading.contract.format
        delivered = header_labels(rows, header, merges, form.label_aliases)
        columns = {
            column.label: column
            for table in self.reading.tables.values()
            for column in table.table.columns
            if column.label != SHEET_LABEL
        }
        found = self.reading.places_of(
            list(delivered.values()), list(columns.values()), order=self.main.table.columns, place=self.name
        )
        numbers = list(delivered)
        self.places = {label: numbers[position] for label, position in found.items()}

    def _read_row(self, number: int, cells: Cells) -> None:
        first, second = (labels.clean(cells[place].text) if place in cells else "" for place in (1, 2))
        if first.startswith(self.totals_label) or (not first and second.startswith(self.totals_label)):
            self._check_totals(number, cells)
        elif first.startswith(self.remark_labels):
            remark = " ".join(cell.text.strip() for _, cell in sorted(cells.items()))
            self.reading.head.setdefault("remarks", []).append(remark)
        elif self._filled(cells, self.places[self.number_label]):
            self._take_main(number, cells)
            if self._nested_values(number, cells, own=False):
                self._take_nested(number, cells)
        elif self._nested_values(number, cells, own=True):
            self._take_nested(number, cells)
            if self._own_main_values(cells):
                self.reading.warn(f"continuation rows in {self.name} that hold more than a further entry")
        elif self._own_main_values(cells):
            # Neither a numbered row nor an entry: it goes on as a row without its number, which the filter refuses.
            self._take_main(number, cells)

    def _take_main(self, number: int, cells: Cells) -> None:
        rendered = [self._render(number, cells, column) for column in self.main.table.columns]
        values = [text for text, _ in rendered]
        self.main.append(self._with_sheet(values, self.main), _flags(self.main.table.columns, rendered))
        self.totals.add(values)
        if self._filled(cells, self.places[self.number_label]):
            self.counted += 1
            self.current = {column.label: pair for column, pair in zip(self.main.table.columns, rendered, strict=True)}

    def _take_nested(self, number: int, cells: Cells) -> None:
        if self.nested is None:
            return
        columns = self.nested.table.columns
        rendered = [
            self._render(number, cells, column)
            if column.label in self.nested_labels
            else self.current.get(column.label, (None, None))
            for column in columns
        ]
        values = [text for text, _ in rendered]
        self.nested.append(self._with_sheet(values, self.nested), _flags(columns, rendered))

    def _with_sheet(self, values: list[str | None], table: TextTable) -> list[str | None]:
        return [*values, self.name] if len(table.columns) > len(values) else values

    def _nested_values(self, number: int, cells: Cells, *, own: bool) -> bool:
        """Whether the row holds an entry of the nested table; `own`: in its own cells, not carried down from above."""
        if self.nested is None:
            return False
        places = [self.places[label] for label in self.nested_labels if label in self.places]
        return any(
            self._filled(cells, place) or (not own and self._has_value(self.carried.get((number, place))))
            for place in places
        )

    def _own_main_values(self, cells: Cells) -> bool:
        places = [self.places.get(column.label) for column in self.main.table.columns]
        return any(self._filled(cells, place) for place in places if place is not None)

    def _filled(self, cells: Cells, place: int) -> bool:
        return self._has_value(cells.get(place))

    def _has_value(self, cell: Cell | None) -> bool:
        return cell is not None and cell.text.strip() not in self.nulls

    def _render(self, number: int, cells: Cells, column: Column) -> tuple[str | None, str | None]:
        if column.label == SHEET_LABEL:
            return self.name, None
        place = self.places.get(column.label)
        if place is None:
            return None, None
        cell = cells.get(place) or (
            # The row's own number is never carried: a covered cell under it marks a continuation.
            None if column.label == self.number_label else self.carried.get((number, place))
        )
        if cell is None:
            return None, None
        text, code = self.text.render(cell, column)
        return (None if text.strip() in self.nulls else text), code

    def _check_totals(self, number: int, cells: Cells) -> None:
        stated = _COUNT.search(" ".join(cell.text for cell in cells.values()))
        if stated:
            self.stated = int(stated[1])
        values = [self._render(number, cells, column)[0] for column in self.main.table.columns]
        differing = self.totals.differing(values)
        if differing:
            self.reading.warn(
                f"the totals row of {self.name} differs from its rows in {', '.join(differing)}", "count_mismatch"
            )

    def _close(self) -> None:
        # A sheet without totals row (some clerks leave it out) states nothing: its rows count as they are.
        name, stated = self.main.table.name, self.counted if self.stated is None else self.stated
        if stated != self.counted:
            self.reading.warn(f"{self.name} states {stated} rows and holds {self.counted}", "count_mismatch")
        self.reading.stated_rows[name] = self.reading.stated_rows.get(name, 0) + stated


def _carried_down(rows: Mapping[int, Cells], merges: list[Merge], first_row: int) -> dict[tuple[int, int], Cell]:
    """The value of each vertically merged block for the rows it covers, data rows only."""
    carried: dict[tuple[int, int], Cell] = {}
    for merge in merges:
        cell = rows.get(merge.first_row, {}).get(merge.first_column)
        if cell is None or merge.first_row < first_row:
            continue
        for number in rows:
            if merge.first_row < number <= merge.last_row:
                carried[number, merge.first_column] = cell
    return carried


def _flags(columns: tuple[Column, ...], rendered: list[tuple[str | None, str | None]]) -> list[str]:
    return [f"{column.name}:{code}" for column, (_, code) in zip(columns, rendered, strict=True) if code]
