"""The two sides of matching, read from staging: debtors' identities against every party that a record names."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from core.duck import sql


def left(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """One row per identity variant of a debtor; record_id = debtor_id#variant. All text, null where unknown."""
    return con.execute(sql("profiles", "matching_left")).to_arrow_table()


def right(con: duckdb.DuckDBPyConnection, file: Path) -> Path:
    """One row per party of a delivered record; record_id = source, table, record, part and (of replies) the debtor
    asked about, joined by U+001F. A Parquet file: it is the whole district. Returns `file`."""
    query = sql("profiles", "matching_right").rstrip().rstrip(";")
    con.execute(f"COPY ({query}) TO '{str(file).replace(chr(39), chr(39) * 2)}' (FORMAT parquet, COMPRESSION lz4)")
    return file
