"""Checks that need the last full: a full that calls itself a delta, a full that was cut off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from connectors.layers import Layer, last_full
from connectors.present import view_name
from connectors.pull import Read
from connectors.records import Verdict
from core.settings import Settings
from data_contracts import Contract, Table

#: Where a spreadsheet cuts an export: 65,536 lines, the header among them or not.
SPREADSHEET_LIMITS = (65_535, 65_536)
#: A register may lose this many rows between two fulls whatever the share: three mining rights become two.
ORDINARY_LOSS = 20


def implausible(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    contract: Contract,
    reads: Sequence[Read],
    layers: Sequence[Layer],
) -> Verdict | None:
    """A verdict that holds the file `reads` (one file, or all pages of one reading), or None.

    `layers` is the present state; its views stand in the session under the prefix ``held_``.
    """
    mode, name = reads[0].part.mode, reads[0].part.file.name
    for table_name in reads[0].part.declared.tables:
        full = last_full(layers, table_name)
        if full is None or not full.rows_of(table_name):
            continue
        table, rows, before = (
            contract.table(table_name),
            sum(read.rows.get(table_name, 0) for read in reads),
            full.rows_of(table_name),
        )
        facts = {"table": table_name, "found": rows, "last_full": before}
        if mode == "full" and _cut_off(settings, contract, table, rows, before):
            return Verdict("count_mismatch", name, True, facts)
        if mode == "delta" and _is_main(contract, table) and rows * 2 > before:
            files = [read.text / f"{table_name}.parquet" for read in reads]
            if _is_full(con, contract, table, files, rows):
                return Verdict("mode_mismatch", name, True, facts)
    return None


def _cut_off(settings: Settings, contract: Contract, table: Table, rows: int, before: int) -> bool:
    if rows in SPREADSHEET_LIMITS and before > rows:
        return True
    shrunk = rows < settings.full_volume_floor * before and before - rows > ORDINARY_LOSS
    return _is_main(contract, table) and shrunk


def _is_main(contract: Contract, table: Table) -> bool:
    """The table that the register is about: it grows and shrinks slowly, open applications need not."""
    return table.name == contract.tables[0].name


def _is_full(
    con: duckdb.DuckDBPyConnection, contract: Contract, table: Table, files: Sequence[Path], rows: int
) -> bool:
    """Whether a delta is the whole register again: nothing but I, over half of the last full (the caller's check), and
    most of it rows that we hold already. The last condition spares a small register that honestly doubled in a day."""
    if not table.has("op") or not rows:
        return False
    inserted = ["I", *(code for code, (canonical, _) in table.column("op").codes.items() if canonical == "I")]
    same = " AND ".join(f'CAST(h."{key}" AS VARCHAR) = t."{key}"' for key in table.key)
    held = f'"held_{view_name(contract.source, table.name)}"'
    found = con.execute(
        f"""SELECT count(*) FILTER (op IS NOT NULL AND NOT list_contains($inserted, op)),
                   count(*) FILTER (EXISTS (FROM {held} h WHERE {same}))
            FROM read_parquet($files) t""",
        {"inserted": inserted, "files": [str(file) for file in files]},
    ).fetchall()
    others, known = found[0]
    return bool(others == 0 and known * 2 >= rows)
