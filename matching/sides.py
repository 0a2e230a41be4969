"""The two sides of the linkage as they are delivered: a table in memory or a Parquet file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import UsageError
from matching.session import Session

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


def open_left(run: Session, side: Side) -> None:
    """Make left_side: COLUMNS as text and `row`. Empty text is null, like a column not delivered.

    UsageError if there is no record_id.
    """
    # a table of our own: a Parquet file of one row group would keep all threads but one idle
    run.con.execute(f"CREATE OR REPLACE TEMP TABLE left_side AS {delivered(run.con, 'left', side, COLUMNS)}")


def plain(con: duckdb.DuckDBPyConnection, side: Side) -> pa.Table:
    """COLUMNS of a side as text, and `row`."""
    return con.execute(delivered(con, "plain", side, COLUMNS)).to_arrow_table()


def open_right(run: Session, side: Side) -> None:
    """Make the view right_delivered, with the columns of left_side."""
    run.con.execute(f"CREATE OR REPLACE TEMP VIEW right_delivered AS {delivered(run.con, 'right', side, COLUMNS)}")


def put(run: Session, name: str, side: Side) -> None:
    """Give the SQL a side as delivered, by this name."""
    if isinstance(side, Path):
        run.con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM read_parquet({quoted(side)})")
    else:
        run.put(name, side)


def names(side: Side) -> list[str]:
    """The columns that a side was delivered with."""
    present: list[str] = pq.read_schema(side).names if isinstance(side, Path) else side.column_names
    return present


def delivered(con: duckdb.DuckDBPyConnection, which: str, side: Side, columns: tuple[str, ...]) -> str:
    """The query of a side's `columns` as text and of `row`, the place in the delivery."""
    present = names(side)
    if "record_id" not in present:
        raise UsageError("a side of the linkage has no record_id", where=which, do="add the column")
    texts = [
        f"nullif({name}::VARCHAR, '') AS {name}" if name in present else f"NULL::VARCHAR AS {name}" for name in columns
    ]
    known = [name for name in columns if name in present]
    return f"SELECT {', '.join(texts)}, row FROM {_rows(con, which, side, known)}"


def _rows(con: duckdb.DuckDBPyConnection, which: str, side: Side, known: list[str]) -> str:
    if isinstance(side, Path):
        rows = f"read_parquet({quoted(side)}, file_row_number = true)"
        return f"(SELECT * EXCLUDE (file_row_number), file_row_number AS row FROM {rows})"
    con.register(f"{which}_table", side.select(known).append_column("row", pa.array(np.arange(side.num_rows))))
    return f"{which}_table"


def quoted(path: Path) -> str:
    """A path as a text of SQL."""
    return "'" + str(path).replace("'", "''") + "'"
