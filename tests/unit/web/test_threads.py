"""Slow things do not keep pages waiting, and never more is worked on than was said."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from threading import Event, Lock
from time import sleep

import httpx
import pytest
from fastapi import FastAPI
from officers import serving
from starlette.requests import Request
from starlette.responses import Response

from web import threads

CORES = os.cpu_count() or 1


class Counted:
    """How many are inside at once, and how many were at most."""

    def __init__(self) -> None:
        self._lock, self._inside, self.most = Lock(), 0, 0

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1


@pytest.fixture
def served() -> Iterator[tuple[str, Event, Counted, Counted]]:
    """An application with pages and slow things, which wait for the event."""
    ended, pages, slow = Event(), Counted(), Counted()

    @asynccontextmanager
    async def opened(_: FastAPI) -> AsyncIterator[None]:
        threads.limit()
        yield

    app = FastAPI(lifespan=opened)

    @app.get("/page/{nth}")
    def page(request: Request, nth: int) -> Response:
        with pages:
            sleep(0.02)
        return Response(str(nth))

    @app.get("/slow/{nth}")
    @threads.apart
    def waits(request: Request, nth: int) -> Response:
        with slow:
            ended.wait(20)
        return Response(str(nth))

    with serving(app) as address:
        yield address, ended, pages, slow


def test_pages_are_answered_while_slow_things_wait(served: tuple[str, Event, Counted, Counted]) -> None:
    address, ended, pages, slow = served
    with ThreadPoolExecutor(64) as pool:
        waiting = [pool.submit(httpx.get, f"{address}/slow/{nth}", timeout=30) for nth in range(4 * CORES)]
        while slow.most < CORES:
            sleep(0.01)
        answered = list(pool.map(lambda nth: httpx.get(f"{address}/page/{nth}", timeout=10), range(20 * CORES)))
        assert not any(one.done() for one in waiting)
        ended.set()
        assert [one.result().text for one in waiting] == [str(nth) for nth in range(4 * CORES)]
    assert [one.text for one in answered] == [str(nth) for nth in range(20 * CORES)]
    assert slow.most == CORES
    assert 1 < pages.most <= 2 * CORES
