from __future__ import annotations

from datetime import date, datetime

from core.clock import asking_date, inquiry_time, last_business_date, night_run_time


def test_at_half_past_two_the_business_date_is_yesterday() -> None:
    assert last_business_date(datetime(2026, 11, 24, 2, 30)) == date(2026, 11, 23)
    assert last_business_date(datetime(2026, 11, 24, 23, 59)) == date(2026, 11, 23)


def test_the_evening_asks_for_itself_even_when_it_runs_late() -> None:
    assert asking_date(datetime(2026, 11, 23, 18, 45)) == date(2026, 11, 23)
    assert asking_date(datetime(2026, 11, 24, 0, 10)) == date(2026, 11, 23)


def test_a_list_asked_in_its_own_night_carries_the_real_time() -> None:
    moment = datetime(2026, 11, 24, 2, 31)
    assert inquiry_time(date(2026, 11, 23), moment) == moment


def test_a_list_of_a_past_night_carries_the_agreed_time() -> None:
    assert inquiry_time(date(2026, 11, 22), datetime(2026, 12, 1, 9, 0)) == datetime(2026, 11, 22, 18, 55)


def test_the_night_runs_after_the_last_deadline() -> None:
    assert night_run_time(date(2026, 12, 31)) == datetime(2027, 1, 1, 2, 30)
