"""What people decide about quarantined rows: set aside, taken up again, read again. Added, never changed.

A waiver covers one row, or every row of one delivery that is refused for a reason (the row must have no other reason
that is not set aside too). It says nothing of later deliveries: the same fault alarms again.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.clock import now
from core.errors import NotFoundError, UsageError
from ledger.connections import reading, writing
from ledger.signing import signed

WAIVE, WITHDRAW, REPLAY = "waive", "withdraw", "replay"

decision_table = sa.Table(
    "quarantine_decision",
    sa.MetaData(),
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
    *(
        sa.Column(name, sa.DateTime() if name == "decided_at" else sa.Text())
        for name in ("decision_id", "action", "source", "delivery_id", "row_id", "reason_code", "reason", "officer",
                     "decided_at", "withdraws")
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """What is decided on. `delivery_id` is the delivery as it first came; a waiver names a row or a reason code of it,
    a replay neither."""

    source: str
    delivery_id: str
    row_id: str | None = None
    reason_code: str | None = None


@dataclass(frozen=True)
class Decision:
    """One row of the ledger. `action`: waive | withdraw | replay; `withdraws` only of the second."""

    decision_id: str
    action: str
    subject: Subject
    reason: str
    officer: str
    decided_at: datetime
    withdraws: str | None


def waive(engine: sa.Engine, subject: Subject, *, reason: str, officer: str) -> Decision:
    """Set rows aside. What is set aside already stays as it was and is returned. UsageError if nobody signs."""
    reason, officer = signed(reason, officer)
    with writing(engine) as connection:
        earlier = [waiver for waiver in _rows(connection, _standing()) if waiver.subject == subject]
        return earlier[0] if earlier else _append(connection, _decision(WAIVE, subject, reason, officer))


def withdraw(engine: sa.Engine, decision_id: str, *, reason: str, officer: str) -> Decision:
    """Take a waiver back. NotFoundError if there is none, UsageError if it was taken back before or nobody signs."""
    reason, officer = signed(reason, officer)
    try:
        with writing(engine) as connection:
            known = sa.and_(decision_table.c.decision_id == decision_id, decision_table.c.action == WAIVE)
            found = _rows(connection, known)
            if not found:
                raise NotFoundError("台账中没有这条搁置", where=decision_id, do="用 chakong quarantine list 查看")
            if _rows(connection, decision_table.c.withdraws == decision_id):
                raise _withdrawn_before(decision_id)
            taken_back = _decision(WITHDRAW, found[0].subject, reason, officer)
            return _append(connection, replace(taken_back, withdraws=decision_id))
    except IntegrityError as error:  # somebody else was faster
        raise _withdrawn_before(decision_id) from error


def note_replay(engine: sa.Engine, subject: Subject, *, reason: str, officer: str) -> Decision:
    """Write down that a delivery is read again, and why."""
    reason, officer = signed(reason, officer)
    with writing(engine) as connection:
        return _append(connection, _decision(REPLAY, subject, reason, officer))


def standing(engine: sa.Engine, source: str | None = None) -> list[Decision]:
    """Waivers that nobody withdrew, of one source or of all, in the order given."""
    condition = _standing() if source is None else sa.and_(_standing(), decision_table.c.source == source)
    with reading(engine) as connection:
        return _rows(connection, condition)


def history(engine: sa.Engine) -> list[Decision]:
    """Every row in the order given."""
    with reading(engine) as connection:
        return _rows(connection, sa.true())


def _standing() -> sa.ColumnElement[bool]:
    withdrawal = decision_table.alias()
    withdrawn = sa.exists().where(withdrawal.c.withdraws == decision_table.c.decision_id)
    return sa.and_(decision_table.c.action == WAIVE, ~withdrawn)


def _withdrawn_before(decision_id: str) -> UsageError:
    return UsageError("这条搁置此前已经撤回", where=decision_id, do="用 chakong quarantine list 查看现状")


def _decision(action: str, subject: Subject, reason: str, officer: str) -> Decision:
    return Decision(f"K{secrets.token_hex(12)}", action, subject, reason, officer, now(), None)


def _append(connection: sa.Connection, decision: Decision) -> Decision:
    row = {name: value for name, value in vars(decision).items() if name != "subject"}
    connection.execute(decision_table.insert().values(**row, **vars(decision.subject)))
    return decision


def _rows(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Decision]:
    query = sa.select(decision_table).where(condition).order_by(decision_table.c.seq)
    return [
        Decision(
            decision_id=row.decision_id,
            action=row.action,
            subject=Subject(row.source, row.delivery_id, row.row_id, row.reason_code),
            reason=row.reason,
            officer=row.officer,
            decided_at=row.decided_at,
            withdraws=row.withdraws,
        )
        for row in connection.execute(query)
    ]
