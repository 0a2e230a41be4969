"""``sftp://user@host:port/path``: SSH, its host key checked against known keys, never trusted on first use."""

from __future__ import annotations

import asyncio
import posixpath
import stat
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import unquote, urlsplit

import asyncssh

from connectors.site import SourceSite
from connectors.transport.channel import RemoteFile, court_time
from core.errors import SenderError, SettingsError, TransientError
from core.files import CHUNK

T = TypeVar("T")

#: Seconds until a connection must stand, and for one answer after that.
CONNECT_SECONDS, ANSWER_SECONDS = 20.0, 60.0


class SftpChannel:
    """One SSH connection, made when first needed."""

    lists_folders = True

    def __init__(self, site: SourceSite) -> None:
        parts = urlsplit(site.url)
        if not parts.hostname or not parts.username:
            raise SettingsError("an sftp URL needs user and host", where=site.source, do="sftp://user@host:22/path")
        if site.known_hosts is None or not site.known_hosts.is_file():
            raise SettingsError(
                "known_hosts is missing: without it the sender could be anybody",
                where=site.source,
                do="write its host key, confirmed by telephone, into a file and name it as known_hosts",
            )
        if site.password is None and site.key_file is None:
            raise SettingsError("neither password nor key_file is given", where=site.source, do="give one of them")
        self.site, self.root = site, unquote(parts.path) or "."
        self.host, self.port, self.user = parts.hostname, parts.port or 22, unquote(parts.username)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None

    def folders(self, path: str) -> list[str]:
        """Names of the folders in `path`."""
        return [str(entry.filename) for entry in self._entries(path) if _is(entry.attrs, stat.S_ISDIR)]

    def files(self, path: str) -> list[RemoteFile]:
        """Regular files in `path`."""
        folder = posixpath.join(self.root, path)
        return [
            _facts(posixpath.join(folder, str(entry.filename)), entry.attrs)
            for entry in self._entries(path)
            if _is(entry.attrs, stat.S_ISREG)
        ]

    def stat(self, file: RemoteFile) -> RemoteFile:
        """The file as it is now."""
        return _facts(file.place, self._run(lambda sftp: sftp.stat(file.place)))

    def read(self, file: RemoteFile, offset: int) -> Iterator[bytes]:
        """The bytes from `offset` on."""

        async def opened(sftp: asyncssh.SFTPClient) -> asyncssh.SFTPClientFile:
            return await sftp.open(file.place, "rb")

        stream = self._run(opened)
        self._run(lambda _: stream.seek(offset))
        while block := self._run(lambda _: stream.read(CHUNK)):
            yield cast(bytes, block)  # opened as "rb"; the library types it as text
        self._run(lambda _: stream.close())

    def put(self, content: Path, folder: str, name: str) -> None:
        """Write ``<name>.part``, then rename."""
        place = posixpath.join(self.root, folder, name)

        async def send(sftp: asyncssh.SFTPClient) -> None:
            await sftp.makedirs(posixpath.dirname(place), exist_ok=True)
            await sftp.put(str(content), f"{place}.part")
            try:
                await sftp.posix_rename(f"{place}.part", place)
            except asyncssh.SFTPOpUnsupported:
                await sftp.rename(f"{place}.part", place)

        self._run(send)

    def close(self) -> None:
        """Cut the connection; what runs on it is given up."""
        loop, connection = self._loop, self._connection
        self._loop = self._connection = self._client = None
        if loop is not None:
            if connection is not None:
                connection.abort()
            loop.run_until_complete(_ended())
            loop.close()

    def _entries(self, path: str) -> list[asyncssh.SFTPName]:
        async def entries(sftp: asyncssh.SFTPClient) -> list[asyncssh.SFTPName]:
            try:
                return list(await sftp.readdir(posixpath.join(self.root, path)))
            except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                if not await sftp.isdir(self.root):
                    raise SettingsError(
                        "the folder does not exist at the sender", where=self.root, do="correct url"
                    ) from None
                return []

        return self._run(entries)

    def _run(self, step: Callable[[asyncssh.SFTPClient], Coroutine[Any, Any, T]]) -> T:
        """One step on the connection, which is made if there is none; the library's errors become ours."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        try:
            return self._loop.run_until_complete(self._step(step))
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            raise FileNotFoundError(self.host) from None
        except asyncssh.HostKeyNotVerifiable as error:
            raise self._refusal("the host key is not one of known_hosts", "host_key_changed") from error
        except (asyncssh.PermissionDenied, asyncssh.SFTPPermissionDenied) as error:
            raise self._refusal(f"the sender refuses us: {type(error).__name__}", "access_denied") from error
        except (asyncssh.Error, OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise TransientError(
                f"the connection failed: {type(error).__name__}", where=f"{self.host}:{self.port}"
            ) from error

    async def _step(self, step: Callable[[asyncssh.SFTPClient], Coroutine[Any, Any, T]]) -> T:
        if self._client is None:
            self._client = await asyncio.wait_for(self._connect(), CONNECT_SECONDS)
        return await asyncio.wait_for(step(self._client), ANSWER_SECONDS)

    async def _connect(self) -> asyncssh.SFTPClient:
        site = self.site
        try:
            keys = None if site.key_file is None else [asyncssh.read_private_key(str(site.key_file))]
        except (asyncssh.KeyImportError, OSError) as error:
            raise SettingsError(
                f"the private key cannot be read: {type(error).__name__}", where=str(site.key_file), do="correct it"
            ) from None
        self._connection = await asyncssh.connect(
            self.host,
            self.port,
            username=self.user,
            password=site.password.read() if site.password else None,
            client_keys=keys,
            known_hosts=str(site.known_hosts),
            agent_path=None,
            config=None,
        )
        return await self._connection.start_sftp_client()

    def _refusal(self, what: str, verdict: str) -> SenderError:
        return SenderError(what, verdict=verdict, where=f"{self.host}:{self.port}", do="see docs: connect a source")


async def _ended() -> None:
    """Let every task of a cut connection end."""
    await asyncio.sleep(0)
    running = asyncio.all_tasks() - {asyncio.current_task()}
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


def _is(attrs: asyncssh.SFTPAttrs, kind: Callable[[int], bool]) -> bool:
    return attrs.permissions is not None and kind(attrs.permissions)


def _facts(place: str, attrs: asyncssh.SFTPAttrs) -> RemoteFile:
    if attrs.size is None or attrs.mtime is None:
        raise SenderError("the sender tells no size or time", verdict="bad_answer", where=posixpath.dirname(place))
    return RemoteFile(posixpath.basename(place), attrs.size, court_time(attrs.mtime), place)
