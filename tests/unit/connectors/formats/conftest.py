from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from connectors.formats import ReadReport, read_file
from data_contracts import load


@dataclass(frozen=True)
class Read:
    """A file that was read: its report, and its rows with the nulls left out."""

    report: ReadReport
    folder: Path

    def rows(self, table: str | None = None) -> list[dict[str, Any]]:
        """Rows of a table in the order of their numbers; of the only table when none is named."""
        name = table or next(iter(self.report.rows))
        rows = pq.read_table(self.folder / f"{name}.parquet").sort_by("_row_no").to_pylist()
        return [{key: value for key, value in row.items() if value is not None} for row in rows]

    def values(self, column: str, table: str | None = None) -> list[Any]:
        return [row.get(column) for row in self.rows(table)]

    @property
    def warned(self) -> list[str]:
        return [warning.code for warning in self.report.warnings]


Reader = Callable[..., Read]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Read bytes as a file of a source: ``read("vehicles", data)``, or ``read("vehicles", data, file="base")``."""
    counter = iter(range(1_000_000))

    def read_bytes(source: str, data: bytes, *, file: str | None = None) -> Read:
        contract = load(source)
        declared = contract.file(file) if file else contract.files[0]
        folder = tmp_path / str(next(counter))
        folder.mkdir()
        path = folder / declared.example
        path.write_bytes(data)
        return Read(read_file(contract, declared, path, folder / "text"), folder / "text")

    return read_bytes
