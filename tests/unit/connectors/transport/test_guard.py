from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.site import SourceSite
from connectors.transport.breaker import FAILURES, Breaker
from connectors.transport.guard import LONGEST_WAIT, Guard
from core.errors import SenderError, SettingsError, TransientError


def site(attempts: int = 4, seconds: int = 900) -> SourceSite:
    return SourceSite("land", "sftp://court@host.example/x", attempts=attempts, seconds=seconds)


def failing(times: int, error: Exception) -> Callable[[], str]:
    left = iter(range(times))

    def step() -> str:
        if next(left, None) is None:
            return "done"
        raise error

    return step


@given(attempts=st.integers(1, 8), failures=st.integers(0, 10))
def test_a_step_succeeds_when_fewer_tries_fail_than_are_allowed(attempts: int, failures: int) -> None:
    waits: list[float] = []
    guard = Guard(site(attempts), breaker=Breaker(), sleep=waits.append)
    step = failing(failures, TransientError("cut"))
    if failures < attempts:
        assert guard.call(step) == "done"
    else:
        with pytest.raises(SenderError) as caught:
            guard.call(step)
        assert caught.value.verdict == "unreachable"
    assert len(waits) == min(failures, attempts - 1)


def test_waits_double_up_to_the_longest_and_differ_by_chance() -> None:
    waits: list[float] = []
    guard = Guard(site(attempts=10), breaker=Breaker(), sleep=waits.append)
    guard.call(failing(9, TransientError("cut")))
    for place, wait in enumerate(waits):
        least = min(2.0**place, LONGEST_WAIT)
        assert least <= wait <= least + 1
    assert any(wait != round(wait) for wait in waits)


def test_a_sender_that_asks_for_patience_gets_it() -> None:
    waits: list[float] = []
    Guard(site(), breaker=Breaker(), sleep=waits.append).call(failing(1, TransientError("busy", after=30)))
    assert waits == [30]


@pytest.mark.parametrize(
    "error", [SenderError("wrong password", verdict="access_denied"), SettingsError("no key"), ValueError("a fault")]
)
def test_only_what_may_pass_is_tried_again(error: Exception) -> None:
    waits: list[float] = []
    with pytest.raises(type(error)) as caught:
        Guard(site(), breaker=Breaker(), sleep=waits.append).call(failing(1, error))
    assert caught.value is error
    assert waits == []


def test_waits_and_steps_together_stay_within_the_sources_time() -> None:
    waits: list[float] = []
    guard = Guard(site(attempts=50, seconds=10), breaker=Breaker(), sleep=waits.append)
    with pytest.raises(SenderError) as caught:
        guard.call(failing(50, TransientError("cut")))
    assert caught.value.verdict == "time_exceeded"
    assert sum(waits) <= 10
    assert guard.over


def test_a_step_that_never_comes_back_is_left_behind() -> None:
    release = Event()
    guard = Guard(site(seconds=1), breaker=Breaker())
    started = time.monotonic()
    with pytest.raises(SenderError) as caught:
        guard.call(release.wait)
    release.set()
    assert caught.value.verdict == "time_exceeded"
    assert time.monotonic() - started < 3
    assert guard.stuck


def test_the_sources_of_a_dead_host_stop_asking_it() -> None:
    breaker, asked = Breaker(), []

    def ask() -> None:
        asked.append(1)
        raise TransientError("refused")

    verdicts = []
    for _ in range(5):
        with pytest.raises(SenderError) as caught:
            Guard(site(attempts=3), breaker=breaker, sleep=lambda _: None).call(ask)
        verdicts.append(caught.value.verdict)
    assert verdicts == ["unreachable"] * FAILURES + ["circuit_open"] * (5 - FAILURES)
    assert len(asked) == 3 * FAILURES


def test_a_refusal_is_an_answer_and_no_failure_of_the_host() -> None:
    breaker = Breaker()
    for _ in range(FAILURES + 1):
        with pytest.raises(SenderError, match="wrong password"):
            Guard(site(), breaker=breaker).call(failing(1, SenderError("wrong password", verdict="access_denied")))
    assert breaker.allows()
