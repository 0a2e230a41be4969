"""Cells to text: what stood in a workbook, written the way the column's agreement writes it."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from connectors.formats.sheet_rows import Cell
from connectors.formats.workbook import Workbook
from data_contracts import Column, Format

#: A spreadsheet keeps this many significant digits of a number; of an identifier typed as one the rest is gone.
DIGITS_KEPT = 15


class CellText:
    """Renders the cells of one workbook under one format."""

    def __init__(self, book: Workbook, form: Format) -> None:
        self._book = book
        self._date = form.date[0]
        self._datetime = form.datetime[0]
        self._serials = "excel_serial" in form.date
        self._digits_kept = int(form.options.get("digits_kept", DIGITS_KEPT))
        # Only where the agreement reads stored values "rounded half up" are numbers brought to the column's places.
        self._rounds = form.kind == "xlsx"

    def render(self, cell: Cell, column: Column) -> tuple[str, str | None]:
        """(text, warning code or None). Text cells come through as they are, error cells as the error's sign."""
        text, code = cell.text, None
        if cell.kind == "number":
            text, code = self._number(cell.text, column)
        elif cell.kind == "date":
            text = self._date_text(cell.text, column)
        return text, code or ("repaired_value" if cell.formula else None)

    def _number(self, literal: str, column: Column) -> tuple[str, str | None]:
        number = _decimal(literal)
        if number is None:
            return literal, None
        if column.type == "decimal":
            return self._amount(number, column), None
        text = plain(number)
        if column.digits and sum(map(str.isdigit, text)) > self._digits_kept:
            return text, "suspicious_rounding"
        return text, None

    def _amount(self, number: Decimal, column: Column) -> str:
        """A stored amount without binary noise: to the column's places where agreed, else to 15 digits."""
        if self._rounds and column.scale is not None:
            try:
                return plain(number.quantize(Decimal(1).scaleb(-column.scale), ROUND_HALF_UP), trim=False)
            except InvalidOperation:
                return plain(number)
        return plain(Decimal(f"{number:.15g}"))

    def _date_text(self, literal: str, column: Column) -> str:
        moment = self._book.moment(literal)
        if moment is None:
            number = _decimal(literal)
            zero = number is not None and 0 <= number < 1 and column.type in ("date", "datetime")
            # Serial 0 shows as 1900-01-00: no date. Where serials are agreed the filter knows what it means.
            return "1900-01-00" if zero and not self._serials else plain(number) if number is not None else literal
        if column.type == "datetime" or (column.type != "date" and (moment.hour or moment.minute or moment.second)):
            return moment.strftime(self._datetime)
        if column.type in ("decimal", "integer"):
            return plain(_decimal(literal) or Decimal(0))
        return moment.strftime(self._date)


def plain(number: Decimal, *, trim: bool = True) -> str:
    """Digits, sign and point only; `trim` drops zeros behind the point."""
    text = f"{number:f}"
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _decimal(literal: str) -> Decimal | None:
    """The number nearest to the stored one that needs the fewest digits, as every spreadsheet shows it."""
    try:
        value = float(literal)
    except ValueError:
        return None
    return Decimal(repr(value)) if math.isfinite(value) else None
