"""A file that was read in a test: its report and its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from connectors.formats import ReadReport


@dataclass(frozen=True)
class Read:
    """What `read_file` left: rows come in the order of their numbers, nulls left out, and whether they are plain."""

    report: ReadReport
    folder: Path

    def rows(self, table: str | None = None) -> list[dict[str, Any]]:
        """Rows of a table; of the only table when none is named."""
        name = table or next(iter(self.report.rows))
        rows = pq.read_table(self.folder / f"{name}.parquet").sort_by("_row_no").to_pylist()
        return [{key: value for key, value in row.items() if value is not None and key != "_plain"} for row in rows]

    def values(self, column: str, table: str | None = None) -> list[Any]:
        return [row.get(column) for row in self.rows(table)]

    @property
    def warned(self) -> list[str]:
        return [warning.code for warning in self.report.warnings]


Reader = Callable[..., Read]
