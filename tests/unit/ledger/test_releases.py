"""A held delivery is released once, by somebody who signs. On SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from core.errors import UsageError
from core.identifiers import resident_id
from ledger import releases
from ledger.connections import writing

LAND: dict[str, Any] = {"source": "land", "business_date": date(2026, 11, 22)}


def test_what_was_released_is_read_back_whole(engine: sa.Engine) -> None:
    moment = datetime(2026, 11, 23, 9, 30, 5)
    given = releases.give(engine, "d1", **LAND, reason=" 机构\n调整 ", officer="GW1", decided_at=moment)
    assert given == releases.Release("d1", "land", date(2026, 11, 22), "机构 调整", "GW1", moment)
    assert releases.given(engine) == [given] == releases.given(engine, "land")
    assert releases.given(engine, "housing") == []


def test_a_second_release_changes_nothing(engine: sa.Engine) -> None:
    first = releases.give(engine, "d1", **LAND, reason="已核实", officer="GW1")
    assert releases.give(engine, "d1", **LAND, reason="又一次", officer="GW2") == first
    assert releases.given(engine) == [first]


@pytest.mark.parametrize(
    ("reason", "officer"),
    [(" ", "GW1"), ("已核实", "张三"), (f"{resident_id('370499', date(1985, 3, 12), 1)} 本人", "GW1")],
)
def test_nobody_releases_without_signing(engine: sa.Engine, reason: str, officer: str) -> None:
    with pytest.raises(UsageError):
        releases.give(engine, "d1", **LAND, reason=reason, officer=officer)
    assert releases.given(engine) == []


@pytest.mark.parametrize("statement", ["UPDATE delivery_release SET officer = 'GW2'", "DELETE FROM delivery_release"])
def test_the_database_refuses_to_change_a_release(engine: sa.Engine, statement: str) -> None:
    first = releases.give(engine, "d1", **LAND, reason="已核实", officer="GW1")
    with pytest.raises(DBAPIError), writing(engine) as connection:
        connection.exec_driver_sql(statement)
    assert releases.given(engine) == [first]


def test_the_table_the_code_reads_is_the_one_the_steps_make(engine: sa.Engine) -> None:
    made = {column["name"] for column in sa.inspect(engine).get_columns("delivery_release")}
    assert made == set(releases.release_table.columns.keys())
