"""Reads replies back as the court does, for the tests of this folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from connectors.formats import read_file
from core import duck
from core.settings import Settings
from core.store import Store, compact
from data_contracts import Contract, load
from data_contracts.row_filter import FilterContext, filter_table


@dataclass(frozen=True)
class Judged:
    """One table of one delivered file after the row filter. `stated` is what the control file says."""

    file: str
    table: str
    stated: int
    accepted: list[dict[str, Any]]
    quarantined: list[dict[str, Any]]


def batches(drops: Path, source: str, day: date) -> list[str]:
    """Inquiry batches that `source` answered on that date."""
    names = (path.name for path in (drops / source / compact(day)).glob("*.ok"))
    return sorted({re.findall(r"Q\d{10}", name)[0] for name in names})


def control(path: Path) -> dict[str, Any]:
    """The control file beside `path`."""
    document: dict[str, Any] = json.loads(path.with_name(path.name + ".ok").read_text(encoding="utf-8"))
    return document


def delivered_file(contract: Contract, file_id: str, folder: Path, batch: str) -> Path:
    """The one file of that declaration and batch."""
    pattern = re.compile(contract.file(file_id).pattern)
    (found,) = [path for path in folder.iterdir() if (name := pattern.match(path.name)) and name["batch"] == batch]
    return found


@cache
def judged(drops: Path, store: Store, source: str, batch: str) -> tuple[Judged, ...]:
    """Every table of the reply to `batch`, parents before children."""
    return tuple(_judged(drops, store, source, batch, store.root / "judged" / source / batch))


def _judged(drops: Path, store: Store, source: str, batch: str, out: Path) -> Iterator[Judged]:
    contract = load(source)
    (folder,) = {path.parent for path in (drops / source).glob(f"*/*{batch}*.ok")}
    connection = duck.connect(Settings(threads=1))
    connection.execute(
        "CREATE TEMP TABLE asked AS SELECT inquiry_no FROM read_parquet($path) WHERE list_contains(sources, $source)",
        {"path": str(store.inquiries / f"{batch}.parquet"), "source": source},
    )
    accepted: dict[str, Path] = {}
    for declared in contract.files:
        path = delivered_file(contract, declared.id, folder, batch)
        read_file(contract, declared, path, out / "text")
        for table in declared.tables:
            context = FilterContext("reply", accepted_parents=dict(accepted), asked_inquiries="asked")
            result = filter_table(
                connection, contract, table, {path.name: out / "text" / f"{table}.parquet"}, context, out=out
            )
            accepted[table] = result.accepted_path
            yield Judged(
                path.name,
                table,
                control(path)["rows"][table],
                _rows(connection, result.accepted_path),
                _rows(connection, result.quarantine_path),
            )
    connection.close()


def _rows(connection: duckdb.DuckDBPyConnection, path: Path) -> list[dict[str, Any]]:
    return connection.execute("FROM read_parquet($path)", {"path": str(path)}).to_arrow_table().to_pylist()
