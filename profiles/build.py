"""Build the profile database in one DuckDB session, in two calls, because matching happens between them.

    prepare(con, context)                      staging, debtors, every mapping      -> parties to match
    matching.link(left(con), right(con), …)    by the caller (see matching_input)
    finish(con, context, match_result, file)   links, assets, claims, values, lists -> published file

The caller has attached in `con`: a present view ``<source>__<table>`` for every table of every contract, the table
``asked`` (what was asked about whom) and the view ``quarantined`` (columns of the view `quarantine`; may be absent).

A step is a SQL file of this package (``links`` -> ``links.sql``) or a function ``module:function`` called with
``(con, context)``. A table that a later step reads is a plain one; a TEMP table ends with its step, because the session
holds a whole district. SQL reads the facts of the run as session variables: ``getvariable('business_date')``,
``court_code``, ``court_name``, ``living_reserve`` (DECIMAL or null), ``run_id``, ``started_at``, ``code_version``,
``model_version``, ``is_incremental``. What was published before stands in ``previous_<view>`` (0 rows the first time).
"""

from __future__ import annotations

import importlib
import time
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from core.duck import sql
from core.errors import StoreError
from core.settings import Settings
from profiles import publish, schema, tables

_XML_BANKS = ("bank_boc", "bank_abc", "bank_ccb", "bank_icbc")
_BANKS = (*_XML_BANKS, "bank_sdrcb", "bank_psbc")

#: Mapping -> the sources that it reads. The XML banks share `bank_message`, which also makes the tables of the other
#: two; `bank_accounts` turns the shape of all banks into assets.
MAPPINGS: dict[str, tuple[str, ...]] = {
    "court_cases": ("court_cases",),
    "household": ("household",),
    "vehicles": ("vehicles",),
    "land": ("land",),
    "mining": ("mining",),
    "housing": ("housing",),
    "enterprises": ("enterprises",),
    "tax": ("tax",),
    "development": ("development",),
    "planning": ("planning",),
    "bank_message": _BANKS,
    "bank_sdrcb": ("bank_sdrcb",),
    "bank_psbc": ("bank_psbc",),
    "bank_accounts": _BANKS,
}

PREPARE = (
    "staging",
    "cells",
    "debtors",
    "identity",
    "profiles.replies:answer_dates",
    "replies",
    *(f"mapping/{name}" for name in MAPPINGS),
    "parties",
    "profiles.protection:classify",
)

FINISH = (
    "links",  # match_result -> best_link
    "representatives",  # companies led without a share: leads in best_link
    "verdicts",  # what people decided -> link_basis, ruling
    "linked",  # link, linked_party
    "assets",  # asset_record + linked_party -> thing, asset, provenance
    "silent_releases",  # seizures that a register tells no more without a release: seizure_record
    "seizures",  # encumbrance, seizure
    "applications",  # application
    "values",  # prior_claims, net_value, linked_asset_id
    "declared",  # what debtors declared: asset rows and declared_by_debtor
    "past",  # what was published before and is delivered no more: asset rows that are not current
    "liabilities",  # liability
    "profiles.sources:build_sources",  # source_status, source_reply, quarantine
    "debtor_values",  # debtor, debtor_case: totals, flags, age
    "change_events",
    "profiles.measures:load_rules",  # what may be ordered, on what ground
    "profiles.targeting:load_weights",  # what pursuing an asset can be expected to bring
    "targets",
    "alerts",
    "runs",
)

#: Columns of `BuildContext.outcomes`: one row per source, what this night found (see view source_status).
_OUTCOME_TYPES: dict[str, pa.DataType] = {
    "source": pa.string(),
    "business_date": pa.date32(),
    "outcome": pa.string(),
    "mode": pa.string(),
    "rows_delivered": pa.int64(),
    "rows_accepted": pa.int64(),
    "rows_quarantined": pa.int64(),
    "data_as_of": pa.timestamp("us"),  # of the state that holds now, delivered tonight or earlier
    "age_days": pa.int32(),
    "message": pa.string(),
}
OUTCOME_SCHEMA = pa.schema(_OUTCOME_TYPES)

#: Columns of `BuildContext.verdicts`: the verdict that stands on a link, at most one per link_id. `record_key` is
#: keyed_id('R', source, table_name, record_id); `basis_digest` is the link's as published when it was decided on.
_VERDICT_TYPES: dict[str, pa.DataType] = {
    "link_id": pa.string(),
    "debtor_id": pa.string(),
    "source": pa.string(),
    "table_name": pa.string(),
    "record_key": pa.string(),
    "verdict": pa.string(),
    "reason": pa.string(),
    "officer": pa.string(),
    "decided_at": pa.timestamp("us"),
    "basis_digest": pa.string(),
}
VERDICT_SCHEMA = pa.schema(_VERDICT_TYPES)


@dataclass(frozen=True)
class BuildContext:
    """Facts that a build needs and cannot derive. `previous` is the database published before, if any."""

    settings: Settings
    business_date: date
    run_id: str
    started_at: datetime
    code_version: str
    work: Path
    #: Known when matching is done, before `finish`.
    model_version: str = ""
    is_incremental: bool = False
    previous: Path | None = None
    outcomes: pa.Table = field(default_factory=OUTCOME_SCHEMA.empty_table)
    verdicts: pa.Table = field(default_factory=VERDICT_SCHEMA.empty_table)
    #: Sources that have ever delivered: the others' mappings are not read. None: not known.
    told: frozenset[str] | None = None


@dataclass(frozen=True)
class BuildReport:
    """What came out: rows per published view and seconds per step."""

    rows: dict[str, int]
    seconds: dict[str, float]


def prepare(con: duckdb.DuckDBPyConnection, context: BuildContext) -> dict[str, float]:
    """Fill staging from the present views. Afterwards `matching_input.left` and `.right` can be read."""
    _set_facts(con, context)
    _attach_previous(con, context)
    tables.create(con, "night_outcome", context.outcomes)
    tables.create(con, "standing_verdict", context.verdicts)
    return _run_steps(con, context, preparing(context.told))


def preparing(told: frozenset[str] | None) -> tuple[str, ...]:
    """The steps of `prepare`, without the mappings of sources that have told nothing yet."""
    silent = {f"mapping/{name}" for name, sources in MAPPINGS.items() if told is not None and told.isdisjoint(sources)}
    return tuple(step for step in PREPARE if step not in silent)


def finish(
    con: duckdb.DuckDBPyConnection,
    context: BuildContext,
    match_result: pa.Table | pa.RecordBatchReader,
    target_file: Path,
) -> BuildReport:
    """Consolidate what matching found and publish it as `target_file`, replacing it in one step."""
    _set_facts(con, context)
    tables.create(con, "match_result", match_result)
    seconds = _run_steps(con, context, FINISH)
    started = time.perf_counter()
    rows = publish.publish(con, target_file, context.work)
    seconds["publish"] = time.perf_counter() - started
    _detach_previous(con)
    return BuildReport(rows=rows, seconds=seconds)


def _set_facts(con: duckdb.DuckDBPyConnection, context: BuildContext) -> None:
    settings = context.settings
    facts = {
        "business_date": context.business_date,
        "court_code": settings.court_code,
        "court_name": settings.court_name,
        "living_reserve": settings.living_reserve,
        "run_id": context.run_id,
        "started_at": context.started_at,
        "code_version": context.code_version,
        "model_version": context.model_version,
        "is_incremental": context.is_incremental,
    }
    for name, value in facts.items():
        con.execute(f"SET VARIABLE {name} = $value", {"value": value})


def _attach_previous(con: duckdb.DuckDBPyConnection, context: BuildContext) -> None:
    """Give every view of the last publication as a table ``previous_<view>``; empty when there is none."""
    held: dict[str, set[str]] = {}
    if context.previous is not None and context.previous.exists():
        path = str(context.previous).replace("'", "''")
        try:
            con.execute(f"ATTACH IF NOT EXISTS '{path}' AS previous (READ_ONLY)")
        except duckdb.Error as error:
            raise StoreError(
                f"the published database cannot be opened: {type(error).__name__}",
                where=context.previous.name,
                do="move it away and run again; the next run is a new baseline",
            ) from error
        columns = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns()"
            " WHERE database_name = 'previous' AND schema_name = 'main' AND NOT internal"
        ).fetchall()
        for table, column in columns:
            held.setdefault(table, set()).add(column)
    for view in schema.load():
        known = held.get(view.name, set())
        # A column that an earlier version did not publish is unknown, not an error.
        columns_sql = ", ".join(
            f"CAST({name if column.name in known else 'NULL'} AS {column.type}) AS {name}"
            for column in view.columns
            for name in [_quoted(column.name)]
        )
        source = f"FROM previous.main.{_quoted(view.name)}" if known else "WHERE false"
        con.execute(f"CREATE OR REPLACE TEMP VIEW {_quoted('previous_' + view.name)} AS SELECT {columns_sql} {source}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _detach_previous(con: duckdb.DuckDBPyConnection) -> None:
    """Let go of the file that was published before: whoever opens the new one must not meet the old."""
    for view in schema.load():
        con.execute(f'DROP VIEW IF EXISTS "previous_{view.name}"')
    con.execute("DETACH DATABASE IF EXISTS previous")


def _run_steps(con: duckdb.DuckDBPyConnection, context: BuildContext, steps: tuple[str, ...]) -> dict[str, float]:
    seconds: dict[str, float] = {}
    callers = _temporary(con)
    for step in steps:
        started = time.perf_counter()
        _run_step(con, context, step)
        for name in _temporary(con) - callers:
            con.execute(f"DROP TABLE {_quoted(name)}")
        seconds[step] = time.perf_counter() - started
    return seconds


def _temporary(con: duckdb.DuckDBPyConnection) -> set[str]:
    return {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()}


def _run_step(con: duckdb.DuckDBPyConnection, context: BuildContext, step: str) -> None:
    if ":" in step:
        module, function = step.split(":")
        getattr(importlib.import_module(module), function)(con, context)
        return
    folder, _, name = step.rpartition("/")
    package = "profiles" + (f".{folder}" if folder else "")
    con.execute(sql(package, name))
