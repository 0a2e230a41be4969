"""Text tables as readers hand them over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data_contracts import load
from data_contracts.arrow_schema import text_schema
from data_contracts.model import Table
from data_contracts.row_filter import FilterResult

Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Filtered:
    """One run of the filter: accepted rows and quarantined rows by row number."""

    result: FilterResult
    accepted: dict[int, dict[str, Any]]
    quarantined: dict[int, dict[str, Any]]

    def reasons(self, row_no: int) -> list[str]:
        return self.quarantined[row_no]["reasons"] if row_no in self.quarantined else []

    def warnings(self, row_no: int) -> list[str]:
        return self.accepted[row_no]["_warnings"] if row_no in self.accepted else []


def write_text(table: Table, rows: Sequence[Row], path: Path) -> Path:
    """A text Parquet with the given columns filled and all others null."""
    records = [
        {**dict.fromkeys(text_schema(table).names), "_row_no": place, **row} for place, row in enumerate(rows, start=1)
    ]
    pq.write_table(pa.Table.from_pylist(records, schema=text_schema(table)), path)
    return path


def example_row(source: str, table: str, serial: int = 1, **fields: str | None) -> dict[str, str | None]:
    """The agreement's own example of a row, with a key of its own per `serial`; `fields` replace columns."""
    contract = load(source)
    row = {column.name: column.example for column in contract.table(table).columns if column.delivered}
    for name in contract.table(table).key:
        if row.get(name) and contract.table(table).column(name).type in ("string", "integer"):
            row[name] = numbered(str(row[name]), serial)
    return row | fields


def numbered(text: str, serial: int) -> str:
    """`text` with `serial` in its last run of digits; a long run keeps its length."""
    runs = list(re.finditer(r"\d+", text))
    if not runs:
        return f"{text}{serial}"
    last = runs[-1]
    digits = f"{last.group()[:-3]}{serial:03d}" if len(last.group()) > 3 else str(serial)
    return text[: last.start()] + digits + text[last.end() :]
