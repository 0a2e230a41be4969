"""What the sources delivered and answered: the step that works also where nothing was ever quarantined."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from core import duck

QUARANTINED = """
CREATE TABLE quarantined (
    source VARCHAR, business_date DATE, file VARCHAR, table_name VARCHAR, row_no BIGINT,
    reasons VARCHAR[], severity VARCHAR, raw VARCHAR)
"""


def build_sources(con: DuckDBPyConnection, _context: object = None) -> None:
    """Build source_status, source_reply and quarantine. Without ``quarantined`` in the session no row was refused."""
    held = con.execute("SELECT count(*) FROM information_schema.tables WHERE table_name = 'quarantined'").fetchall()
    if held[0][0] == 0:
        con.execute(QUARANTINED)
    duck.run_sql(con, "profiles", "sources")
