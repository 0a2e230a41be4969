from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.transport.breaker import COOL_DOWN, FAILURES, Breaker, breaker_of


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def given_up(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.gave_up()
    return breaker


@given(st.lists(st.sampled_from(["answered", "gave_up"]), max_size=30))
def test_a_host_is_left_alone_exactly_after_so_many_failures_in_a_row(history: list[str]) -> None:
    breaker, row = Breaker(Clock()), 0
    for event in history:
        if event == "answered":
            breaker.succeeded()
            row = 0
        else:
            breaker.gave_up()
            row += 1
        assert breaker.allows() == (row < FAILURES)


def test_after_the_cool_down_one_may_try_and_the_others_wait() -> None:
    clock = Clock()
    breaker = given_up(clock)
    clock.now = COOL_DOWN
    assert [breaker.allows(), breaker.allows()] == [True, False]


def test_the_one_who_tries_decides() -> None:
    clock = Clock()
    breaker = given_up(clock)
    clock.now = COOL_DOWN
    assert breaker.allows()
    breaker.gave_up()
    assert not breaker.allows()
    clock.now += COOL_DOWN
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows() and breaker.allows()


def test_sources_of_one_host_share_a_breaker() -> None:
    assert breaker_of("one.example:22") is breaker_of("one.example:22")
    assert breaker_of("one.example:22") is not breaker_of("one.example:443")
