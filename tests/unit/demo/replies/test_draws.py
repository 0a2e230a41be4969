from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from demo.replies.draws import NIGHTS_BETWEEN_MOVES, Draws, moves_until, scattered, scattered_unrounded


@given(st.integers(3, 6), st.data())
def test_scattered_is_one_to_one(width: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, 10**width - 1))
    second = data.draw(st.integers(0, 10**width - 1))
    assert (scattered(first, width) == scattered(second, width)) == (first == second)
    assert len(scattered(first, width)) == width


@given(st.integers(0, 10**9))
def test_unrounded_numbers_never_end_in_zero(ordinal: int) -> None:
    assert scattered_unrounded(ordinal, 12)[-1] != "0"
    assert len(scattered_unrounded(ordinal, 12)) == 12


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, NIGHTS_BETWEEN_MOVES - 1))
def test_every_phase_moves_on_one_night_in_fifty(first: date, phase: int) -> None:
    nights = [first + timedelta(days=number) for number in range(NIGHTS_BETWEEN_MOVES + 1)]
    counts = [moves_until(night, phase) for night in nights]
    assert counts[-1] - counts[0] == 1


def test_draws_depend_on_their_purpose_alone() -> None:
    assert Draws(1, "bank", "P8").random() == Draws(1, "bank", "P8").random()
    assert Draws(1, "bank", "P8").random() != Draws(2, "bank", "P8").random()


@given(st.dates(), st.integers(0, 400))
def test_days_stay_inside_their_interval(first: date, span: int) -> None:
    last = min(date.max, first + timedelta(days=span)) if first < date.max - timedelta(days=span) else first
    assert first <= Draws("day", first, span).day(first, last) <= last
