"""Keys of systems: told once, kept as a digest, shut when their time or whoever answers for them has gone. On SQLite
and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.clock import now
from core.errors import NotFoundError, UsageError
from ledger import accounts, api_keys
from ledger.connections import reading, writing

pytestmark = pytest.mark.usefixtures("quick_passwords")
DAY = timedelta(days=1)


def made(engine: sa.Engine, valid: timedelta = DAY) -> tuple[api_keys.ApiKey, str]:
    if not accounts.listed(engine):
        accounts.add(engine, "GW6", name="管理员", role="administrator", password="测试 口令 一二三四")
    return api_keys.add(engine, " 案件 系统 ", officer="GW6", scopes=["targets", "search"], valid=valid, made_by="GW9")


def test_a_key_opens_and_only_its_digest_is_kept(engine: sa.Engine) -> None:
    key, token = made(engine)
    assert (key.system, key.scopes, key.officer, key.is_open) == ("案件 系统", {"search", "targets"}, "GW6", True)
    assert len(token) > 60
    assert key.last_used_at is None
    assert api_keys.tried(engine, token) == (key, True)
    used = api_keys.one(engine, key.key_id)
    assert used.last_used_at is not None
    assert api_keys.listed(engine) == [used]
    with reading(engine) as connection:
        kept = str(connection.execute(sa.select(api_keys.key_table)).all())
    assert token not in kept
    assert token.split("_", 2)[2] not in kept


def test_what_is_not_the_whole_key_opens_nothing(engine: sa.Engine) -> None:
    key, token = made(engine)
    other, _ = made(engine)
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert api_keys.tried(engine, wrong) == (key, False)
    assert api_keys.tried(engine, token.replace(key.key_id, other.key_id)) == (other, False)
    for text in ("", key.key_id, token[4:], token + "A", f"chk_K{'0' * 12}_{'A' * 43}", "chk_K\0"):
        assert api_keys.tried(engine, text) == (None, False), text


def test_a_key_is_shut_by_time_by_hand_and_with_who_answers_for_it(engine: sa.Engine) -> None:
    key, token = made(engine)
    accounts.disable(engine, "GW6")
    assert api_keys.tried(engine, token)[1] is False
    accounts.set_password(engine, "GW6", "测试 口令 五六七八")
    assert api_keys.tried(engine, token)[1] is True
    with writing(engine) as connection:
        connection.execute(api_keys.key_table.update().values(expires_at=now()))
    assert api_keys.tried(engine, token)[1] is False
    with writing(engine) as connection:
        connection.execute(api_keys.key_table.update().values(expires_at=key.expires_at))
    revoked = api_keys.revoke(engine, key.key_id)
    assert api_keys.revoke(engine, key.key_id) == revoked
    assert api_keys.tried(engine, token)[1] is False


def test_a_key_needs_a_system_scopes_an_end_and_somebody(engine: sa.Engine) -> None:
    given = {"officer": "GW6", "scopes": ["search"], "valid": DAY, "made_by": "GW9"}
    made(engine)
    for system, wrong in (("", {}), ("x\0", {}), ("x", {"scopes": []}), ("x", {"valid": timedelta()}),
                          ("x", {"valid": timedelta(days=731)}), ("x", {"officer": "管理员"})):  # fmt: skip
        with pytest.raises(UsageError):
            api_keys.add(engine, system, **{**given, **wrong})
    with pytest.raises(NotFoundError):
        api_keys.add(engine, "x", **{**given, "officer": "GW404"})
    with pytest.raises(NotFoundError):
        api_keys.revoke(engine, "K0")


def test_the_columns_the_code_reads_are_those_the_steps_make(engine: sa.Engine) -> None:
    assert {column["name"] for column in sa.inspect(engine).get_columns("api_key")} == set(api_keys.key_table.c.keys())
