"""Deciding on a link as officers do: nobody overwrites what he has not seen, and large confirmations take two.

A confirmation that needs a second officer is a proposal first. It changes nothing until another officer confirms it;
then the first officer's verdict is given, and says who confirmed. While a proposal waits, its link cannot be decided
otherwise: it is confirmed, or given back.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.clock import now
from core.errors import ConflictError, NotFoundError, UsageError
from ledger import verdicts
from ledger.connections import one_by_one, reading, writing
from ledger.signing import signed
from ledger.verdicts import Subject, Verdict

PROPOSED, CONFIRMED, GIVEN_BACK = "proposed", "confirmed", "given_back"
SUBJECT = ("link_id", "debtor_id", "source", "table_name", "record_key", "basis_digest")

proposal_table = sa.Table(
    "verdict_proposal",
    sa.MetaData(),
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
    *(
        sa.Column(name, sa.DateTime() if name == "decided_at" else sa.Text())
        for name in ("entry_id", "action", *SUBJECT, "amount", "reason", "officer", "decided_at", "ends", "verdict_id")
    ),
)


@dataclass(frozen=True)
class Proposal:
    """A confirmation that waits for a second officer. `amount`: what the assets are worth, null where unknown."""

    proposal_id: str
    subject: Subject
    amount: Decimal | None
    reason: str
    officer: str
    decided_at: datetime


def needs_second(answer: str, amount: Decimal | None, limit: Decimal) -> bool:
    """Whether `answer` on a link that brings assets worth `amount` (null: unknown) takes two officers."""
    return answer == "same" and (amount is None or amount >= limit)


def decide(
    engine: sa.Engine,
    subject: Subject,
    answer: str,
    *,
    reason: str,
    officer: str,
    amount: Decimal | None,
    limit: Decimal,
    seen: str | None = None,
) -> Verdict | Proposal:
    """Give the verdict, or propose it where it takes two officers.

    `seen`: id of the verdict that the officer saw standing, empty for none, null for whatever stands. ConflictError
    when another stands by now, or a proposal waits; UsageError for an unknown answer or one nobody signs for.
    """
    if answer not in verdicts.ANSWERS:
        raise UsageError("认定只能是 same、different 或 unsure", where=answer, do="改正认定")
    reason, officer = signed(reason, officer)
    with writing(engine) as connection:
        one_by_one(connection, verdicts.verdict_table)
        if waits := _open(connection, proposal_table.c.link_id == subject.link_id):
            raise ConflictError(
                f"已由 {waits[0].officer} 提出确认，等待复核", where=subject.link_id, do="先复核、退回或撤回这项提议"
            )
        stands = verdicts.standing_on(connection, subject.link_id)
        if seen is not None and seen != (stands.verdict_id if stands else ""):
            by = f"已由 {stands.officer} 于 {stands.decided_at:%Y-%m-%d %H:%M} 认定" if stands else "此前的认定已撤回"
            raise ConflictError(by, where=subject.link_id, do="看过现在的认定再决定")
        if needs_second(answer, amount, limit):
            return _propose(connection, Proposal(_new_id(), subject, amount, reason, officer, now()))
        return verdicts.append(connection, Verdict("", subject, answer, reason, officer, now(), None))


def confirm(engine: sa.Engine, proposal_id: str, *, basis_digest: str, reason: str, officer: str) -> Verdict:
    """Give what was proposed. `basis_digest`: of the link as this officer sees it.

    UsageError for the officer who proposed it; ConflictError when it has ended or the link has changed since;
    NotFoundError.
    """
    reason, officer = signed(reason, officer)
    with writing(engine) as connection:
        one_by_one(connection, verdicts.verdict_table)
        proposal = _waiting(connection, proposal_id)
        if proposal.officer.casefold() == officer.casefold():
            raise UsageError("复核人不得是提出人", where=proposal_id, do="由另一名人员复核")
        if proposal.subject.basis_digest != basis_digest:
            raise ConflictError("提出以后记录或被执行人的信息有变化", where=proposal_id, do="退回，重新提出")
        told = f"{proposal.reason[:900]}（{officer} 复核）"  # both reasons whole stand here
        verdict = verdicts.append(
            connection, Verdict("", proposal.subject, "same", told, proposal.officer, now(), None)
        )
        ended = replace(proposal, reason=reason, officer=officer, decided_at=verdict.decided_at)
        _end(connection, CONFIRMED, ended, verdict.verdict_id)
        return verdict


def give_back(engine: sa.Engine, proposal_id: str, *, reason: str, officer: str) -> Proposal:
    """End a proposal without a verdict: another officer does not confirm it, or the first takes it back.

    ConflictError when it has ended already; NotFoundError.
    """
    reason, officer = signed(reason, officer)
    with writing(engine) as connection:
        one_by_one(connection, verdicts.verdict_table)
        proposal = _waiting(connection, proposal_id)
        _end(connection, GIVEN_BACK, replace(proposal, reason=reason, officer=officer, decided_at=now()))
        return proposal


def waiting(engine: sa.Engine, link_id: str | None = None) -> list[Proposal]:
    """Proposals that wait, on one link or on all, oldest first."""
    with reading(engine) as connection:
        return _open(connection, sa.true() if link_id is None else proposal_table.c.link_id == link_id)


def one(engine: sa.Engine, proposal_id: str) -> Proposal:
    """A proposal that waits. NotFoundError if there was none, ConflictError if it has ended."""
    with reading(engine) as connection:
        return _waiting(connection, proposal_id)


def _waiting(connection: sa.Connection, proposal_id: str) -> Proposal:
    named = proposal_table.c.entry_id == proposal_id
    if found := _open(connection, named):
        return found[0]
    if _rows(connection, sa.and_(named, proposal_table.c.action == PROPOSED)):
        raise ConflictError("这项提议已经办结", where=proposal_id, do="查看这条关联的现状")
    raise NotFoundError("台账中没有这项提议", where=proposal_id, do="用 chakong verdict list 查看")


def _open(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Proposal]:
    end = proposal_table.alias()
    ended = sa.exists().where(end.c.ends == proposal_table.c.entry_id)
    return _rows(connection, sa.and_(condition, proposal_table.c.action == PROPOSED, ~ended))


def _propose(connection: sa.Connection, proposal: Proposal) -> Proposal:
    _append(connection, proposal, action=PROPOSED, entry_id=proposal.proposal_id)
    return proposal


def _end(connection: sa.Connection, action: str, ended: Proposal, verdict_id: str | None = None) -> None:
    """Write the end down: `ended` is the proposal with the reason and the officer of its end."""
    try:
        _append(connection, ended, action=action, entry_id=_new_id(), ends=ended.proposal_id, verdict_id=verdict_id)
    except IntegrityError as error:  # the database's own word on it
        raise ConflictError("这项提议已经办结", where=ended.proposal_id, do="查看这条关联的现状") from error


def _append(connection: sa.Connection, told: Proposal, **more: str | None) -> None:
    connection.execute(
        proposal_table.insert().values(
            **vars(told.subject),
            amount=None if told.amount is None else str(told.amount),
            reason=told.reason,
            officer=told.officer,
            decided_at=told.decided_at,
            **more,
        )
    )


def _rows(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Proposal]:
    found: Sequence[sa.Row[tuple[object, ...]]] = connection.execute(
        sa.select(proposal_table).where(condition).order_by(proposal_table.c.seq)
    ).all()
    return [
        Proposal(
            row.entry_id,
            Subject(*(getattr(row, name) for name in SUBJECT)),
            None if row.amount is None else Decimal(row.amount),
            row.reason,
            row.officer,
            row.decided_at,
        )
        for row in found
    ]


def _new_id() -> str:
    return f"P{secrets.token_hex(12)}"
