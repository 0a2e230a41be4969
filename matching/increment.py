"""The second night compares what changed: the same links as a full run under the same frozen model."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from core.duck import run_sql
from core.errors import UsageError
from matching import engine, steps
from matching.model import Model
from matching.sides import COLUMNS


@dataclass(frozen=True)
class Memory:
    """What one night leaves for the next, under one model version.

    `left`, `right`: record_id, digest of everything compared. `answer`: every link before leads are limited.
    """

    model: str
    left: pa.Table
    right: pa.Table
    answer: pa.Table


def begin(
    left: pa.Table, right: pa.Table, base: str | Model = "v2", *, threads: int = 2, memory: str = "1GB"
) -> tuple[pa.Table, Memory, Model]:
    """A week's first night: the links, what to remember, and the model learned from the two sides."""
    learned = engine.learn(left, right, base, threads=threads, memory=memory)
    with steps.session(threads, memory) as con:
        left_behind = Memory(learned.model.version, _digests(con, left), _digests(con, right), learned.answer)
        return learned.links, left_behind, learned.model


def relink(
    left: pa.Table, right: pa.Table, model: Model, before: Memory | None, *, threads: int = 2, memory: str = "1GB"
) -> tuple[pa.Table, Memory]:
    """The links of tonight and what to remember. Only changed records and changed debtors are compared.

    `before` of another model version, or None, makes a full run. Raises UsageError if the model is not frozen: what is
    estimated from tonight's rows would make a pair's score depend on rows that have nothing to do with it.
    """
    if model.population is None:
        raise UsageError("only a frozen model can be carried from night to night", where=model.version, do="train it")
    with steps.session(threads, memory) as con:
        left_now, right_now = _digests(con, left), _digests(con, right)
        if before is None or before.model != model.version:
            pairs, kept = [(left, right)], engine.ANSWER.empty_table()
        else:
            _declare(con, before, left, right, left_now, right_now)
            pairs, kept = _changed(con, right)
    # one session at a time: each may use all the memory given
    found = [engine.answers(one, other, model, threads=threads, memory=memory) for one, other in pairs]
    with steps.session(threads, memory) as con:
        return _settle(con, model, left_now, right_now, pa.concat_tables([kept, *found]))


def _settle(
    con: duckdb.DuckDBPyConnection, model: Model, left: pa.Table, right: pa.Table, answer: pa.Table
) -> tuple[pa.Table, Memory]:
    con.register("answer", answer)
    con.execute("SET VARIABLE leads_per_left = $value", {"value": model.limits["leads_per_left"]})
    return engine.shown(con), Memory(model.version, left, right, answer)


def _declare(con: duckdb.DuckDBPyConnection, before: Memory, *tables: pa.Table) -> None:
    names = ("left_rows", "right_rows", "left_now", "right_now", "left_before", "right_before", "answer_before")
    for name, table in zip(names, (*tables, before.left, before.right, before.answer), strict=True):
        con.register(name, table)


def _changed(con: duckdb.DuckDBPyConnection, right: pa.Table) -> tuple[list[tuple[pa.Table, pa.Table]], pa.Table]:
    """What must be compared (changed debtors with every record, the others with changed records), and the links that
    stay: of pairs of which both sides stayed as they were."""
    run_sql(con, "matching", "increment")
    kept, changed, same, arrived = (
        con.execute(f"FROM {name}").to_arrow_table()
        for name in ("kept_answer", "left_changed", "left_same", "right_changed")
    )
    pairs = [(one, other) for one, other in ((changed, right), (same, arrived)) if one.num_rows and other.num_rows]
    return pairs, kept.cast(engine.ANSWER)


def _digests(con: duckdb.DuckDBPyConnection, side: pa.Table) -> pa.Table:
    """Grain: record_id. `digest` of all its rows, in any order."""
    present = [name for name in COLUMNS if name in side.column_names]
    con.register("digested", side)
    texts = ", ".join(f"nullif({name}::VARCHAR, '')" for name in present)
    table = con.execute(
        "SELECT record_id, md5(string_agg(line, chr(30) ORDER BY line)) AS digest"
        f" FROM (SELECT record_id, to_json([{texts}])::VARCHAR AS line FROM digested) GROUP BY record_id"
    ).to_arrow_table()
    con.unregister("digested")
    return table
