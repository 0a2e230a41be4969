"""Who the debtors are, who is asked about tonight, and under which names and numbers a register may know them.

All three steps work on a DuckDB session in which the present views ``court_cases__*``, ``household__persons``,
``enterprises__base`` and ``enterprises__branches`` exist (empty where nothing was delivered yet).
"""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
from duckdb import DuckDBPyConnection

from core import duck

#: Columns of inquiry.yaml, in its order; ``inquiry_line`` carries debtor_id and sources behind them.
OUTGOING_COLUMNS = (
    "inquiry_no", "case_no", "court_code", "judge", "officer_id", "debtor_name", "former_names", "id_type", "id_number",
    "asked_at", "window_from", "window_to",
)  # fmt: skip

ASKED = """
CREATE TABLE IF NOT EXISTS asked (
    inquiry_no VARCHAR, batch VARCHAR, business_date DATE, asked_at TIMESTAMP, debtor_id VARCHAR, case_no VARCHAR,
    name VARCHAR, id_type VARCHAR, id_number VARCHAR, sources VARCHAR[])
"""


def build_debtors(con: DuckDBPyConnection, business_date: date) -> None:
    """Build case_held, debtor_party, household_person, debtor_base and debtor_identity for that business date.

    ``asked`` (every inquiry line ever sent) is created empty where the session has none: the first evening.
    """
    con.execute(ASKED)
    duck.run_sql(con, "profiles", "debtors", business_date=business_date)
    duck.run_sql(con, "profiles", "identity")


def inquiry_lines(con: DuckDBPyConnection, business_date: date, run: int, asked_at: datetime) -> pa.Table:
    """Tonight's inquiry list, in its order: the outgoing columns, then debtor_id and sources (VARCHAR[]).

    `run` counts the lists of one business date from 1. id_type is canonical; the writer encodes it by the contract.
    Leaves the same rows as table ``inquiry_line`` in the session.
    """
    build_debtors(con, business_date)
    duck.run_sql(con, "profiles", "inquiry", run=run, asked_at=asked_at)
    return con.execute("FROM inquiry_line ORDER BY inquiry_no").to_arrow_table()
