from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from systems import CASE, Ask, System, stated

from ledger import api_keys
from web.context import Context
from web.permissions import Permissions


@pytest.fixture(scope="module")
def key(context: Context, table: Permissions) -> Callable[[Collection[str] | None], str]:
    """A key of these scopes (all unless said); the administrator answers for it."""

    @cache
    def made(scopes: frozenset[str]) -> str:
        engine, valid = context.engine, timedelta(days=1)
        return api_keys.add(engine, "案件系统", officer="GW6", scopes=scopes, valid=valid, made_by="GW6")[1]

    return lambda scopes=None: made(frozenset(table.scopes if scopes is None else scopes))


@pytest.fixture(scope="module")
def ask(address: str, key: Callable[[Collection[str] | None], str]) -> Iterator[Ask]:
    """A system over real HTTP."""
    with httpx.Client(base_url=address) as client:

        def asking(
            scopes: Collection[str] | None = None,
            officer: str | None = "GW1",
            case: str | None = CASE,
            reason: str | None = None,
        ) -> System:
            return System(client, stated(key(scopes), officer, None if reason else case, reason))

        yield asking
