"""Who is meant by a case number."""

from __future__ import annotations

import duckdb

from core.duck import sql
from profiles import query


def debtors(con: duckdb.DuckDBPyConnection, wanted: str) -> list[tuple[str, str]]:
    """(debtor_id, case number as published) of the case that `wanted` names in any usual form; empty if none."""
    found = query.beside(con).execute(sql("exports", "case"), {"wanted": wanted.strip()}).fetchall()
    return [(debtor_id, case_no) for debtor_id, case_no in found]
