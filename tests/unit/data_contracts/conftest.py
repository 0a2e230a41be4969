"""Text tables as readers hand them over, and what the filter makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from contract_rows import Filtered, Row, write_text

from core.duck import connect
from core.settings import Settings
from data_contracts import load
from data_contracts.row_filter import FilterContext, filter_table


@pytest.fixture(scope="session")
def session() -> duckdb.DuckDBPyConnection:
    return connect(Settings())


@pytest.fixture(scope="session")
def run_filter(session: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Filtered]:
    """``run_filter(source, table, rows, mode="full", **context)`` -> Filtered; row numbers count from 1."""

    def run(source: str, table: str, rows: Sequence[Row], mode: str | None = None, **context: Any) -> Filtered:
        contract = load(source)
        folder = tmp_path_factory.mktemp("filter")
        path = write_text(contract.table(table), rows, folder / "text.parquet")
        chosen = mode or ("full" if contract.mode == "extract" else "reply")
        given = FilterContext(mode=chosen, file_name=f"{source}.file", **context)
        result = filter_table(session, contract, table, path, given, out=folder)
        return Filtered(
            result,
            {row["_row_no"]: row for row in pq.read_table(result.accepted_path).to_pylist()},
            {row["row_no"]: row for row in pq.read_table(result.quarantine_path).to_pylist()},
        )

    return run
