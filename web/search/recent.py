"""What officers searched lately, so that an address of a page holds no name: in memory, bounded, for the officer
alone."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from threading import Lock


class Recent:
    """Words by a random id. The oldest go first; all go when the console stops."""

    def __init__(self, most: int = 10_000) -> None:
        self._most, self._lock = most, Lock()
        self._words: OrderedDict[str, tuple[str, str]] = OrderedDict()

    def keep(self, officer: str, words: str) -> str:
        """The id under which the officer finds the words again."""
        search_id = secrets.token_urlsafe(12)
        with self._lock:
            self._words[search_id] = (officer, words)
            while len(self._words) > self._most:
                self._words.popitem(last=False)
        return search_id

    def words(self, officer: str, search_id: str) -> str | None:
        """None if they are gone or somebody else's."""
        with self._lock:
            kept = self._words.get(search_id)
        return kept[1] if kept and kept[0] == officer else None
