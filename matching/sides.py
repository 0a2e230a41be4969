"""The two sides of the linkage: delivered columns to normal forms and keys."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.duck import run_sql
from core.errors import UsageError

COLUMNS = (
    "record_id",
    "source",
    "party_type",
    "name",
    "former_name",
    "id_type",
    "id_number",
    "birth_date",
    "sex",
    "address",
    "phone",
)

#: A table in memory, or the path of a Parquet file, which is read in parts.
Side = pa.Table | Path


def read(con: duckdb.DuckDBPyConnection, which: str, side: Side) -> None:
    """Make ``<which>_side`` (the eleven columns as text plus `row`), ``<which>_party`` and ``<which>_form``.

    Empty text is null, like a column not delivered. UsageError if there is no record_id.
    """
    # a table of our own: a Parquet file of one row group would keep all threads but one idle
    con.execute(f"CREATE OR REPLACE TEMP TABLE {which}_side AS {delivered(con, which, side, COLUMNS)}")
    con.execute(f"CREATE OR REPLACE TEMP VIEW side AS FROM {which}_side")
    run_sql(con, "matching", "party")
    for made, kept in (("party", f"{which}_party"), ("name_form", f"{which}_form")):
        con.execute(f"DROP TABLE IF EXISTS {kept}")
        con.execute(f"ALTER TABLE {made} RENAME TO {kept}")


def delivered(con: duckdb.DuckDBPyConnection, which: str, side: Side, columns: tuple[str, ...]) -> str:
    """The query of a side's `columns` as text and of `row`, the place in the delivery."""
    present = pq.read_schema(side).names if isinstance(side, Path) else side.column_names
    if "record_id" not in present:
        raise UsageError("a side of the linkage has no record_id", where=which, do="add the column")
    texts = [
        f"nullif({name}::VARCHAR, '') AS {name}" if name in present else f"NULL::VARCHAR AS {name}" for name in columns
    ]
    known = [name for name in columns if name in present]
    return f"SELECT {', '.join(texts)}, row FROM {_rows(con, which, side, known)}"


def take_population(con: duckdb.DuckDBPyConnection, frozen: pa.Table | None) -> None:
    """Make `population`: the one a model brings, or what the right side holds."""
    if frozen is None:
        run_sql(con, "matching", "population")
    else:
        con.register("frozen", frozen)
        con.execute("CREATE OR REPLACE TEMP TABLE population AS FROM frozen")
        con.unregister("frozen")


def drop_placeholders(con: duckdb.DuckDBPyConnection, which: str) -> None:
    """Take out of a side the telephones and numbers that the population knows as nobody's."""
    if con.execute("SELECT count(*) FROM population WHERE what IN ('phone', 'number')").fetchall()[0][0]:
        con.execute(f"ALTER TABLE {which}_party RENAME TO party")
        run_sql(con, "matching", "placeholders")
        con.execute(f"ALTER TABLE party RENAME TO {which}_party")


def find_keys(con: duckdb.DuckDBPyConnection, which: str) -> None:
    """Make the view `key` of a side; see ``keys.sql``."""
    for name, kept in (("side", "side"), ("party", "party"), ("name_form", "form")):
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM {which}_{kept}")
    run_sql(con, "matching", "keys", side_is_left=which == "left")


def forget_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `find_keys` made."""
    for name in ("key", "name_form", "party"):
        con.execute(f"DROP VIEW {name}")


def _rows(con: duckdb.DuckDBPyConnection, which: str, side: Side, known: list[str]) -> str:
    if isinstance(side, Path):
        file = str(side).replace("'", "''")
        rows = f"read_parquet('{file}', file_row_number = true)"
        return f"(SELECT * EXCLUDE (file_row_number), file_row_number AS row FROM {rows})"
    con.register(f"{which}_table", side.select(known).append_column("row", pa.array(np.arange(side.num_rows))))
    return f"{which}_table"
