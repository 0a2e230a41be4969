"""Small facts of Python's side as tables of the build session."""

from __future__ import annotations

import pyarrow as pa
from duckdb import DuckDBPyConnection


def create(con: DuckDBPyConnection, name: str, rows: pa.Table | pa.RecordBatchReader) -> None:
    """Create (or replace) the table `name` with these rows."""
    con.register("_rows", rows)
    con.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM _rows')
    con.unregister("_rows")
