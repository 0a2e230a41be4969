"""A system of the court that asks over the API: its key, and in whose name and why it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
from officers import JUDGE

API = "/api/v1"
CASE = "（2026）测0499执1号"


@dataclass
class System:
    """`headers` are sent with every request."""

    client: httpx.Client
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.client.get(API + path, params=query, headers=self.headers)

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.client.post(API + path, json=body, headers=self.headers)

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {name: value.encode() for name, value in {**self.headers, **options.pop("headers", {})}.items()}
        return self.client.request(method, path, headers=headers, **options)


#: ``ask()``: every scope, for the judge of `CASE`, under it. Else ``ask({"search"}, officer="GW2", reason="…")``.
Ask = Callable[..., System]


def stated(
    token: str, officer: str | None = JUDGE, case: str | None = CASE, reason: str | None = None
) -> dict[str, str]:
    """The headers of a request."""
    told = {
        "Authorization": f"Bearer {token}",
        "Chakong-Officer": officer,
        "Chakong-Case": case and quote(case, safe=""),
        "Chakong-Reason": reason and quote(reason, safe=""),
    }
    return {name: value for name, value in told.items() if value is not None}
