"""The second night compares what changed: the same links as a full run under the same frozen model."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from core.errors import UsageError
from matching import engine, sides
from matching.model import Model
from matching.session import Session, session
from matching.sides import COLUMNS, Side


@dataclass(frozen=True)
class Memory:
    """What one night leaves for the next, under one model version.

    `left`, `right`: record_id, digest of everything compared. `answer`: every link before leads are limited.
    `leads_beyond_limit`: of these, leads not shown tonight. `pairs_not_compared`: what the last run that learned left
    out of comparison; null where no such run counted. Both as in LinkReport.
    """

    model: str
    left: pa.Table
    right: pa.Table
    answer: pa.Table
    leads_beyond_limit: int | None = None
    pairs_not_compared: int | None = None


def begin(
    left: Side, right: Side, base: str | Model = "v3", *, threads: int = 2, memory: str = "1GB"
) -> tuple[pa.Table, Memory, Model]:
    """A week's first night: the links, what to remember, and the model learned from the two sides."""
    learned = engine.learn(left, right, base, threads=threads, memory=memory)
    with session(threads, memory) as run:
        left_behind = Memory(
            learned.model.version, _digests(run, left), _digests(run, right), learned.answer,
            learned.report.leads_beyond_limit, learned.report.pairs_not_compared,
        )  # fmt: skip
        return learned.links, left_behind, learned.model


def relink(
    left: Side, right: Side, model: Model, before: Memory | None, *, threads: int = 2, memory: str = "1GB"
) -> tuple[pa.Table, Memory]:
    """The links of tonight and what to remember. Only changed records and changed debtors are compared.

    `before` of another model version, or None, makes a full run. Raises UsageError if the model is not frozen: what is
    estimated from tonight's rows would make a pair's score depend on rows that have nothing to do with it.
    """
    if model.population is None:
        raise UsageError("only a frozen model can be carried from night to night", where=model.version, do="train it")
    with session(threads, memory) as run:
        left_now, right_now = _digests(run, left), _digests(run, right)
        if before is None or before.model != model.version:
            pairs, kept = [(left, right)], engine.ANSWER.empty_table()
        else:
            _declare(run, before, left, right, left_now, right_now)
            pairs, kept = _changed(run, right)
    # one session at a time: each may use all the memory given
    found = [engine.answers(one, other, model, threads=threads, memory=memory) for one, other in pairs]
    with session(threads, memory) as run:
        answer = pa.concat_tables([kept, *found])
        run.put("answer", answer)
        run.declare(leads_per_left=model.limits["leads_per_left"])
        beyond = sum(more for _, more in engine.leads_beyond(run.con))
        not_compared = before.pairs_not_compared if before and before.model == model.version else None
        return engine.shown(run.con), Memory(model.version, left_now, right_now, answer, beyond, not_compared)


def _declare(run: Session, before: Memory, *tables: Side) -> None:
    names = ("left_rows", "right_rows", "left_now", "right_now", "left_before", "right_before", "answer_before")
    for name, table in zip(names, (*tables, before.left, before.right, before.answer), strict=True):
        sides.put(run, name, table)


def _changed(run: Session, right: Side) -> tuple[list[tuple[Side, Side]], pa.Table]:
    """What must be compared (changed debtors with every record, the others with changed records), and the links that
    stay: of pairs of which both sides stayed as they were."""
    run.run("increment")
    kept, changed, same, arrived = (
        run.table(f"FROM {name}") for name in ("kept_answer", "left_changed", "left_same", "right_changed")
    )
    pairs: list[tuple[Side, Side]] = [(changed, right)] if changed.num_rows else []
    if same.num_rows and arrived.num_rows:
        pairs.append((same, arrived))
    return pairs, kept.cast(engine.ANSWER)


def _digests(run: Session, side: Side) -> pa.Table:
    """Grain: record_id. `digest` of all its rows, in any order."""
    present = [name for name in COLUMNS if name in sides.names(side)]
    sides.put(run, "digested", side)
    texts = ", ".join(f"nullif({name}::VARCHAR, '')" for name in present)
    # Sums: no order to keep, two numbers a record to hold. Exclusive or would not see a row that stands there twice.
    return run.table(
        "SELECT record_id, sum(md5_number_lower(line)) || '.' || sum(md5_number_upper(line)) AS digest"
        f" FROM (SELECT record_id, to_json([{texts}])::VARCHAR AS line FROM digested) GROUP BY record_id"
    )
