"""The development agency's API over TLS, as its agreement describes it, and every way in which it may fail."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit

from servers.tls import https_server

APP, KEY = "court-0499", "a key shared in tests: 测"
PATH = "/api/v1/projects"
#: What the server may be told to do with a coming request, one word each.
FAULTS = {"cut", "silent", "drip", "503", "429", "423", "expire", "forge", "stale", "other_page", "no_json"}


@dataclass(frozen=True)
class Extract:
    """One extract; `items` are JSON objects as text, `totals` rows by table, times in epoch milliseconds."""

    mode: str
    items: Sequence[str]
    totals: dict[str, int]
    data_as_of: int
    extracted_at: int

    @classmethod
    def of_folder(cls, folder: Path) -> Extract:
        """The extract whose pages stand in a drops folder."""
        items: list[str] = []
        head: dict[str, Any] = {}
        for path in sorted(folder.glob("development_*.json")):
            text = path.read_text(encoding="utf-8")
            head = json.loads(text)
            place = text.index('"items":[') + len('"items":[')
            for _ in head["items"]:
                _, end = json.JSONDecoder().raw_decode(text, place)
                items.append(text[place:end])
                place = end + 1
        return cls(head["mode"], items, head["totalRows"], head["dataAsOf"], head["extractedAt"])


@dataclass
class DevelopmentApi:
    """What the agency holds, by business date (YYYYMMDD), and how it behaves."""

    extracts: dict[str, Extract] = field(default_factory=dict)
    #: Faults of the next requests, first to come first; empty text = none.
    faults: deque[str] = field(default_factory=deque)
    #: Seconds that the server's clock is ahead.
    ahead: float = 0
    #: Seconds that 423 and 429 ask to wait; None = they do not say.
    wait: int | None = 1
    per_second: int = 5
    seen: list[dict[str, str]] = field(default_factory=list)
    #: Snapshots that still live.
    snapshots: set[str] = field(default_factory=set)
    statuses: list[int] = field(default_factory=list)
    url: str = ""
    ca_file: Path = Path()
    _times: deque[float] = field(default_factory=deque)
    _lock: Lock = field(default_factory=Lock)

    def forget(self) -> None:
        """Behave from now on, as if nobody had asked before."""
        for seen in (self.faults, self.seen, self.snapshots, self.statuses, self._times):
            seen.clear()

    def now(self) -> int:
        """Epoch milliseconds on the server's clock."""
        return int((time.time() + self.ahead) * 1000)

    def answer(self, headers: Any, target: str, fault: str) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and further headers of one request."""
        with self._lock:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
            self.seen.append(asked)
            if fault == "expire":
                self.snapshots.clear()
            refusal = self._refusal(headers, target, fault)
            if refusal:
                return refusal
            extract = self.extracts.get(asked["business_date"])
            if extract is None or fault == "423":
                return self._error(423, 1004, "extract not ready", wait=True)
            if asked["mode"] != extract.mode or not 1 <= int(asked["size"]) <= 200:
                return self._error(400, 1000, "wrong parameter")
            return self._page(extract, asked, fault)

    def _refusal(self, headers: Any, target: str, fault: str) -> tuple[int, bytes, dict[str, str]] | None:
        stamp = headers["X-Timestamp"]
        if abs(self.now() - int(stamp)) > 300_000:
            return self._error(401, 1002, "clock difference")
        if headers["X-App-Id"] != APP or headers["X-Signature"] != _signed(stamp, target, b""):
            return self._error(401, 1001, "wrong signature")
        moment = time.monotonic()
        self._times.append(moment)
        while self._times[0] < moment - 1:
            self._times.popleft()
        if len(self._times) > self.per_second or fault == "429":
            return self._error(429, 429, "too many requests", wait=True)
        return self._error(503, 500, "busy") if fault == "503" else None

    def _page(self, extract: Extract, asked: dict[str, str], fault: str) -> tuple[int, bytes, dict[str, str]]:
        number, size = int(asked["page"]), int(asked["size"])
        token = asked.get("snapshot") or f"S{asked['business_date']}-{len(self.snapshots) + len(self.seen):09d}"
        if number == 1:
            self.snapshots.add(token)
        elif token not in self.snapshots:
            return self._error(409, 1003, "snapshot expired")
        page = number - 1 if fault == "other_page" else number
        head = {
            "code": 0,
            "message": "ok",
            "snapshot": token,
            "mode": extract.mode,
            "page": page,
            "size": size,
            "totalPages": max(1, -(-len(extract.items) // size)),
            "totalRows": extract.totals,
            "dataAsOf": extract.data_as_of,
            "extractedAt": extract.extracted_at,
        }
        items = ",".join(extract.items[(page - 1) * size : page * size])
        body = (json.dumps(head, ensure_ascii=False)[:-1] + f',"items":[{items}]}}').encode()
        return 200, b"<html>" if fault == "no_json" else body, {}

    def _error(self, status: int, code: int, message: str, *, wait: bool = False) -> tuple[int, bytes, dict[str, str]]:
        body = json.dumps({"code": code, "message": message}).encode()
        return status, body, {"Retry-After": str(self.wait)} if wait and self.wait is not None else {}


def _signed(stamp: str, target: str, body: bytes) -> str:
    """Written anew from the agreement: the test must not take the reader's word for it."""
    return hmac.new(KEY.encode(), (stamp + target).encode() + body, hashlib.sha256).hexdigest()


@contextmanager
def serving(api: DevelopmentApi, folder: Path) -> Iterator[DevelopmentApi]:
    """Run the server on a free port; `folder` takes its authority's certificate."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            fault = api.faults.popleft() if api.faults else ""
            assert not fault or fault in FAULTS
            if fault == "silent":
                self.close_connection = True
                return
            if urlsplit(self.path).path != PATH:
                self.send_error(404)
                return
            status, body, extra = api.answer(self.headers, self.path, fault)
            api.statuses.append(status)
            stamp = str(api.now() - (400_000 if fault == "stale" else 0))
            signed = _signed(stamp, self.path, body)
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Timestamp", stamp)
            self.send_header("X-Signature", signed[::-1] if fault == "forge" else signed)
            self.end_headers()
            if fault == "cut":
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
                return
            if fault == "drip":
                for place in range(len(body)):
                    self.wfile.write(body[place : place + 1])
                    time.sleep(0.05)
                return
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    with https_server(Handler, folder / "authority.pem") as port:
        api.url, api.ca_file = f"api+https://localhost:{port}", folder / "authority.pem"
        yield api


def millis(day: date, hour: int) -> int:
    """Epoch milliseconds of a Shanghai hour of that day."""
    return int(datetime.fromisoformat(f"{day}T{hour:02d}:00:00+08:00").timestamp() * 1000)
