"""Records read once, so that one debtor can be looked up at once."""

from __future__ import annotations

from types import TracebackType

import pyarrow as pa

from core.duck import run_sql
from matching import engine, sides, steps
from matching.model import Model, load_model
from matching.sides import Side


class Prepared:
    """The right side of a linkage in its normal forms, its keys sorted; a context manager that holds a DuckDB session.

    `model` should be frozen: nothing is estimated from a handful of debtors.
    """

    def __init__(self, right: Side, model: str | Model = "v2", *, threads: int = 2, memory: str = "1GB") -> None:
        self._model = load_model(model) if isinstance(model, str) else model
        self._session = steps.session(threads, memory)
        self._con = self._session.__enter__()
        steps.open_records(self._con, right, self._model)
        sides.find_keys(self._con, "right")
        self._con.execute("CREATE TEMP TABLE every_key AS SELECT DISTINCT hash, row FROM key ORDER BY hash")
        sides.forget_keys(self._con)

    def __enter__(self) -> Prepared:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.__exit__(kind, error, trace)

    def link(self, left: Side) -> pa.Table:
        """The links of `left`, as `engine.link` gives them under the same model."""
        steps.open_debtors(self._con, left)
        self._con.execute(
            "CREATE OR REPLACE TEMP TABLE right_key AS"
            " SELECT hash, row FROM every_key WHERE hash IN (SELECT hash FROM left_key)"
        )
        run_sql(self._con, "matching", "crowded_keys", counted=False)
        steps.compare(self._con)
        steps.decide(self._con, self._model)
        return engine.shown(self._con)
