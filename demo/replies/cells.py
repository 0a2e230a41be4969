"""From what an agency knows to what it writes: contract-driven encoding of rows.

A row is a mapping of contract column names to plain values: text, whole numbers, dates, clock times, booleans, tuples
of text for lists, canonical values (or delivered codes) for enums. Decimals are whole numbers in units of the column's
last decimal place: fen for money, ten-thousandths for quantities. None is null everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from core.errors import ContractError
from data_contracts import Column, Format, Table

Row = dict[str, Any]
#: rows per table of one answered question
Rows = dict[str, list[Row]]
Encode = Callable[[Any], Any]

#: Keys of a row that are no columns (a note for the writer) begin with this.
PRIVATE = "_"


class RowEncoder:
    """Encodes rows of one table: as cells of a workbook, where numbers and dates stay what they are, or as text."""

    def __init__(self, form: Format, table: Table) -> None:
        self.columns = tuple(column for column in table.columns if is_written(column))
        make = _cell if form.kind == "xlsx" else _text
        self._encoders = tuple((column.name, make(form, column)) for column in self.columns)

    def encode(self, row: Mapping[str, Any]) -> Row:
        """Delivered cells of the written columns; null columns are absent. KeyError for an unknown enum value."""
        return {
            name: value if encode is None else encode(value)
            for name, encode in self._encoders
            if (value := row.get(name)) is not None
        }


def is_written(column: Column) -> bool:
    """Whether the agency writes the column itself: it delivers it, it numbers it, and no parent carries it."""
    return column.delivered and not column.from_parent and not column.numbered


def code_of(column: Column, canonical: str) -> str:
    """The first code that stands for `canonical`."""
    for code, (value, _) in column.codes.items():
        if value == canonical:
            return code
    raise ContractError(f"no code for {canonical}", where=column.name)


def _text(form: Format, column: Column) -> Encode | None:
    """How `column` becomes text; None when values are text already."""
    makers: dict[str, Callable[[], Encode]] = {
        "enum": lambda: _codes(column).__getitem__,
        "date": lambda: moment_encoder(form.date[0]),
        "datetime": lambda: moment_encoder(form.datetime[0]),
        "decimal": lambda: _decimal(form, column),
        "boolean": lambda: {value: text for text, value in form.boolean.items()}.__getitem__,
        "list": lambda: (form.list_separator or ";").join,
        "integer": lambda: str,
    }
    if column.type in makers:
        return makers[column.type]()
    prefix = form.options.get("digit_prefix") if column.digits else None
    # Words in a column of digits (no account, a hyphen) get no prefix.
    return (lambda text: prefix + text if text[:1].isdigit() else text) if prefix else None


def _cell(form: Format, column: Column) -> Encode | None:
    if column.type == "enum":
        return _codes(column).__getitem__
    if column.type == "decimal":
        scale = 10.0 ** (column.scale or 0)
        return lambda units: units / scale
    if column.type == "list":
        return (form.list_separator or ";").join
    return None


def _codes(column: Column) -> dict[str, str]:
    """Canonical value -> code; codes, and agreed labels, stand for themselves, for those who know what they write."""
    codes = {code: code for code in column.codes}
    for code, (canonical, label) in column.codes.items():
        codes.setdefault(canonical, code)
        if column.mixed:
            codes.setdefault(label, label)
    return codes


_CLOCK = {
    "%Y": "{0.year:04d}", "%m": "{0.month:02d}", "%d": "{0.day:02d}", "%H": "{0.hour:02d}", "%M": "{0.minute:02d}",
    "%S": "{0.second:02d}", "%-m": "{0.month}", "%-d": "{0.day}", "%-H": "{0.hour}",
}  # fmt: skip


def moment_encoder(pattern: str) -> Callable[[date | datetime], str]:
    """`pattern` as strftime knows it, and %-m, %-d, %-H (no leading zero) on every platform."""
    template = re.sub("%-?[A-Za-z]", lambda found: _CLOCK[found[0]], pattern)
    return template.format


def _decimal(form: Format, column: Column) -> Callable[[int], str]:
    scale = column.scale or 0
    unit = 10**scale
    style = column.decimal_form or form.decimal

    def plain(units: int) -> str:
        sign = "-" if units < 0 else ""
        whole, part = divmod(abs(units), unit)
        return f"{sign}{whole}.{part:0{scale}d}"

    if style == "fen":
        return str
    if style == "thousands":
        return lambda units: f"{'-' if units < 0 else ''}{abs(units) // unit:,}.{abs(units) % unit:0{scale}d}"
    if style == "trailing_sign":
        return lambda units: plain(-units) + "-" if units < 0 else plain(units)
    if form.options.get("digit_prefix"):
        # The bank that exports for spreadsheets also drops trailing zeros.
        return lambda units: plain(units).rstrip("0").rstrip(".")
    return plain
