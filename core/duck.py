"""DuckDB sessions and the SQL files that packages keep beside their code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from core.settings import Settings


def connect(settings: Settings, *, path: Path | None = None, scratch: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open a session with bounded memory that spills into `scratch`, with Chakong's macros defined.

    Macros: ``keyed_id(prefix, text)`` plus everything in ``core/sql/*.sql``.
    """
    config: dict[str, Any] = {
        "threads": settings.threads,
        "memory_limit": settings.memory_limit,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if path is None:
        # Nothing to recover: a checkpoint of tables in memory writes nothing and reads them all.
        config["checkpoint_threshold"] = "1TB"
    if scratch is not None:
        scratch.mkdir(parents=True, exist_ok=True)
        config["temp_directory"] = str(scratch)
    connection = duckdb.connect(str(path) if path else ":memory:", config=config)
    define_macros(connection, settings)
    return connection


def define_macros(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Define (temporary) macros: they belong to the session, never to a published file."""
    connection.execute("SET VARIABLE id_key = $key", {"key": settings.id_key})
    connection.execute("SET VARIABLE today = (SELECT current_date)")
    for entry in sorted(resources.files("core").joinpath("sql").iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".sql"):
            connection.execute(entry.read_text(encoding="utf-8"))


@contextmanager
def in_order(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Statements inside keep the order of the rows they read and stream them through: no sort, no copy of them all.

    A join takes its right side into memory, whatever the sizes; a condition stays above the columns that it speaks of,
    which are then computed once for both.
    """
    connection.execute("SET preserve_insertion_order = true")
    connection.execute("SET disabled_optimizers = 'build_side_probe_side,join_order,filter_pushdown'")
    try:
        yield
    finally:
        connection.execute("RESET disabled_optimizers")
        connection.execute("SET preserve_insertion_order = false")


def sql(package: str, name: str) -> str:
    """The text of ``<name>.sql`` kept in `package` (dotted path of a folder of ours)."""
    return resources.files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8")


def run_sql(connection: duckdb.DuckDBPyConnection, package: str, name: str, **values: Any) -> None:
    """Run a SQL file. `values` become session variables, read in the file as ``getvariable('name')``."""
    for key, value in values.items():
        connection.execute(f"SET VARIABLE {key} = $value", {"value": value})
    connection.execute(sql(package, name))
