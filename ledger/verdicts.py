"""Verdicts of people on links: given, withdrawn, never changed.

What stands on a link is its latest verdict that nobody withdrew: a withdrawal restores the verdict before, or none.
Whether a standing verdict still holds is judged where links are made: it does as long as the link's basis digest is
that of the verdict.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.clock import now
from core.errors import ConflictError, NotFoundError, UsageError
from ledger.connections import reading, writing
from ledger.signing import signed

Answer = Literal["same", "different", "unsure"]
ANSWERS: tuple[str, ...] = get_args(Answer)
WITHDRAWN = "withdrawn"

verdict_table = sa.Table(
    "verdict",
    sa.MetaData(),
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
    *(
        sa.Column(name, sa.DateTime() if name == "decided_at" else sa.Text())
        for name in ("verdict_id", "link_id", "debtor_id", "source", "table_name", "record_key", "verdict", "reason",
                     "officer", "decided_at", "withdraws", "basis_digest")
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """The link that is decided on, as published.

    `record_key` is keyed_id(id_key, "R", source, table_name, record_id): the record's own key may be an ID number or an
    account. `basis_digest` is what the officer saw; a link published since with another one makes the verdict lapse.
    """

    link_id: str
    debtor_id: str
    source: str
    table_name: str
    record_key: str
    basis_digest: str


@dataclass(frozen=True)
class Verdict:
    """One row of the ledger. `verdict`: same | different | unsure | withdrawn; `withdraws` only of the last."""

    verdict_id: str
    subject: Subject
    verdict: str
    reason: str
    officer: str
    decided_at: datetime
    withdraws: str | None


def give(
    engine: sa.Engine, subject: Subject, answer: str, *, reason: str, officer: str, decided_at: datetime | None = None
) -> Verdict:
    """Append a verdict; it stands from now on. Raises UsageError for an unknown answer or one nobody signs for."""
    if answer not in ANSWERS:
        raise UsageError("认定只能是 same、different 或 unsure", where=answer, do="改正认定")
    with writing(engine) as connection:
        return append(connection, Verdict("", subject, answer, reason, officer, decided_at or now(), None))


def withdraw(
    engine: sa.Engine, verdict_id: str, *, reason: str, officer: str, decided_at: datetime | None = None
) -> Verdict:
    """Append the withdrawal of a verdict. NotFoundError if there is none, ConflictError if it was withdrawn before."""
    with _once(verdict_id), writing(engine) as connection:
        found = _rows(connection, verdict_table.c.verdict_id == verdict_id)
        if not found:
            raise NotFoundError("台账中没有这条认定", where=verdict_id, do="用 chakong verdict list 查看认定编号")
        if found[0].verdict == WITHDRAWN:
            raise ConflictError("撤回本身不能再撤回", where=verdict_id, do="重新作出认定")
        if _rows(connection, verdict_table.c.withdraws == verdict_id):
            raise _withdrawn_before(verdict_id)
        taken_back = Verdict("", found[0].subject, WITHDRAWN, reason, officer, decided_at or now(), verdict_id)
        return append(connection, taken_back)


def standing(engine: sa.Engine) -> list[Verdict]:
    """What stands, one verdict per link at most, in the order given."""
    open_ones = sa.select(sa.func.max(verdict_table.c.seq)).where(_not_withdrawn()).group_by(verdict_table.c.link_id)
    with reading(engine) as connection:
        return _rows(connection, verdict_table.c.seq.in_(open_ones))


def on_link(engine: sa.Engine, link_id: str) -> Verdict | None:
    """What stands on one link; None if nothing does."""
    with reading(engine) as connection:
        return standing_on(connection, link_id)


def standing_on(connection: sa.Connection, link_id: str) -> Verdict | None:
    """The same within a transaction."""
    found = _rows(connection, sa.and_(_not_withdrawn(), verdict_table.c.link_id == link_id))
    return found[-1] if found else None


def since(engine: sa.Engine, moment: datetime) -> list[Verdict]:
    """Every row from `moment` on, withdrawals too, in the order given."""
    with reading(engine) as connection:
        return _rows(connection, verdict_table.c.decided_at >= moment)


def history(engine: sa.Engine, *, debtor_id: str | None = None) -> list[Verdict]:
    """Every row, withdrawals too, in the order given; of one debtor or of all."""
    with reading(engine) as connection:
        return _rows(connection, sa.true() if debtor_id is None else verdict_table.c.debtor_id == debtor_id)


def _not_withdrawn() -> sa.ColumnElement[bool]:
    withdrawal = verdict_table.alias()
    withdrawn = sa.exists().where(withdrawal.c.withdraws == verdict_table.c.verdict_id)
    return sa.and_(verdict_table.c.verdict != WITHDRAWN, ~withdrawn)


@contextmanager
def _once(verdict_id: str) -> Iterator[None]:
    """Of two who withdraw the same verdict at once, the database lets one through."""
    try:
        yield
    except IntegrityError as error:
        raise _withdrawn_before(verdict_id) from error


def _withdrawn_before(verdict_id: str) -> ConflictError:
    return ConflictError("这条认定此前已经撤回", where=verdict_id, do="用 chakong verdict list 查看现状")


def _signed(draft: Verdict) -> Verdict:
    """The draft with an id of its own, if somebody gives a reason and stands for it."""
    reason, officer = signed(draft.reason, draft.officer)
    return replace(draft, verdict_id=f"V{secrets.token_hex(12)}", reason=reason, officer=officer)


def append(connection: sa.Connection, draft: Verdict) -> Verdict:
    """Write the draft down under an id of its own. UsageError if nobody gives a reason and stands for it."""
    verdict, subject = _signed(draft), draft.subject
    connection.execute(
        verdict_table.insert().values(
            verdict_id=verdict.verdict_id,
            link_id=subject.link_id,
            debtor_id=subject.debtor_id,
            source=subject.source,
            table_name=subject.table_name,
            record_key=subject.record_key,
            verdict=verdict.verdict,
            reason=verdict.reason,
            officer=verdict.officer,
            decided_at=verdict.decided_at,
            withdraws=verdict.withdraws,
            basis_digest=subject.basis_digest,
        )
    )
    return verdict


def _rows(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Verdict]:
    found: Sequence[sa.Row[tuple[object, ...]]] = connection.execute(
        sa.select(verdict_table).where(condition).order_by(verdict_table.c.seq)
    ).all()
    return [
        Verdict(
            verdict_id=row.verdict_id,
            subject=Subject(row.link_id, row.debtor_id, row.source, row.table_name, row.record_key, row.basis_digest),
            verdict=row.verdict,
            reason=row.reason,
            officer=row.officer,
            decided_at=row.decided_at,
            withdraws=row.withdraws,
        )
        for row in found
    ]
