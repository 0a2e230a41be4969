"""Asks every question of the cookbook of a published database and puts the answers under them.

The page is the source: a block of SQL, and the table below it, which is replaced by what the query gives.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb

PAGE = Path(__file__).parent / "how-to" / "ask-the-database.md"
QUERY = re.compile(r"```sql\n(?P<sql>(?s:.*?))```\n(?:\n(?:\|.*\n)+)?")


def answered(text: str, database: Path) -> str:
    """The page with the answers of this database. Opens it as any reader does: plain DuckDB, read-only."""
    with duckdb.connect(str(database), read_only=True) as con:
        return QUERY.sub(lambda found: f"```sql\n{found['sql']}```\n\n{_table(con, found['sql'])}\n", text)


def questions(text: str) -> list[str]:
    """The SQL of every question, in the order of the page."""
    return [found["sql"] for found in QUERY.finditer(text)]


def _table(con: duckdb.DuckDBPyConnection, query: str) -> str:
    result = con.execute(query)
    names = [column[0] for column in result.description or []]
    rows = result.fetchall()
    lines = ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(names) + " |", "|" + "---|" * len(names), *lines])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return "；".join(map(str, value))
    return str(value).replace("|", "\\|")


def write(database: Path) -> None:
    """Answer the page anew."""
    PAGE.write_text(answered(PAGE.read_text(encoding="utf-8"), database), encoding="utf-8")
