"""Finding, making and opening a ledger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.errors import SettingsError, StoreError
from core.settings import Settings
from core.store import Store
from ledger import database, verdicts
from ledger.connections import writing
from ledger.migrations import VERSION_TABLE, migrate


def test_opening_makes_the_ledger_and_opening_again_keeps_it(url: sa.URL) -> None:
    subject = verdicts.Subject("L1", "D1", "land", "holders", "R1", "a" * 64)
    with database.opened(url) as engine:
        given = verdicts.give(engine, subject, "same", reason="核实", officer="GW1")
    with database.opened(url) as engine:
        migrate(engine)
        assert verdicts.history(engine) == [given]


def test_the_table_the_code_reads_is_the_one_the_steps_make(engine: sa.Engine) -> None:
    made = {column["name"] for column in sa.inspect(engine).get_columns("verdict")}
    assert made == set(verdicts.verdict_table.columns.keys())


def test_many_may_open_a_new_ledger_at_once(url: sa.URL) -> None:
    def opened(_: int) -> int:
        with database.opened(url) as engine:
            return len(verdicts.history(engine))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(opened, range(8))) == [0] * 8


def test_a_ledger_of_a_newer_version_is_left_alone(url: sa.URL) -> None:
    with database.opened(url) as engine, writing(engine) as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(StoreError, match="更新的版本"), database.opened(url):
        pass


def test_reading_nothing_makes_nothing(tmp_path: Path) -> None:
    url = database.url_of(Settings(), Store(tmp_path / "store"))
    assert not database.is_begun(url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", ["nonsense", "mysql://court@server/ledger", "sqlite://"])
def test_only_the_two_databases_are_taken(tmp_path: Path, given: str) -> None:
    with pytest.raises(SettingsError):
        database.url_of(Settings(ledger_url=given), Store(tmp_path))


def test_a_server_that_does_not_answer_is_told_without_the_password(tmp_path: Path) -> None:
    url = database.url_of(Settings(ledger_url="postgresql://court:geheim@127.0.0.1:1/ledger"), Store(tmp_path))
    with pytest.raises(StoreError) as failed, database.opened(url):
        pass
    assert "geheim" not in str(failed.value)


def test_a_file_that_is_no_ledger_is_told(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"no database at all, but long enough to look at" * 50)
    with pytest.raises(StoreError, match="台账无法读写"), database.opened(database.url_of(Settings(), Store(tmp_path))):
        pass
