"""A real HTTPS server on a folder: ``index.json`` made on the fly, ranges, PUT, basic authentication."""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import unquote, urlsplit

from servers.tls import https_server

USER, PASSWORD = "court", "a password of tests"


@dataclass
class HttpsFolder:
    """`busy`: statuses of the next answers, then good ones; `wait`: seconds these ask for. `ranges`: whether the server
    knows them. `stated`: sizes in the index that differ from the files'."""

    root: Path
    port: int = 0
    ca_file: Path = Path()
    ranges: bool = True
    times: bool = True
    busy: deque[int] = field(default_factory=deque)
    wait: int = 0
    stated: dict[str, int] = field(default_factory=dict)

    def url(self, port: int | None = None) -> str:
        return f"https://{USER}@localhost:{port or self.port}"


@contextmanager
def https_folder(root: Path, folder: Path) -> Iterator[HttpsFolder]:
    """Serve `root` on a free port; `folder` takes the authority's certificate."""
    shown = HttpsFolder(root, ca_file=folder / "authority.pem")
    expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            if self._refused():
                return
            path = self._path()
            if path.name == "index.json" and path.parent.is_dir():
                sizes = {entry.name: entry.stat().st_size for entry in path.parent.iterdir()} | shown.stated
                listed = [{"name": name, "bytes": size} for name, size in sizes.items()]
                self._send(200, json.dumps(listed).encode(), {})
            elif path.is_file():
                self._file(path)
            else:
                self._send(404, b"", {})

        def do_PUT(self) -> None:
            if self._refused():
                return
            path = self._path()
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.incoming")
            part.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            part.replace(path)
            self._send(201, b"", {})

        def _file(self, path: Path) -> None:
            content, facts = path.read_bytes(), path.stat()
            stated = {"Last-Modified": formatdate(facts.st_mtime, usegmt=True), "ETag": f'"{facts.st_mtime_ns:x}"'}
            if not shown.times:
                stated.clear()
            asked = self.headers.get("Range", "") if shown.ranges else ""
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
            self._send(206 if asked else 200, content[start:], stated)

        def _refused(self) -> bool:
            if shown.busy:
                self._send(shown.busy.popleft(), b"", {"Retry-After": str(shown.wait)})
            elif self.headers.get("Authorization") != expected:
                self._send(401, b"", {})
            else:
                return False
            return True

        def _path(self) -> Path:
            return shown.root / unquote(urlsplit(self.path).path).lstrip("/")

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    with https_server(Handler, shown.ca_file) as port:
        shown.port = port
        yield shown
