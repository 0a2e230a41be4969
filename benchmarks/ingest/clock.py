"""Seconds of the wall and of the processor, lap by lap."""

from __future__ import annotations

from collections.abc import Callable


class Laps:
    """Starts at once."""

    def __init__(self, wall: Callable[[], float], processor: Callable[[], float]) -> None:
        self._clocks = wall, processor
        self._last = self._start = (wall(), processor())
        self._laps: dict[str, float] = {}

    def take(self, name: str) -> None:
        """The end of a lap."""
        now = (self._clocks[0](), self._clocks[1]())
        self._laps[name] = now[0] - self._last[0]
        self._last = now

    def told(self) -> dict[str, float]:
        """Seconds of the wall by lap, and both clocks over all laps."""
        seconds, processor = (end - start for end, start in zip(self._last, self._start, strict=True))
        return {**self._laps, "seconds": seconds, "processor": processor}
