"""Splits the rows of one delivered table into accepted and quarantined, at engine speed and with reasons.

The contract compiles to SQL over the reader's text (`data_contracts.filtering`); this module binds what is outside of
it (files, parents, the inquiry batch) and runs it. No row is dropped: accepted + quarantined = rows of the text table,
which `filter_table` checks itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from core.duck import in_order
from core.errors import StoreError
from core.files import written_whole
from data_contracts.filtering import tables
from data_contracts.filtering.apart import Asked, Parents
from data_contracts.filtering.expressions import ident, quoted
from data_contracts.filtering.text_view import TextTable, attach_text
from data_contracts.model import Contract, Table

#: Level 3, which is the default, takes a third more time for a fortieth less room; so does a dictionary of numbers or
#: names, and nobody looks a single value up.
PARQUET = """FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 50000,
  DICTIONARY_SIZE_LIMIT 100, WRITE_BLOOM_FILTER false"""
#: Up to this many rows are typed into a table at once.
AT_ONCE = 100_000
#: Text of the rows that were not accepted, or not without a warning.
NOTED = """SELECT text.* FROM filter_text AS text ANTI JOIN (
  SELECT _file, _row_no FROM read_parquet(getvariable('filter_accepted')) WHERE len(_warnings) = 0) AS plain
  ON plain._row_no = text._row_no AND plain._file = text._file"""


@dataclass(frozen=True)
class FilterContext:
    """What the rows are judged against besides their contract.

    mode: full | delta | reply.
    accepted_parents: table -> Parquet of the accepted parents of this very delivery.
    held_parents: table -> relation (view or table name) of the parents held from earlier deliveries. Nested tables,
        whose children stand inside their parent, never look there. A parent named in neither is not checked.
    asked_inquiries: relation with inquiry_no and, if known, case_no, name, id_number of the batch; None = not checked.
    file_name: delivered file name of a text table handed over as a single path.
    """

    mode: str
    accepted_parents: Mapping[str, Path] = field(default_factory=dict)
    held_parents: Mapping[str, str] = field(default_factory=dict)
    asked_inquiries: str | None = None
    file_name: str = ""


@dataclass(frozen=True)
class FilterResult:
    """Where the rows went. `rejects` and `warnings`: reason code -> column ("" = the row as a whole) -> rows.
    `distinct`: no key is there twice, not even in rows that were refused for something else."""

    table: str
    delivered: int
    accepted: int
    quarantined: int
    accepted_path: Path
    quarantine_path: Path
    rejects: Mapping[str, Mapping[str, int]]
    warnings: Mapping[str, Mapping[str, int]]
    distinct: bool = False


def filter_table(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    table: Table | str,
    text: TextTable,
    context: FilterContext,
    *,
    out: Path,
) -> FilterResult:
    """Write ``out/accepted/<table>.parquet`` and ``out/quarantine/<table>.parquet``; say what went where and why.

    `text` is one text Parquet, or delivered file name -> text Parquet when the table came in several files: their rows
    are judged together (a key may not repeat over pages). `connection` comes from `core.duck.connect`.

    Accepted: every contract column typed, `_row_no`, `_file`, `_warnings`. Quarantine: table_name, row_no, file,
    reasons, fields (columns that the reasons name), severity, raw (the reader's raw text, else the delivered fields as
    JSON by label).
    """
    table = contract.table(table) if isinstance(table, str) else table
    attach_text(connection, table, text, file_name=context.file_name)
    plan = tables.compile_table(
        contract,
        table,
        context.mode,
        parents=_parents(connection, table, context),
        asked=_asked(connection, context),
    )
    connection.execute(plan.apart)
    with in_order(connection):
        result = _write(connection, table, plan, out)
    connection.execute(
        "DROP TABLE filter_apart; DROP TABLE filter_typed; DROP TABLE filter_verdict; DROP VIEW filter_text"
    )
    return result


def _parents(connection: duckdb.DuckDBPyConnection, table: Table, context: FilterContext) -> Parents | None:
    if table.parent is None:
        return None
    wanted = ", ".join(ident(name) for name in table.parent.parent_columns)
    relations = []
    if accepted := context.accepted_parents.get(table.parent.parent_table):
        connection.execute("SET VARIABLE filter_parents = $path", {"path": str(accepted)})
        relations.append(f"SELECT {wanted} FROM read_parquet(getvariable('filter_parents'))")
    held = None if table.nested else context.held_parents.get(table.parent.parent_table)
    if held:
        relations.append(f"SELECT {wanted} FROM {held}")
    return Parents(" UNION ALL ".join(relations)) if relations else None


def _asked(connection: duckdb.DuckDBPyConnection, context: FilterContext) -> Asked | None:
    if context.asked_inquiries is None:
        return None
    present = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {context.asked_inquiries}").fetchall()}
    return Asked(context.asked_inquiries, frozenset(present & {"inquiry_no", "case_no", "name", "id_number"}))


def _write(connection: duckdb.DuckDBPyConnection, table: Table, plan: tables.TablePlan, out: Path) -> FilterResult:
    """A few rows are typed into a table, from which everything is told. Many go straight into the accepted file, and
    only those that are refused or warned of are typed again: a table of all of them would not fit into memory."""
    accepted_path = out / "accepted" / f"{table.name}.parquet"
    quarantine_path = out / "quarantine" / f"{table.name}.parquet"
    delivered = _count(connection, "SELECT count(*) FROM filter_text")
    apart = _count(connection, "SELECT count(*) FROM filter_apart") > 0
    twice = _count(connection, "SELECT count(*) FROM filter_apart WHERE reason IN ('duplicate_key:', 'duplicate_row:')")
    rows = "filter_text"
    if delivered <= AT_ONCE:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE filter_typed AS {plan.typed(rows)}")
        accepted = _copy(connection, plan.accepted("filter_typed", apart=apart), accepted_path)
    else:
        accepted = _copy(connection, plan.accepted(f"({plan.typed(rows)})", apart=apart), accepted_path)
        rows = "filter_noted"
        connection.execute("SET VARIABLE filter_accepted = $path", {"path": str(accepted_path)})
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {rows} AS {NOTED}")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE filter_typed AS {plan.typed(rows)}")
    connection.execute(plan.verdict)
    quarantined = _copy(connection, plan.quarantine(rows), quarantine_path)
    connection.execute("DROP TABLE IF EXISTS filter_noted")
    if accepted + quarantined != delivered:
        raise StoreError(
            f"{delivered} rows came in, {accepted} + {quarantined} went out",
            where=table.name,
            do="keep the work folder and report it: row numbers of the reader must be unique",
        )
    return FilterResult(
        table=table.name,
        delivered=delivered,
        accepted=accepted,
        quarantined=quarantined,
        accepted_path=accepted_path,
        quarantine_path=quarantine_path,
        rejects=_counts(connection, "rejects", "true"),
        warnings=_counts(connection, "warnings", "len(rejects) = 0"),
        distinct=not twice,
    )


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    with written_whole(path) as temporary:
        return _count(
            connection,
            f"COPY ({query}) TO {quoted(str(temporary))} ({PARQUET})",
        )


def _count(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    rows = connection.execute(statement).fetchall()
    return int(rows[0][0])


def _counts(connection: duckdb.DuckDBPyConnection, column: str, where: str) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    query = f"""SELECT split_part(reason, ':', 1), split_part(reason, ':', 2), count(*)
        FROM (SELECT DISTINCT _file, _row_no, unnest({column}) AS reason FROM filter_verdict WHERE {where})
        GROUP BY ALL ORDER BY ALL"""
    for code, name, rows in connection.execute(query).fetchall():
        counts.setdefault(code, {})[name] = rows
    return counts
