from __future__ import annotations

from datetime import date, datetime

import pytest

from data_contracts import load
from data_contracts.calendar import calendar_warning, deadline, holidays, is_due, is_holiday, next_due

SUNDAY, MONDAY, SATURDAY = date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 28)
NATIONAL_DAY = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("source", "day", "due"),
    [
        ("land", SATURDAY, True),
        ("land", NATIONAL_DAY, True),
        ("development", MONDAY, True),
        ("development", SATURDAY, False),
        ("development", SUNDAY, True),
        ("development", NATIONAL_DAY, False),
        ("tax", MONDAY, True),
        ("tax", SUNDAY, False),
        ("tax", NATIONAL_DAY, False),
        ("mining", SUNDAY, True),
        ("mining", MONDAY, False),
        ("household", NATIONAL_DAY, True),
    ],
)
def test_due(source: str, day: date, due: bool) -> None:
    assert is_due(load(source), day) is due


def test_weekend_days_worked_are_information_only() -> None:
    saturday = date(2026, 10, 10)
    assert saturday in holidays(2026).workdays
    assert not is_due(load("tax"), saturday)


@pytest.mark.parametrize(("year", "days"), [(2025, 28), (2026, 33)])
def test_days_off_as_gazetted(year: int, days: int) -> None:
    assert holidays(year).known
    assert len(holidays(year).days_off) == days


def test_deadlines_count_from_the_business_date() -> None:
    assert deadline(load("court_cases"), MONDAY) == datetime(2026, 11, 23, 18, 30)
    assert deadline(load("bank_boc"), MONDAY) == datetime(2026, 11, 24, 2, 0)


def test_the_weekends_inquiries_are_answered_on_the_next_working_day() -> None:
    assert next_due(load("tax"), SATURDAY) == date(2026, 11, 30)
    assert next_due(load("tax"), NATIONAL_DAY) == date(2026, 10, 8)
    assert next_due(load("bank_boc"), SATURDAY) == SATURDAY


def test_a_missing_year_is_a_warning_and_only_weekends_count() -> None:
    day = date(2031, 10, 1)
    assert "2031" in (calendar_warning(day) or "")
    assert calendar_warning(MONDAY) is None
    assert not is_holiday(day)
    assert is_due(load("tax"), day)
