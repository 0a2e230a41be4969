"""Verdicts are appended; what stands is the last that nobody withdrew. On SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from core.errors import ConflictError, NotFoundError, UsageError
from core.identifiers import resident_id
from ledger import verdicts
from ledger.connections import reading, writing

SUBJECT = verdicts.Subject("L1", "D1", "vehicles", "vehicles", "R1", "a" * 64)
SIGNED: dict[str, Any] = {"reason": "已当面核实", "officer": "GW000001"}


def other(link_id: str, debtor_id: str = "D1") -> verdicts.Subject:
    return verdicts.Subject(link_id, debtor_id, "land", "holders", "R2", "b" * 64)


def standing(engine: sa.Engine) -> dict[str, str]:
    return {verdict.subject.link_id: verdict.verdict for verdict in verdicts.standing(engine)}


def test_what_was_given_is_read_back_whole(engine: sa.Engine) -> None:
    moment = datetime(2026, 11, 24, 9, 30, 5)
    given = verdicts.give(
        engine, SUBJECT, "same", reason="  车主到庭 \n 确认 ", officer=" GW000001 ", decided_at=moment
    )
    assert verdicts.history(engine) == [given] == verdicts.standing(engine)
    assert (given.subject, given.verdict, given.decided_at, given.withdraws) == (SUBJECT, "same", moment, None)
    assert (given.reason, given.officer) == ("车主到庭 确认", "GW000001")


def test_the_last_verdict_on_a_link_stands(engine: sa.Engine) -> None:
    for answer in ("unsure", "same", "different"):
        verdicts.give(engine, SUBJECT, answer, **SIGNED)
    verdicts.give(engine, other("L2", "D2"), "same", **SIGNED)
    assert standing(engine) == {"L1": "different", "L2": "same"}
    assert [verdict.verdict for verdict in verdicts.history(engine, debtor_id="D1")] == ["unsure", "same", "different"]
    assert len(verdicts.history(engine)) == 4


def test_a_withdrawal_restores_what_stood_before(engine: sa.Engine) -> None:
    first = verdicts.give(engine, SUBJECT, "different", **SIGNED)
    second = verdicts.give(engine, SUBJECT, "same", **SIGNED)
    third = verdicts.give(engine, SUBJECT, "unsure", **SIGNED)
    # The middle one goes first: it shows no more when the last goes too.
    taken_back = verdicts.withdraw(engine, second.verdict_id, reason="看错了", officer="GW000002")
    assert (taken_back.withdraws, taken_back.subject, taken_back.officer) == (second.verdict_id, SUBJECT, "GW000002")
    assert standing(engine) == {"L1": "unsure"}
    verdicts.withdraw(engine, third.verdict_id, **SIGNED)
    assert verdicts.standing(engine) == [first]
    verdicts.withdraw(engine, first.verdict_id, **SIGNED)
    assert standing(engine) == {}
    verdicts.give(engine, SUBJECT, "same", **SIGNED)
    assert standing(engine) == {"L1": "same"}


def test_what_cannot_be_withdrawn(engine: sa.Engine) -> None:
    given = verdicts.give(engine, SUBJECT, "same", **SIGNED)
    with pytest.raises(NotFoundError):
        verdicts.withdraw(engine, "V0", **SIGNED)
    taken_back = verdicts.withdraw(engine, given.verdict_id, **SIGNED)
    for verdict_id in (given.verdict_id, taken_back.verdict_id):
        with pytest.raises(ConflictError):
            verdicts.withdraw(engine, verdict_id, **SIGNED)
    assert len(verdicts.history(engine)) == 2


def test_of_two_who_withdraw_at_once_one_gets_through(engine: sa.Engine) -> None:
    given = verdicts.give(engine, SUBJECT, "same", **SIGNED)

    def attempt(officer: str) -> str:
        try:
            return verdicts.withdraw(engine, given.verdict_id, reason="撤回", officer=officer).officer
        except ConflictError:
            return "refused"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(attempt, ["GW1", "GW2", "GW3", "GW4"]))
    assert outcomes.count("refused") == 3
    assert len(verdicts.history(engine)) == 2


@pytest.mark.parametrize(
    ("answer", "signed"),
    [
        ("perhaps", SIGNED),
        ("withdrawn", SIGNED),
        ("same", {**SIGNED, "reason": "  "}),
        ("same", {**SIGNED, "reason": "长" * 1001}),
        ("same", {**SIGNED, "reason": f"号码 {resident_id('370499', datetime(1985, 3, 12).date(), 1)} 相符"}),
        ("same", {**SIGNED, "officer": ""}),
        ("same", {**SIGNED, "officer": "测试甲"}),
        ("same", {**SIGNED, "officer": "model"}),
    ],
)
def test_nothing_is_taken_that_nobody_could_stand_for(engine: sa.Engine, answer: str, signed: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        verdicts.give(engine, SUBJECT, answer, **signed)
    assert verdicts.history(engine) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE verdict SET verdict = 'different'",
        "UPDATE verdict SET reason = reason",
        "DELETE FROM verdict",
        "DELETE FROM verdict WHERE seq = 1",
    ],
)
def test_the_database_refuses_to_change_or_forget(engine: sa.Engine, statement: str) -> None:
    given = verdicts.give(engine, SUBJECT, "same", **SIGNED)
    with pytest.raises(DBAPIError, match="append-only"), writing(engine) as connection:
        connection.exec_driver_sql(statement)
    assert verdicts.history(engine) == [given]


def test_no_way_round_the_triggers(engine: sa.Engine) -> None:
    given = verdicts.give(engine, SUBJECT, "same", **SIGNED)
    round_about = {
        "sqlite": [
            "INSERT OR REPLACE INTO verdict SELECT seq, verdict_id, link_id, debtor_id, source, table_name, record_key,"
            " 'different', reason, officer, decided_at, withdraws, basis_digest FROM verdict"
        ],
        "postgresql": ["TRUNCATE verdict CASCADE"],
    }[engine.dialect.name]
    for statement in round_about:
        with pytest.raises(DBAPIError, match="append-only"), writing(engine) as connection:
            connection.exec_driver_sql(statement)
    assert verdicts.history(engine) == [given]


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "perhaps"},
        {"verdict": "withdrawn"},
        {"withdraws": "V0"},
        {"reason": " "},
        {"officer": "model"},
        {"basis_digest": "short"},
    ],
)
def test_the_database_itself_holds_the_rules(engine: sa.Engine, wrong: dict[str, str]) -> None:
    row = {
        "verdict_id": "V1",
        "link_id": "L1",
        "debtor_id": "D1",
        "source": "land",
        "table_name": "holders",
        "record_key": "R1",
        "verdict": "same",
        "reason": "x",
        "officer": "GW1",
        "decided_at": datetime(2026, 11, 24),
        "basis_digest": "a" * 64,
    }
    with pytest.raises(DBAPIError), writing(engine) as connection:
        connection.execute(verdicts.verdict_table.insert().values(**{**row, **wrong}))
    with reading(engine) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(verdicts.verdict_table)).scalar() == 0
