"""A DuckDB session of bounded memory with the SQL of this package, and one that plans it once."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from core.duck import connect, run_sql, sql
from core.settings import Settings

_PACKAGE = "matching"
#: Links after which a planned session starts over: what a session deletes stays in its tables.
_FRESH = 500
#: They rest on what a table held when the statement was planned.
_UNSAFE_WHEN_PLANNED_ONCE = "statistics_propagation,compressed_materialization,empty_result_pullup,in_clause"
_CREATE = re.compile(r"CREATE OR REPLACE TEMP (?P<what>TABLE|VIEW|MACRO) (?P<name>\w+)(?: AS)?")


class Session:
    """Runs the SQL files of this package; in them ``{which}`` stands for the side, left or right."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def run(self, step: str, which: str = "") -> None:
        """Run ``<step>.sql``, for one side if it is a step of sides."""
        self.con.execute(_text(step, which))

    def keep(self, name: str, table: pa.Table) -> None:
        """Make a table of an Arrow table, for the whole session."""
        self.con.register("rows", table)
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM rows")
        self.con.unregister("rows")

    def put(self, name: str, table: pa.Table) -> None:
        """Give the SQL an Arrow table that the steps of one answer pass on."""
        self.con.register(name, table)

    def declare(self, **values: Any) -> None:
        """Bind session variables, read in SQL as ``getvariable('name')``."""
        for name, value in values.items():
            self.con.execute(f"SET VARIABLE {name} = $value", {"value": value})

    def table(self, query: str) -> pa.Table:
        """The rows of a query."""
        return self.con.execute(query).to_arrow_table()

    def value(self, query: str) -> Any:
        """The one value of a query."""
        return self.con.execute(query).fetchall()[0][0]


class PlannedSession(Session):
    """Runs each step as written the first time, and afterwards by plans made once, into the tables made then.

    For a few rows at a time, where planning costs more than running. Variables and views are fixed by the first time.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        super().__init__(con)
        self._plans: dict[tuple[str, str], list[str]] = {}
        self._planned = 0
        self._rounds = 0
        con.execute(f"SET disabled_optimizers = '{_UNSAFE_WHEN_PLANNED_ONCE}'")

    @contextmanager
    def round(self) -> Iterator[None]:
        """All steps of one answer, in one transaction."""
        if self._rounds % _FRESH == 0:
            for number in range(self._planned):
                self.con.execute(f"DEALLOCATE plan_{number}")
            self._plans, self._planned = {}, 0
        self._rounds += 1
        self.con.execute("BEGIN")
        try:
            yield
        finally:
            self.con.execute("COMMIT")

    def run(self, step: str, which: str = "") -> None:
        """As `Session.run`."""
        plans = self._plans.get((step, which))
        if self._rounds % _FRESH == 1:
            super().run(step, which)
            return
        if plans is None:
            plans = self._plans[step, which] = self._plan(_text(step, which))
        for plan in plans:
            self.con.execute(plan)

    def put(self, name: str, table: pa.Table) -> None:
        """As `Session.put`, but copied: a name shown anew would void every plan."""
        if self._rounds % _FRESH == 1:
            self.keep(name, table)
        else:
            self.con.execute(f"DELETE FROM {name}")
            if table.num_rows:
                self.con.from_arrow(table).insert_into(name)

    def _plan(self, text: str) -> list[str]:
        plans = []
        for statement in duckdb.extract_statements(text):
            found = _CREATE.search(statement.query)
            if found is None:
                plans.append(self._prepared(statement.query))
            elif found["what"] == "TABLE":
                plans.append(f"DELETE FROM {found['name']}")
                plans.append(self._prepared(f"INSERT INTO {found['name']} {statement.query[found.end() :]}"))
        return plans

    def _prepared(self, query: str) -> str:
        name = f"plan_{self._planned}"
        self.con.execute(f"PREPARE {name} AS {query}")
        self._planned += 1
        return f"EXECUTE {name}"


@contextmanager
def session(threads: int, memory: str) -> Iterator[Session]:
    """A session of bounded memory that spills into a folder of its own."""
    with connection(threads, memory) as con:
        yield Session(con)


@contextmanager
def connection(threads: int, memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The connection of such a session, with the macros of this package."""
    with tempfile.TemporaryDirectory(prefix="chakong-link-") as scratch:
        con = connect(Settings(threads=threads, memory_limit=memory), scratch=Path(scratch))
        try:
            run_sql(con, _PACKAGE, "macros")
            yield con
        finally:
            con.close()


def _text(step: str, which: str) -> str:
    return sql(_PACKAGE, step).replace("{which}", which)
