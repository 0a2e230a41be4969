"""Rows are set aside and taken up again by somebody who signs. On SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from core.errors import NotFoundError, UsageError
from ledger import quarantine
from ledger.connections import writing
from ledger.quarantine import Subject

ROW = Subject("land", "d1", row_id="Q1")
REASON = Subject("land", "d1", reason_code="unknown_code")
SIGNED = {"reason": "已与来源单位核对", "officer": "GW1"}


def test_a_waiver_stands_until_it_is_taken_back(engine: sa.Engine) -> None:
    row, group = (quarantine.waive(engine, subject, **SIGNED) for subject in (ROW, REASON))
    assert quarantine.standing(engine) == [row, group] == quarantine.standing(engine, "land")
    assert quarantine.standing(engine, "housing") == []
    back = quarantine.withdraw(engine, row.decision_id, **SIGNED)
    assert (back.action, back.subject, back.withdraws) == ("withdraw", ROW, row.decision_id)
    assert quarantine.standing(engine) == [group]
    again = quarantine.waive(engine, ROW, **SIGNED)
    assert quarantine.standing(engine) == [group, again]
    assert quarantine.history(engine) == [row, group, back, again]


def test_what_is_set_aside_already_is_not_written_twice(engine: sa.Engine) -> None:
    first = quarantine.waive(engine, ROW, **SIGNED)
    assert quarantine.waive(engine, ROW, reason="又一次", officer="GW2") == first
    assert quarantine.history(engine) == [first]


def test_a_replay_is_noted_and_sets_nothing_aside(engine: sa.Engine) -> None:
    noted = quarantine.note_replay(engine, Subject("land", "d1"), **SIGNED)
    assert quarantine.history(engine) == [noted]
    assert quarantine.standing(engine) == []
    with pytest.raises(NotFoundError):
        quarantine.withdraw(engine, noted.decision_id, **SIGNED)


def test_a_waiver_is_taken_back_once(engine: sa.Engine) -> None:
    given = quarantine.waive(engine, ROW, **SIGNED)
    quarantine.withdraw(engine, given.decision_id, **SIGNED)
    with pytest.raises(UsageError, match="此前已经撤回"):
        quarantine.withdraw(engine, given.decision_id, **SIGNED)


@pytest.mark.parametrize(("reason", "officer"), [(" ", "GW1"), ("已核对", "张三")])
def test_nobody_decides_without_signing(engine: sa.Engine, reason: str, officer: str) -> None:
    given = quarantine.waive(engine, REASON, **SIGNED)
    for decide in (
        lambda: quarantine.waive(engine, ROW, reason=reason, officer=officer),
        lambda: quarantine.note_replay(engine, ROW, reason=reason, officer=officer),
        lambda: quarantine.withdraw(engine, given.decision_id, reason=reason, officer=officer),
    ):
        with pytest.raises(UsageError):
            decide()
    assert quarantine.history(engine) == [given]


@pytest.mark.parametrize(
    "statement", ["UPDATE quarantine_decision SET officer = 'X'", "DELETE FROM quarantine_decision"]
)
def test_the_database_refuses_to_change_a_decision(engine: sa.Engine, statement: str) -> None:
    given = quarantine.waive(engine, ROW, **SIGNED)
    with pytest.raises(DBAPIError), writing(engine) as connection:
        connection.exec_driver_sql(statement)
    assert quarantine.history(engine) == [given]


@pytest.mark.parametrize("subject", [Subject("land", "d1"), Subject("land", "d1", "Q1", "unknown_code")])
def test_a_waiver_covers_one_row_or_one_reason(engine: sa.Engine, subject: Subject) -> None:
    with pytest.raises(DBAPIError):
        quarantine.waive(engine, subject, **SIGNED)


def test_the_table_the_code_reads_is_the_one_the_steps_make(engine: sa.Engine) -> None:
    made = {column["name"] for column in sa.inspect(engine).get_columns("quarantine_decision")}
    assert made == set(quarantine.decision_table.columns.keys())
