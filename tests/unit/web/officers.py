"""Who uses the console in these tests, what they may see there, and the browser each holds."""

from __future__ import annotations

import hashlib
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from time import sleep

import httpx
import uvicorn
from fastapi import FastAPI
from httpx import Response

PASSWORD = "测试 口令 一二三四"
JUDGE, OTHER_JUDGE = "GW1", "GW2"
OFFICERS = {
    JUDGE: ("judge", "法官甲"),
    OTHER_JUDGE: ("judge", "法官乙"),
    "GW3": ("analyst", "分析员"),
    "GW4": ("operator", "值守员"),
    "GW5": ("supervisor", "监督员"),
    "GW6": ("administrator", "管理员"),
}
ACCOUNT = "049979938380935586"
DELIVERED = b"what the housing registry delivered"
SHA256 = hashlib.sha256(DELIVERED).hexdigest()
HOSTILE = "<script>alert(1)</script>示例{{ 7*7 }}有限公司"
OLD_NUMBER = "370499198503120025"
PASSPORT = "E00008640"
NAMESAKES = ("370499197001010016", "370499197001010024")


@dataclass
class Browser:
    """What one officer's browser holds: a cookie, and the token of the pages it shows."""

    client: httpx.Client
    csrf: str = ""

    def get(self, path: str) -> Response:
        return self._kept(self.client.get(path))

    def post(self, path: str, **fields: str) -> Response:
        return self._kept(self.client.post(path, data={"csrf": self.csrf, **fields}))

    def follow(self, answer: Response) -> Response:
        while answer.is_redirect:
            answer = self.get(answer.headers["location"])
        return answer

    def search(self, words: str) -> Response:
        return self.follow(self.post("/search", words=words))

    def _kept(self, answer: Response) -> Response:
        if found := re.search(r'name="csrf" value="([^"]+)"', answer.text):
            self.csrf = found.group(1)
        return answer


Enter = Callable[..., Browser]


@contextmanager
def serving(app: FastAPI, port: int = 0) -> Iterator[str]:
    """The address of the application, served as the command serves it, until the end."""
    # named TCP, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", port))
        server = uvicorn.Server(
            uvicorn.Config(app, access_log=False, log_level="warning", server_header=False, proxy_headers=False)
        )
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the console did not start"
            sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
