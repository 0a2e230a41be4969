"""What makes a transfer reliable, in one place for all transports: retries, total time, and leaving a dead host alone.

A transport passes every step that talks to its sender through `Guard.call`. A step raises TransientError when a retry
may help; everything else it raises ends the source at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from connectors.site import SourceSite
from connectors.transport.breaker import Breaker, breaker_of
from core.errors import SenderError, TransientError

T = TypeVar("T")

#: Seconds before the second try, and the longest wait between two tries; each wait is up to a second longer by chance,
#: so that sources cut off together do not come back together.
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
_BACKOFF = wait_exponential_jitter(initial=FIRST_WAIT, max=LONGEST_WAIT, jitter=1)


class Guard:
    """One source's tries, time and host. Only steps and the waits between them use up time, our own work does not."""

    def __init__(
        self, site: SourceSite, *, breaker: Breaker | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.host = site.host
        self.seconds = site.seconds
        self.left = float(site.seconds)
        self.breaker = breaker or breaker_of(site.host)
        #: A step that never came back may still hold the connection: it must not be used or closed any more.
        self.stuck = False
        self._sleep = sleep
        self._retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=stop_after_attempt(site.attempts),
            wait=_wait,
            sleep=self.pause,
            reraise=True,
        )

    def call(self, step: Callable[[], T]) -> T:
        """Run `step` until it succeeds.

        SenderError unreachable after the last try, time_exceeded when the source's time is used up, circuit_open when
        other sources have given up this host.
        """
        if not self.breaker.allows():
            raise SenderError(
                "the host failed other sources before", verdict="circuit_open", where=self.host, do="run again later"
            )
        try:
            result: T = self._retrying(self._timed, step)
        except TransientError as error:
            self.breaker.gave_up()
            raise SenderError(error.what, verdict="unreachable", where=error.where or self.host, do=error.do) from error
        except SenderError as error:
            if error.verdict == "time_exceeded":
                self.breaker.gave_up()
            raise
        self.breaker.succeeded()
        return result

    @property
    def over(self) -> bool:
        """Whether the source's time is used up. A long step looks now and then and stops by itself."""
        return self.left <= 0

    def _timed(self, step: Callable[[], T]) -> T:
        started = time.monotonic()
        try:
            if not self.over:
                return bounded(step, self.left)
        except LeftBehindError:
            self.stuck = True
        finally:
            self.left -= time.monotonic() - started
        raise SenderError(
            f"not done within {self.seconds} seconds", verdict="time_exceeded", where=self.host, do="run again"
        )

    def pause(self, seconds: float) -> None:
        """Wait, on the source's time and no longer than that lasts."""
        seconds = min(seconds, max(self.left, 0.0))
        self._sleep(seconds)
        self.left -= seconds


class LeftBehindError(Exception):
    """A step has not come back in time and runs on in its thread."""


def bounded(step: Callable[[], T], seconds: float) -> T:
    """The result of `step`; LeftBehindError after `seconds`, whatever library it is stuck in.

    The thread of a step left behind does not keep the process alive.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(step())
        except BaseException as error:
            errors.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise LeftBehindError
    return results[0]


def _wait(state: RetryCallState) -> float:
    """Longer after each try, and at least as long as the sender asked for."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.after if isinstance(error, TransientError) else 0.0
    return max(_BACKOFF(state), asked)
