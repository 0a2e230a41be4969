"""What DuckDB means to do with the statements of a SQL file, read before each is run."""

from __future__ import annotations

import duckdb

#: Joins that look at every pair of rows: what they cost grows with the square of a district.
OF_EVERY_PAIR = ("BLOCKWISE_NL_JOIN", "NESTED_LOOP_JOIN", "CROSS_PRODUCT")

_PLANNED = {
    duckdb.StatementType.CREATE,
    duckdb.StatementType.INSERT,
    duckdb.StatementType.UPDATE,
    duckdb.StatementType.DELETE,
}


def run_watched(con: duckdb.DuckDBPyConnection, text: str, step: str) -> list[str]:
    """Run every statement; what each joins by every pair, as ``<step>: <join>: <beginning of the statement>``."""
    found = []
    for statement in duckdb.extract_statements(text):
        if statement.type in _PLANNED and "MACRO" not in statement.query:
            plan = "".join(row[1] for row in con.execute(f"EXPLAIN {statement.query}").fetchall())
            words = " ".join(line for line in statement.query.split("\n") if not line.startswith("--")).split()
            found += [f"{step}: {join}: {' '.join(words[:7])}" for join in OF_EVERY_PAIR if join in plan]
        con.execute(statement)
    return found
