"""The two sides of matching, read from staging: debtors' identities against every party that a record names."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from core.duck import sql


def left(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """One row per identity variant of a debtor; record_id = debtor_id#variant. All text, null where unknown."""
    return _read(con, "left")


def right(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """One row per party of a delivered record; record_id = source, table, record, part and (of replies) the debtor
    asked about, joined by U+001F."""
    return _read(con, "right")


def _read(con: duckdb.DuckDBPyConnection, side: str) -> pa.Table:
    return con.execute(sql("profiles", f"matching_{side}")).to_arrow_table()
