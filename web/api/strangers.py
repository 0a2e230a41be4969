"""Who shows no key that is known: noted, but never so often that the audit log could be flooded by it."""

from __future__ import annotations

import time
from threading import Lock


class Strangers:
    """Each address counts once in a while, and so many addresses in all: who has no key has many addresses."""

    def __init__(self, seconds: float = 600, most: int = 100) -> None:
        self._seconds, self._most, self._lock = seconds, most, Lock()
        self._noted: dict[str, float] = {}

    def is_news(self, address: str) -> bool:
        """Whether a request from there is to be noted now; the next ones are not."""
        moment = time.monotonic()
        with self._lock:
            self._noted = {one: at for one, at in self._noted.items() if at > moment - self._seconds}
            if address in self._noted or len(self._noted) >= self._most:
                return False
            self._noted[address] = moment
            return True
