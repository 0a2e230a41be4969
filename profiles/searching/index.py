"""Make the index: tables that a search looks into, in the order that lets it touch few rows."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from core.duck import sql
from profiles.searching.sounds import sound

#: The schema that holds it.
SCHEMA = "search"
_LETTERS = "SELECT DISTINCT unnest(string_split(key, '')) AS letter FROM names ORDER BY letter"


def build(con: duckdb.DuckDBPyConnection, database: str, published: str) -> None:
    """Make it in schema `SCHEMA` of the attached `database`, from what `published` (``database.schema``) holds. Needs
    core's macros in the session, whose search path is as at its start afterwards."""
    con.execute(f"CREATE SCHEMA {database}.{SCHEMA}")
    con.execute(f"SET search_path = '{database}.{SCHEMA},{published}'")
    try:
        _build(con)
    finally:
        con.execute("RESET search_path")


def _build(con: duckdb.DuckDBPyConnection) -> None:
    for name in ("case_key", "numbers", "names"):
        con.execute(sql("profiles.searching", name))
    letters = con.execute(_LETTERS).to_arrow_table()
    said = pa.array([sound(str(letter)) for letter in letters.column("letter").to_pylist()], pa.string())
    con.register("syllable", letters.append_column("syllable", said))
    con.execute(sql("profiles.searching", "name_sounds"))
    con.unregister("syllable")
