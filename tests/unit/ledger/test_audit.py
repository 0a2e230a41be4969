"""Whoever alters, removes or moves an entry of the audit log is found out. On SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from core.errors import SettingsError, UsageError
from ledger import audit, audit_key
from ledger.audit import Act, Finding, Head
from ledger.connections import writing

KEY = b"k" * 32


def written(engine: sa.Engine, count: int = 5) -> list[audit.Entry]:
    return [audit.append(engine, KEY, Act("view", officer="GW1", debtor_id=f"D{n}")) for n in range(count)]


def tamper(engine: sa.Engine, *statements: str) -> None:
    """As somebody would who owns the database and has taken its guards away."""
    with writing(engine) as connection:
        if connection.dialect.name == "sqlite":
            for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for table in ("audit_entry", "audit_concerned"):
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_an_untouched_log_holds(engine: sa.Engine) -> None:
    assert audit.verify(engine, KEY) == []
    entries = written(engine)
    assert audit.verify(engine, KEY) == []
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5]
    assert audit.head(engine) == Head(5, entries[-1].digest)
    assert audit.entries(engine, {}) == entries[::-1]
    assert audit.entries(engine, {"debtor_id": ["D3", "D1"], "officer": []}) == [entries[3], entries[1]]
    assert audit.entries(engine, {}, before=3, limit=1) == [entries[1]]


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET officer = 'X'", "DELETE FROM audit_entry WHERE seq = 1"])
def test_the_database_refuses_to_change_an_entry(engine: sa.Engine, statement: str) -> None:
    written(engine)
    with pytest.raises(DBAPIError), writing(engine) as connection:
        connection.exec_driver_sql(statement)
    assert audit.verify(engine, KEY) == []


@pytest.mark.parametrize(
    "change",
    ["officer = 'GW2'", "debtor_id = 'D9'", "reason = 'x'", "at = '2020-01-01 00:00:00'", "outcome = 'refused'",
     "address = '::1'", "role = 'judge'", "action = 'search'", "case_no = 'x'", "subject = 'x'", "key_id = 'x'"],
)  # fmt: skip
def test_an_altered_entry_is_found(engine: sa.Engine, change: str) -> None:
    written(engine)
    tamper(engine, f"UPDATE audit_entry SET {change} WHERE seq = 3")
    assert audit.verify(engine, KEY) == [Finding("altered", 3)]


def test_a_removed_entry_is_found(engine: sa.Engine) -> None:
    written(engine)
    tamper(engine, "DELETE FROM audit_entry WHERE seq = 3")
    assert audit.verify(engine, KEY) == [Finding("missing", 3)]


def test_a_removed_entry_is_found_when_those_behind_move_up(engine: sa.Engine) -> None:
    written(engine)
    tamper(
        engine,
        "DELETE FROM audit_entry WHERE seq = 3",
        "UPDATE audit_entry SET seq = 3 WHERE seq = 4",
        "UPDATE audit_entry SET seq = 4 WHERE seq = 5",
    )
    found = audit.verify(engine, KEY)
    assert Finding("out_of_order", 3) in found
    assert Finding("altered", 4) in found


def test_entries_cut_off_at_the_end_are_found(engine: sa.Engine) -> None:
    entries = written(engine)
    tamper(engine, "DELETE FROM audit_entry WHERE seq > 3")
    assert audit.verify(engine, KEY) == [Finding("cut_off", 4)]
    tamper(engine, f"UPDATE audit_head SET entries = 3, digest = '{entries[2].digest}'")
    assert audit.verify(engine, KEY) == [Finding("head_altered", 3)]
    tamper(engine, "DELETE FROM audit_head")
    assert audit.verify(engine, KEY) == [Finding("head_altered", 3)]


def test_an_act_that_showed_many_is_found_under_each_of_them(engine: sa.Engine) -> None:
    entries = written(engine, 2)
    export = audit.append(engine, KEY, Act("export", officer="GW3"), concerned=["D7", "D1", "D7"])
    assert audit.entries(engine, {"debtor_id": ["D7"]}) == [export]
    assert audit.entries(engine, {"debtor_id": ["D1"]}) == [export, entries[1]]
    assert audit.entries(engine, {"debtor_id": ["D1"], "officer": ["GW1"]}) == [entries[1]]
    assert audit.concerned(engine, [1, 2, 3]) == {3: 2}
    assert audit.verify(engine, KEY) == []


@pytest.mark.parametrize(
    ("change", "seq"),
    [
        ("DELETE FROM audit_concerned WHERE debtor_id = 'D7'", 2),
        ("UPDATE audit_concerned SET debtor_id = 'D9' WHERE debtor_id = 'D7'", 2),
        ("INSERT INTO audit_concerned VALUES (2, 'D9')", 2),
        ("INSERT INTO audit_concerned VALUES (1, 'D9')", 1),
        ("INSERT INTO audit_concerned VALUES (9, 'D9')", 9),
    ],
)
def test_whom_an_act_showed_cannot_be_changed_unnoticed(engine: sa.Engine, change: str, seq: int) -> None:
    written(engine, 1)
    audit.append(engine, KEY, Act("export"), concerned=["D1", "D7"])
    if seq != 9:  # an entry that does not stand yet may come
        with pytest.raises(DBAPIError), writing(engine) as connection:
            connection.exec_driver_sql(change)
        assert audit.verify(engine, KEY) == []
    tamper(engine, change)
    assert audit.verify(engine, KEY) == [Finding("altered", seq)]


def test_an_older_head_put_back_is_found_by_one_written_down(engine: sa.Engine) -> None:
    written(engine, 3)
    with engine.connect() as connection:
        seal = connection.execute(sa.select(audit.head_table.c.seal)).scalar_one()
    older = audit.head(engine)
    written(engine, 2)
    newer = audit.head(engine)
    assert audit.verify(engine, KEY, [older, newer]) == []
    tamper(
        engine,
        "DELETE FROM audit_entry WHERE seq > 3",
        f"UPDATE audit_head SET entries = 3, digest = '{older.digest}', seal = '{seal}'",
    )
    assert audit.verify(engine, KEY) == []
    assert audit.verify(engine, KEY, [older, newer]) == [Finding("head_unknown", 5)]
    assert audit.verify(engine, KEY, [Head(2, "f" * 64)]) == [Finding("head_unknown", 2)]


def test_reordered_entries_are_found(engine: sa.Engine) -> None:
    written(engine)
    tamper(
        engine,
        "UPDATE audit_entry SET seq = 99 WHERE seq = 2",
        "UPDATE audit_entry SET seq = 2 WHERE seq = 3",
        "UPDATE audit_entry SET seq = 3 WHERE seq = 99",
    )
    found = audit.verify(engine, KEY)
    assert Finding("out_of_order", 2) in found
    assert Finding("altered", 2) in found


def test_a_chain_under_another_key_does_not_hold(engine: sa.Engine) -> None:
    written(engine, 2)
    assert audit.verify(engine, b"x" * 32) == [Finding("altered", 1), Finding("altered", 2), Finding("head_altered", 2)]


def test_many_append_at_once_and_the_chain_holds(engine: sa.Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        entries = list(pool.map(lambda n: audit.append(engine, KEY, Act("view", officer=f"GW{n}")), range(40)))
    assert sorted(entry.seq for entry in entries) == list(range(1, 41))
    assert audit.verify(engine, KEY) == []


def test_words_of_a_search_are_known_again_and_not_read_off() -> None:
    digest = audit.words_digest(KEY, "测试甲")
    assert digest == audit.words_digest(KEY, "测试甲")
    assert digest not in (audit.words_digest(KEY, "测试乙"), audit.words_digest(b"x" * 32, "测试甲"))
    assert "测试甲" not in digest


@pytest.mark.parametrize("note", ["", "5", "x:" + "0" * 64, "5:abc"])
def test_a_note_that_is_none_is_refused(note: str) -> None:
    with pytest.raises(UsageError):
        Head.of_note(note)
    assert Head.of_note(Head(5, "a" * 64).note) == Head(5, "a" * 64)


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "audit.key"
    key = audit_key.read_or_make(path)
    assert audit_key.read_or_make(path) == key == audit_key.read(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("lost", encoding="ascii")
    with pytest.raises(SettingsError):
        audit_key.read_or_make(path)


def test_an_entry_from_before_there_were_keys_keeps_its_digest(engine: sa.Engine) -> None:
    entry = written(engine, 1)[0]
    told = {"action": "view", "officer": "GW1", "role": None, "outcome": "done", "debtor_id": "D0", "case_no": None,
            "subject": None, "reason": None, "address": None}  # fmt: skip
    text = json.dumps([1, entry.at.isoformat(), audit.FIRST, told], sort_keys=True, separators=(",", ":"))
    assert entry.digest == hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()
    audit.append(engine, KEY, Act("view", officer="GW1", key_id="K1"))
    keys = "UPDATE audit_entry SET key_id ="
    tamper(engine, f"{keys} NULL WHERE seq = 2", f"{keys} 'K2' WHERE seq = 1")
    assert [finding.seq for finding in audit.verify(engine, KEY)] == [1, 2]
