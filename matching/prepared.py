"""Records read once, so that one debtor can be looked up at once."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.errors import UsageError
from matching import engine, sides, steps
from matching.model import Model, load_model
from matching.session import PlannedSession, Session, connection, session
from matching.sides import Side


class Prepared:
    """The right side of a linkage in its normal forms, its keys sorted; a context manager that holds a DuckDB session.

    The model must be frozen: nothing can be estimated from a handful of debtors. UsageError if it is not.
    """

    def __init__(self, right: Side, model: str | Model, *, threads: int = 2, memory: str = "1GB") -> None:
        chosen = load_model(model) if isinstance(model, str) else model
        if chosen.population is None:
            raise UsageError("records can be prepared under a frozen model only", where=chosen.version, do="train it")
        with session(threads, memory) as run:
            steps.declare(run, chosen)
            run.keep("population", chosen.population)
            self._read(run, right)
        known = chosen.population.to_pandas()
        self._crowded = known.loc[known["what"] == "key", "hash"].to_numpy()
        self._open = ExitStack()
        # a handful of rows: threads would only wait for each other
        self._run = PlannedSession(self._open.enter_context(connection(1, memory)))
        steps.declare(self._run, chosen)
        self._run.keep("population", chosen.population)
        steps.weigh(self._run, chosen)

    def _read(self, run: Session, right: Side) -> None:
        sides.open_right(run, right)
        run.con.execute("CREATE TEMP TABLE right_side AS FROM right_delivered ORDER BY row")
        steps.read(run, "right")
        run.run("hot_names", "right")
        run.run("keys", "right")
        keys = run.table("SELECT DISTINCT hash, row FROM right_key ORDER BY hash, row")
        self._hashes, self._rows = keys.column("hash").to_numpy(), keys.column("row").to_numpy()
        self._side = run.table("FROM right_side ORDER BY row").combine_chunks()
        self._party = run.table("FROM right_party ORDER BY row").combine_chunks()
        self._form = run.table("FROM right_form ORDER BY name_id").combine_chunks()

    def __enter__(self) -> Prepared:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def link(self, left: Side) -> pa.Table:
        """The links of `left`, as `engine.link` gives them under the same model."""
        with duckdb.connect() as con:
            asking = sides.plain(con, left)
        with self._run.round():
            self._run.put("left_side", asking)
            steps.read(self._run, "left")
            steps.ask(self._run)
            self._find()
            steps.compare(self._run)
            steps.decide(self._run)
            return engine.shown(self._run.con)

    def _find(self) -> None:
        """Make met_key and the right side of the rows that it names."""
        asked = self._run.table("SELECT DISTINCT hash FROM asked_key").column("hash").to_numpy()
        asked = asked[~np.isin(asked, self._crowded)]
        first, last = (np.searchsorted(self._hashes, asked, side) for side in ("left", "right"))
        # the places from each first to its last, as one range
        size = last - first
        found = np.arange(size.sum()) + np.repeat(first - np.cumsum(size) + size, size)
        hashes, met = pa.array(self._hashes[found]), pa.array(self._rows[found])
        self._run.put("met_key", pa.Table.from_arrays([hashes, met], names=["hash", "row"]))
        rows = met.unique().sort()
        party = self._party.take(rows)
        names = pa.chunked_array([*party.column("name_id").chunks, *party.column("former_id").chunks]).unique()
        self._run.put("right_side", self._side.take(rows))
        self._run.put("right_party", party)
        # name_id counts from 1 in the order of the forms
        self._run.put("right_form", self._form.take(pc.subtract(pc.drop_null(names), 1)))
