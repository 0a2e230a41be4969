"""A host that fails source after source is left alone for a while, so that a night does not wait for it sixteen times.

Own code: the packages for it hold a lock during the call, and the sources of one host would stand in line.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

#: Sources that must give a host up, one after another, before it is left alone.
FAILURES = 2
#: Seconds until a host that was given up may be tried again.
COOL_DOWN = 600.0


@dataclass
class Breaker:
    """The state of one host. After the cool-down one caller may try; its failure opens the breaker anew."""

    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    opened_at: float | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)

    def allows(self) -> bool:
        """Whether the host may be asked now."""
        with self._lock:
            if self.opened_at is None:
                return True
            if self.clock() - self.opened_at < COOL_DOWN:
                return False
            self.opened_at = self.clock()  # one tries, the others go on waiting
            return True

    def succeeded(self) -> None:
        """The host answered."""
        with self._lock:
            self.failures, self.opened_at = 0, None

    def gave_up(self) -> None:
        """One source has used up its tries or its time."""
        with self._lock:
            self.failures += 1
            if self.failures >= FAILURES:
                self.opened_at = self.clock()


_BREAKERS: dict[str, Breaker] = {}
_REGISTRY = Lock()


def breaker_of(host: str) -> Breaker:
    """The breaker that all sources of `host` share in this process."""
    with _REGISTRY:
        return _BREAKERS.setdefault(host, Breaker())
