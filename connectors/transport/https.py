"""``https://host/path``: folders whose ``index.json`` lists ``[{"name", "bytes"}]``; without one, not there yet."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import httpx

from connectors.site import SourceSite
from connectors.transport.channel import RemoteFile, court_time
from core import clock
from core.errors import SenderError, SettingsError, TransientError

#: Seconds until a connection must stand, and for one answer after that.
CONNECT_SECONDS, ANSWER_SECONDS = 20.0, 60.0


class HttpsChannel:
    """One client with its connections. The certificate is always checked, against `ca_file` where one is given."""

    lists_folders = False

    def __init__(self, site: SourceSite) -> None:
        parts = urlsplit(site.url)
        if not parts.hostname or bool(parts.username) != bool(site.password):
            raise SettingsError(
                "an https source needs a host, and user and password both or neither",
                where=site.source,
                do="https://user@host/path",
            )
        port = f":{parts.port}" if parts.port else ""
        self.site, self.user = site, unquote(parts.username or "")
        self.root = f"https://{parts.hostname}{port}{parts.path.rstrip('/')}"
        self._client: httpx.Client | None = None
        self._seen: dict[tuple[str, int, str], datetime] = {}

    def folders(self, _path: str) -> list[str]:
        """Not to be asked: an index lists files only."""
        raise NotImplementedError  # lists_folders says so; an empty list would read as "nothing delivered"

    def files(self, path: str) -> list[RemoteFile]:
        """Files of the index that stand there in the size it states; another size is still being written."""
        try:
            with self._answer("GET", f"{self.root}/{path}/index.json") as answer:
                listed = _index(answer.read(), f"{path}/index.json")
        except FileNotFoundError:
            return []
        found = []
        for name, size in listed:
            try:
                file = self._head(name, f"{self.root}/{path}/{quote(name)}")
            except FileNotFoundError:
                continue
            if file.bytes == size:
                found.append(file)
        return found

    def stat(self, file: RemoteFile) -> RemoteFile:
        """The file as it is now."""
        return self._head(file.name, file.place)

    def read(self, file: RemoteFile, offset: int) -> Iterator[bytes]:
        """The bytes from `offset` on; where the server knows no ranges, what is there already is read and skipped."""
        with self._answer("GET", file.place, {"Range": f"bytes={offset}-"} if offset else {}) as answer:
            skip = 0 if answer.status_code == httpx.codes.PARTIAL_CONTENT else offset
            for block in answer.iter_raw():
                if skip < len(block):
                    yield block[skip:]
                skip = max(skip - len(block), 0)

    def put(self, content: Path, folder: str, name: str) -> None:
        """PUT the file; the server makes it appear whole."""
        with self._answer("PUT", f"{self.root}/{folder}/{quote(name)}", content=content.read_bytes()):
            pass

    def close(self) -> None:
        """End the connections."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _head(self, name: str, url: str) -> RemoteFile:
        with self._answer("HEAD", url) as answer:
            headers = answer.headers
        try:
            size, tag = int(headers["content-length"]), headers.get("etag", "")
            stated = headers.get("last-modified")
            # where the server does not say: since we first saw it so, which is the same for the same file
            seen = self._seen.setdefault((url, size, tag), clock.now())
            modified = court_time(parsedate_to_datetime(stated).timestamp()) if stated else seen
        except (KeyError, ValueError):
            raise SenderError("the server tells no size or time", verdict="bad_answer", where=self.site.host) from None
        return RemoteFile(name, size, modified, url, tag)

    @contextmanager
    def _answer(
        self, method: str, url: str, headers: dict[str, str] | None = None, content: bytes | None = None
    ) -> Iterator[httpx.Response]:
        """An answer that brings what was asked for; all others become our errors."""
        where = self.site.host
        if self._client is None:
            self._client = self._connect()
        try:
            with self._client.stream(method, url, headers=headers, content=content) as answer:
                _judge(answer, where)
                yield answer
        except httpx.HTTPError as error:
            if unproven(error):
                raise SenderError("the certificate is not valid", verdict="certificate_invalid", where=where) from None
            raise TransientError(f"the server does not answer: {type(error).__name__}", where=where) from None

    def _connect(self) -> httpx.Client:
        try:
            context = ssl.create_default_context(cafile=str(self.site.ca_file) if self.site.ca_file else None)
        except OSError as error:
            raise SettingsError(
                f"ca_file cannot be read: {type(error).__name__}", where=str(self.site.ca_file), do="correct it"
            ) from None
        return httpx.Client(
            verify=context,
            auth=(self.user, self.site.password.read()) if self.site.password else None,
            headers={"Accept-Encoding": "identity"},
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            trust_env=False,
        )


def _index(content: bytes, where: str) -> list[tuple[str, int]]:
    try:
        return [(str(entry["name"]), int(entry["bytes"])) for entry in json.loads(content)]
    except (ValueError, KeyError, TypeError):
        raise SenderError(
            "index.json is not as agreed", verdict="bad_answer", where=where, do="tell the sender"
        ) from None


def _judge(answer: httpx.Response, where: str) -> None:
    status = answer.status_code
    if answer.is_success:
        return
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise SenderError(f"the server refuses us: {status}", verdict="access_denied", where=where)
    if status in (httpx.codes.NOT_FOUND, httpx.codes.GONE, httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE):
        raise FileNotFoundError(where)
    if answer.is_server_error or status in (httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS):
        raise TransientError(f"the server is busy: {status}", where=where, after=retry_after(answer))
    raise SenderError(f"the server answers {status}", verdict="bad_answer", where=where)


def retry_after(answer: httpx.Response) -> float:
    """Seconds that the server asks us to wait, 0 when it does not say: ``Retry-After`` in seconds or as a date."""
    stated = answer.headers.get("retry-after", "")
    if stated.isdigit():
        return float(stated)
    try:
        until = parsedate_to_datetime(stated)
    except ValueError:
        return 0.0
    return max((court_time(until.timestamp()) - clock.now()).total_seconds(), 0.0)


def unproven(error: BaseException | None) -> bool:
    """Whether the other side could not prove who it is."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
