"""Nobody overwrites what he has not seen, and large confirmations take two officers. On SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from core.errors import ConflictError, NotFoundError, UsageError
from ledger import deciding, verdicts
from ledger.connections import writing
from ledger.deciding import Proposal
from ledger.verdicts import Verdict

SUBJECT = verdicts.Subject("L1", "D1", "vehicles", "vehicles", "R1", "a" * 64)
LIMIT = Decimal(1000)
SIGNED: dict[str, Any] = {"reason": "已当面核实", "officer": "GW1"}
SECOND: dict[str, Any] = {"reason": "复核无误", "officer": "GW2"}


def decide(engine: sa.Engine, answer: str = "same", amount: int | None = 10, **more: Any) -> Verdict | Proposal:
    worth = None if amount is None else Decimal(amount)
    return deciding.decide(engine, SUBJECT, answer, **{**SIGNED, **more}, amount=worth, limit=LIMIT)


@pytest.fixture
def proposal(engine: sa.Engine) -> Proposal:
    proposed = decide(engine, amount=1000)
    assert isinstance(proposed, Proposal)
    return proposed


@pytest.mark.parametrize(
    ("answer", "amount", "second"),
    [
        ("same", 999, False),
        ("same", 1000, True),
        ("same", None, True),
        ("different", None, False),
        ("unsure", 5000, False),
    ],
)
def test_only_large_or_unknown_confirmations_take_two(answer: str, amount: int | None, second: bool) -> None:
    assert deciding.needs_second(answer, None if amount is None else Decimal(amount), LIMIT) == second


def test_a_decision_rests_on_what_stood_when_it_was_made(engine: sa.Engine) -> None:
    first = decide(engine, seen="")
    assert isinstance(first, Verdict)
    with pytest.raises(ConflictError, match="已由 GW1 于"):
        decide(engine, "different", officer="GW2", seen="")
    assert verdicts.standing(engine) == [first]
    second = decide(engine, "different", officer="GW2", seen=first.verdict_id)
    assert verdicts.standing(engine) == [second]


def test_of_two_who_decide_at_once_one_is_told(engine: sa.Engine) -> None:
    def at_once(officer: str) -> str:
        try:
            decide(engine, "different", officer=officer, seen="")
        except ConflictError as error:
            return error.what
        return "done"

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(at_once, ["GW1", "GW2", "GW3", "GW4"]))
    assert told.count("done") == 1
    assert len(verdicts.history(engine)) == 1


def test_a_proposal_changes_nothing_until_another_officer_confirms_it(engine: sa.Engine, proposal: Proposal) -> None:
    assert verdicts.history(engine) == []
    assert deciding.waiting(engine, "L1") == [proposal] == deciding.waiting(engine)
    given = deciding.confirm(engine, proposal.proposal_id, basis_digest=SUBJECT.basis_digest, **SECOND)
    assert verdicts.standing(engine) == [given]
    assert (given.verdict, given.officer, given.reason) == ("same", "GW1", "已当面核实（GW2 复核）")
    assert deciding.waiting(engine) == []


@pytest.mark.parametrize("officer", ["GW1", "gw1", " GW1 "])
def test_the_second_officer_is_never_the_first(engine: sa.Engine, proposal: Proposal, officer: str) -> None:
    with pytest.raises(UsageError, match="复核人不得是提出人"):
        deciding.confirm(engine, proposal.proposal_id, basis_digest=SUBJECT.basis_digest, reason="x", officer=officer)
    assert verdicts.history(engine) == []


def test_the_database_itself_knows_that_they_are_two(engine: sa.Engine, proposal: Proposal) -> None:
    given = verdicts.give(engine, SUBJECT, "same", **SIGNED)
    row = dict.fromkeys(deciding.SUBJECT, "x") | {
        "entry_id": "P2", "action": "confirmed", "reason": "x", "officer": "gw1", "decided_at": given.decided_at,
        "ends": proposal.proposal_id, "verdict_id": given.verdict_id,
    }  # fmt: skip
    with pytest.raises(DBAPIError), writing(engine) as connection:
        connection.execute(deciding.proposal_table.insert().values(**row))
    for change in ("UPDATE verdict_proposal SET officer = 'GW9'", "DELETE FROM verdict_proposal"):
        with pytest.raises(DBAPIError), writing(engine) as connection:
            connection.exec_driver_sql(change)


def test_what_has_changed_since_is_not_confirmed(engine: sa.Engine, proposal: Proposal) -> None:
    with pytest.raises(ConflictError, match="信息有变化"):
        deciding.confirm(engine, proposal.proposal_id, basis_digest="b" * 64, **SECOND)
    assert verdicts.history(engine) == []


def test_while_a_proposal_waits_its_link_is_not_decided_otherwise(engine: sa.Engine, proposal: Proposal) -> None:
    with pytest.raises(ConflictError, match="已由 GW1 提出确认"):
        decide(engine, "different", officer="GW2")
    deciding.give_back(engine, proposal.proposal_id, **SECOND)
    assert isinstance(decide(engine, "different", officer="GW2"), Verdict)


ENDINGS: list[Callable[[sa.Engine, str], object]] = [
    lambda engine, named: deciding.confirm(engine, named, basis_digest=SUBJECT.basis_digest, **SECOND),
    lambda engine, named: deciding.give_back(engine, named, **SECOND),
    deciding.one,
]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_proposal_ends_once(
    engine: sa.Engine, proposal: Proposal, ending: Callable[[sa.Engine, str], object]
) -> None:
    deciding.give_back(engine, proposal.proposal_id, reason="看错了", officer="GW1")
    with pytest.raises(ConflictError, match="已经办结"):
        ending(engine, proposal.proposal_id)
    with pytest.raises(NotFoundError):
        ending(engine, "P0")
