"""Which questions should have been answered by now: deadlines of the replying sources, as a table for SQL."""

from __future__ import annotations

import pyarrow as pa
from duckdb import DuckDBPyConnection

import data_contracts
from data_contracts import calendar
from profiles import tables

ANSWER_DATE: list[tuple[str, pa.DataType]] = [
    ("source", pa.string()),
    ("asked_on", pa.date32()),
    ("answered_on", pa.date32()),
]

REPLY_BATCH = """
CREATE TABLE IF NOT EXISTS reply_batch (
    source VARCHAR, batch VARCHAR, business_date DATE, data_as_of TIMESTAMP, extracted_at TIMESTAMP, complete BOOLEAN)
"""


def answer_dates(con: DuckDBPyConnection, _context: object = None) -> None:
    """Build ``answer_date(source, asked_on, answered_on)``: which business date's delivery answers which lists.

    A working_days source answers the lists of weekends and holidays on the next working day; until that night's
    deadline an open question is not due. The night run begins after the last deadline of its own business date.
    Also makes an empty ``reply_batch`` where the session has none.
    """
    con.execute(REPLY_BATCH)
    asked_on = [day for (day,) in con.execute("SELECT DISTINCT business_date FROM asked ORDER BY 1").fetchall()]
    rows = [
        {"source": source, "asked_on": day, "answered_on": calendar.next_due(contract, day)}
        for source in data_contracts.sources()
        if (contract := data_contracts.load(source)).mode == "reply"
        for day in asked_on
    ]
    tables.create(con, "answer_date", pa.Table.from_pylist(rows, schema=pa.schema(ANSWER_DATE)))
