"""``python -m benchmarks.console.load ADDRESS WORDS``: officers at work, each a request every two seconds.

WORDS is a JSON file made by `benchmarks.console.words`. Standard input gives the password on its first line. Prints one
JSON line: milliseconds by kind of page, errors, and the generator's own processor time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

#: Seconds between two requests of one officer.
PACE = 2.0
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_DEBTOR = re.compile(r'href="(/debtors/D[0-9a-f]{24})"')


@dataclass
class Told:
    """What all officers saw: milliseconds by kind of page, and answers that should not have been."""

    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


class Officer:
    """One browser: logs in, then searches and looks at whom it finds, in turn."""

    def __init__(self, client: httpx.AsyncClient, officer: str, told: Told, lot: random.Random) -> None:
        self._client, self._officer, self._told, self._lot = client, officer, told, lot
        self._csrf = ""
        self._found: list[str] = []

    async def log_in(self, password: str) -> None:
        """To the first page of the search."""
        await self._asked("login", "GET", "/login")
        await self._asked("login", "POST", "/login", officer=self._officer, password=password)
        await self._asked("login", "GET", "/")

    async def work(self, words: dict[str, list[str]], until: float) -> None:
        """Go on until the time is over; officers begin spread over the pace."""
        due = time.perf_counter() + self._lot.random() * PACE
        while (due := due + PACE) < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if self._found:
                await self._look(self._found.pop())
            else:
                await self._search(words)

    async def _search(self, words: dict[str, list[str]]) -> None:
        kind = self._lot.choice(sorted(words))
        text = await self._asked("search", "POST", "/search", words=self._lot.choice(words[kind]))
        places = list(dict.fromkeys(_DEBTOR.findall(text)))
        self._found = self._lot.sample(places, min(2, len(places)))

    async def _look(self, place: str) -> None:
        text = await self._asked("profile", "GET", place)
        if 'name="reason"' in text:
            self._told.milliseconds["profile"].pop()  # it was the question why, not the profile
            await self._asked("reason", "POST", f"{place}/purpose", follow=False, reason="压力测试：核对示范数据")
            self._found.append(place)  # the profile is the next request

    async def _asked(self, kind: str, method: str, place: str, *, follow: bool = True, **fields: str) -> str:
        """The page that a request ends at: as the officer sees it, one answer, redirects included."""
        data = {"csrf": self._csrf, **fields} if method == "POST" else None
        started = time.perf_counter()
        try:
            answer = await self._client.request(method, place, data=data, follow_redirects=follow)
        except httpx.HTTPError as error:
            self._told.errors.append(f"{kind}: {type(error).__name__}")
            return ""
        self._told.milliseconds.setdefault(kind, []).append(1_000 * (time.perf_counter() - started))
        if answer.status_code >= 400:
            self._told.errors.append(f"{kind}: {answer.status_code}")
        if found := _CSRF.search(answer.text):
            self._csrf = found.group(1)
        return answer.text


async def everybody(address: str, officers: int, seconds: float, password: str, words: dict[str, list[str]]) -> Told:
    """All officers at once, when the last has logged in: a password takes a tenth of a second of a core, by intent."""
    told = Told()
    clients = [httpx.AsyncClient(base_url=address, timeout=30) for _ in range(officers)]
    working = [
        Officer(client, f"LAST{number:03d}", told, random.Random(number)) for number, client in enumerate(clients)
    ]
    for officer in working:
        await officer.log_in(password)
    until = time.perf_counter() + seconds
    async with asyncio.TaskGroup() as group:
        for officer in working:
            group.create_task(officer.work(words, until))
    for client in clients:
        await client.aclose()
    return told


def main() -> None:
    """Parse, load, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("words", type=Path)
    parser.add_argument("--officers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    chosen = parser.parse_args()
    words: dict[str, list[str]] = json.loads(chosen.words.read_text(encoding="utf-8"))
    password = sys.stdin.readline().rstrip("\n")
    told = asyncio.run(everybody(chosen.address, chosen.officers, chosen.seconds, password, words))
    result: dict[str, Any] = {
        "milliseconds": told.milliseconds,
        "errors": told.errors,
        "processor": time.process_time(),
    }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
