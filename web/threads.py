"""How many requests are worked on at once.

A page is work for the interpreter and for DuckDB, not waiting: threads beyond the cores only take turns. With the forty
that Starlette gives, fifty officers waited seconds for pages that take a twentieth of one. What takes seconds (files, a
replay) has threads of its own, so that nobody's search waits behind it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, ParamSpec

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from starlette.responses import Response

P = ParamSpec("P")
_SLOW: RunVar[CapacityLimiter] = RunVar("slow")


def limit() -> None:
    """From now on, in the running event loop: two pages for a core, as one may wait for the disk, and beside them as
    many slow things as there are cores."""
    cores = os.cpu_count() or 1
    to_thread.current_default_thread_limiter().total_tokens = 2 * cores
    _SLOW.set(CapacityLimiter(cores))


def apart(endpoint: Callable[P, Response]) -> Callable[P, Coroutine[Any, Any, Response]]:
    """The endpoint in a thread of those for what takes seconds."""

    @wraps(endpoint)
    async def waited(*args: P.args, **kwargs: P.kwargs) -> Response:
        return await to_thread.run_sync(partial(endpoint, *args, **kwargs), limiter=_SLOW.get())

    return waited
