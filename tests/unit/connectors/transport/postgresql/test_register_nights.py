from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from connectors.transport.postgresql.nights import Night, last_night
from core.errors import SenderError
from data_contracts import load

CONTRACT = load("enterprises")
SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)


def night(day: date, mode: str, rows: int = 1) -> list[tuple[Any, ...]]:
    """Seven rows of view delivery."""
    made, as_of = datetime(2026, 11, day.day, 23), datetime(2026, 11, day.day, 20)
    return [(day, mode, table.name, rows, made, as_of) for table in CONTRACT.tables]


def test_the_last_night_knows_the_one_before() -> None:
    found = last_night(CONTRACT, night(MONDAY, "delta", 3) + night(SUNDAY, "full", 9))
    assert found is not None
    assert (found.business_date, found.mode, set(found.rows.values())) == (MONDAY, "delta", {3})
    assert found.before == datetime(2026, 11, 22, 20)


def test_an_unfinished_night_hides_the_one_before() -> None:
    assert last_night(CONTRACT, night(MONDAY, "delta")[1:] + night(SUNDAY, "full")) is None
    assert last_night(CONTRACT, []) is None


@pytest.mark.parametrize("column", range(1, 6))
def test_a_view_with_gaps_is_no_control(column: int) -> None:
    rows = night(MONDAY, "delta")
    rows[0] = (*rows[0][:column], None, *rows[0][column + 1 :])
    with pytest.raises(SenderError):
        last_night(CONTRACT, rows)


@pytest.mark.parametrize("mode", ["reply", "voll"])
def test_an_unknown_mode_stops(mode: str) -> None:
    with pytest.raises(SenderError):
        last_night(CONTRACT, night(MONDAY, mode))


def test_a_table_listed_twice_stops() -> None:
    with pytest.raises(SenderError):
        last_night(CONTRACT, night(MONDAY, "delta") + night(MONDAY, "delta"))


def of(mode: str) -> Night:
    found = last_night(CONTRACT, night(MONDAY, mode, 3) + night(SUNDAY, "full"))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("mode", "held", "since"),
    [
        ("delta", datetime(2026, 11, 22, 20), datetime(2026, 11, 22, 20)),
        ("delta", datetime(2026, 10, 24, 23), datetime(2026, 10, 24, 23)),
        ("delta", datetime(2026, 10, 24, 22), None),  # rows deleted meanwhile may be gone
        ("delta", None, None),
        ("full", datetime(2026, 11, 22, 20), None),
    ],
)
def test_changes_are_read_only_where_they_do(mode: str, held: datetime | None, since: datetime | None) -> None:
    assert of(mode).since(held) == since


def test_the_agencys_count_holds_for_the_span_it_counted() -> None:
    sunday, saturday = datetime(2026, 11, 22, 20), datetime(2026, 11, 21, 20)
    assert of("delta").stated("base", "delta", sunday) == 3
    assert of("delta").stated("base", "delta", saturday) is None
    assert of("delta").stated("base", "full", None) is None
    assert of("full").stated("base", "full", None) == 3
