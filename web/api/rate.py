"""How often a key may ask: a bucket per key that fills evenly and that every request takes from.

A system that asks for a whole list at once is let in for a while; one that goes on so would take the console's time
from its officers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from core.errors import SettingsError

#: Seconds in which an empty bucket is full again.
_FULL_AFTER = 10.0


@dataclass
class _Bucket:
    held: float
    at: float


class Rate:
    """The buckets of all keys; they are full when the console starts."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """SettingsError if nobody could ask at all."""
        if per_minute < 1:
            raise SettingsError("no key could ask", where="api_requests_per_minute", do="allow one a minute or more")
        self._a_second, self._clock = per_minute / 60, clock
        self._most = max(1.0, self._a_second * _FULL_AFTER)
        self._lock = Lock()
        self._buckets: dict[str, _Bucket] = {}

    def wait(self, key_id: str) -> float:
        """0 lets the request in; else the seconds after which the next one will be."""
        moment = self._clock()
        with self._lock:
            bucket = self._buckets.setdefault(key_id, _Bucket(self._most, moment))
            bucket.held = min(self._most, bucket.held + (moment - bucket.at) * self._a_second)
            bucket.at = moment
            if bucket.held < 1:
                return (1 - bucket.held) / self._a_second
            bucket.held -= 1
            return 0
