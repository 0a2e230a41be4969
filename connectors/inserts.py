"""Whether a delta is a full in disguise: a register resent under the name of a delta, every row of it marked I."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from connectors.layers import Layer, last_full
from connectors.present import view_name
from connectors.pull import Read
from data_contracts import Contract, Table
from data_contracts.filtering.expressions import ident, in_normal_form


def whole_inserts(
    con: duckdb.DuckDBPyConnection, contract: Contract, reads: Sequence[Read], layers: Sequence[Layer]
) -> frozenset[str]:
    """Tables of a delta whose rows are all inserts, and mostly of things that we hold already.

    The suite holds such a table when it has more than half the rows of the last full (README, full_as_delta). That the
    rows are held already spares a small register that honestly doubled in a day. Asked only of the table that the
    register is about, and only when it is large enough to matter. `layers` is the present state; its views stand in the
    session under the prefix ``held_``.
    """
    table = contract.tables[0]
    full = last_full(layers, table.name)
    rows = sum(read.rows.get(table.name, 0) for read in reads)
    if full is None or not table.has("op") or rows * 2 <= full.rows_of(table.name):
        return frozenset()
    files = [read.text / f"{table.name}.parquet" for read in reads if table.name in read.rows]
    return frozenset({table.name}) if _inserts_what_is_held(con, contract, table, files, rows) else frozenset()


def _inserts_what_is_held(
    con: duckdb.DuckDBPyConnection, contract: Contract, table: Table, files: Sequence[Path], rows: int
) -> bool:
    codes = table.column("op").codes
    inserted = ["I", *(code for code, (canonical, _) in codes.items() if canonical == "I")]
    same = " AND ".join(
        f'CAST(h."{key}" AS VARCHAR) = {in_normal_form(table.column(key), f"t.{ident(key)}")}' for key in table.key
    )
    held = f'"held_{view_name(contract.source, table.name)}"'
    found = con.execute(
        f"""SELECT count(*) FILTER (op IS NOT NULL AND NOT list_contains($inserted, op)),
                   count(*) FILTER (EXISTS (FROM {held} h WHERE {same}))
            FROM read_parquet($files) t""",
        {"inserted": inserted, "files": [str(file) for file in files]},
    ).fetchall()
    others, known = found[0]
    return bool(others == 0 and known * 2 >= rows)
