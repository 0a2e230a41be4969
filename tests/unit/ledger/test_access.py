"""Accounts, sessions, purposes and assignments. On SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.clock import now
from core.errors import NotFoundError, UsageError
from ledger import accounts, assignments, passwords, sessions
from ledger.connections import reading, writing
from ledger.sessions import Purpose

pytestmark = pytest.mark.usefixtures("quick_passwords")
PASSWORD = "测试 口令 一二三四"
IDLE = timedelta(minutes=30)


def judge(engine: sa.Engine) -> accounts.Account:
    return accounts.add(engine, "GW1", name="法官甲", role="judge", password=PASSWORD)


def test_who_knows_the_password_is_let_in(engine: sa.Engine) -> None:
    account = judge(engine)
    assert accounts.listed(engine) == [account]
    assert accounts.checked(engine, "GW1", PASSWORD) == account
    assert accounts.checked(engine, "GW1", PASSWORD + "x") is None
    assert accounts.checked(engine, "GW2", PASSWORD) is None
    with pytest.raises(UsageError, match="已有账户"):
        judge(engine)
    with reading(engine) as connection:
        kept = connection.execute(sa.select(accounts.account_table.c.password_hash)).scalar_one()
    assert kept.startswith("$argon2id$")


def test_an_account_without_a_password_is_opened_by_none_and_vouched_for_until_it_is_disabled(
    engine: sa.Engine,
) -> None:
    account = accounts.add(engine, "GW1", name="法官甲", role="judge", password=None)
    assert [accounts.checked(engine, "GW1", typed) for typed in ("", passwords.NONE, PASSWORD)] == [None] * 3
    assert accounts.able(engine, "GW1") == account
    assert accounts.able(engine, "GW2") is None
    accounts.disable(engine, "GW1")
    assert accounts.able(engine, "GW1") is None


@pytest.mark.parametrize("password", ["short", "x" * 201, "my gw1 password"])
def test_a_poor_password_is_refused(engine: sa.Engine, password: str) -> None:
    with pytest.raises(UsageError):
        accounts.add(engine, "GW1", name="法官甲", role="judge", password=password)


def test_too_many_failures_lock_and_a_new_password_unlocks(engine: sa.Engine) -> None:
    judge(engine)
    for _ in range(accounts.FAILURES_ALLOWED):
        assert accounts.checked(engine, "GW1", "wrong wrong wrong") is None
    assert accounts.one(engine, "GW1").locked_until is not None
    assert accounts.checked(engine, "GW1", PASSWORD) is None
    with writing(engine) as connection:  # a quarter of an hour later
        connection.execute(accounts.account_table.update().values(locked_until=now() - timedelta(seconds=1)))
    assert accounts.checked(engine, "GW1", PASSWORD) is not None
    for _ in range(accounts.FAILURES_ALLOWED):
        accounts.checked(engine, "GW1", "wrong wrong wrong")
    accounts.set_password(engine, "GW1", "又一个 测试 口令 一二")
    assert accounts.checked(engine, "GW1", PASSWORD) is None
    assert accounts.checked(engine, "GW1", "又一个 测试 口令 一二") is not None


def test_a_disabled_account_is_out_at_once(engine: sa.Engine) -> None:
    judge(engine)
    token = sessions.begin(engine, "GW1", "127.0.0.1")
    accounts.disable(engine, "GW1")
    assert sessions.found(engine, token, IDLE) is None
    assert accounts.checked(engine, "GW1", PASSWORD) is None
    with pytest.raises(NotFoundError):
        accounts.disable(engine, "GW2")


def test_a_session_is_known_by_its_token_alone_and_ends(engine: sa.Engine) -> None:
    judge(engine)
    token = sessions.begin(engine, "GW1", "127.0.0.1")
    session = sessions.found(engine, token, IDLE)
    assert session is not None
    assert (session.officer, session.role, session.name) == ("GW1", "judge", "法官甲")
    assert sessions.found(engine, session.digest, IDLE) is None, "what the ledger keeps opens nothing"
    sessions.end(engine, session.digest)
    assert sessions.found(engine, token, IDLE) is None


@pytest.mark.parametrize(("column", "ago"), [("seen_at", IDLE), ("begun_at", sessions.LONGEST)])
def test_a_session_ends_by_itself(engine: sa.Engine, column: str, ago: timedelta) -> None:
    judge(engine)
    token = sessions.begin(engine, "GW1", "127.0.0.1")
    with writing(engine) as connection:
        moment = now() - ago + timedelta(seconds=30)
        connection.execute(sessions.session_table.update().values({column: moment}))
    assert sessions.found(engine, token, IDLE) is not None
    with writing(engine) as connection:
        connection.execute(sessions.session_table.update().values({column: now() - ago - timedelta(seconds=2)}))
    assert sessions.found(engine, token, IDLE) is None


def test_a_purpose_belongs_to_its_session_and_goes_with_it(engine: sa.Engine) -> None:
    judge(engine)
    session, other = (sessions.found(engine, sessions.begin(engine, "GW1", ""), IDLE) for _ in range(2))
    assert session is not None
    assert other is not None
    for purpose in (Purpose("D1", None, "复核", False), Purpose("D1", "（2026）测0499执1号", None, True)):
        sessions.state(engine, session, purpose)
        assert sessions.stated(engine, session, "D1") == purpose
    assert sessions.stated(engine, session, "D2") is None
    assert sessions.stated(engine, other, "D1") is None
    sessions.end(engine, session.digest)
    assert sessions.stated(engine, session, "D1") is None


def test_cases_are_given_and_taken(engine: sa.Engine) -> None:
    judge(engine)
    for _ in range(2):
        assignments.give(engine, "GW1", "（2026）测0499执1号", given_by="GW9")
    assert assignments.cases(engine, "GW1") == {"（2026）测0499执1号"}
    assert assignments.take(engine, "GW1", "（2026）测0499执1号")
    assert not assignments.take(engine, "GW1", "（2026）测0499执1号")
    assert assignments.cases(engine, "GW1") == frozenset()
    with pytest.raises(NotFoundError):
        assignments.give(engine, "GW2", "（2026）测0499执1号", given_by="GW9")


def test_a_password_is_compared_whatever_is_kept() -> None:
    assert not passwords.agrees("no hash", "x")
    assert not passwords.agrees(passwords.NOBODY, "x" * 1000)
