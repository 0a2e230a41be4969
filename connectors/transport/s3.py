"""``s3://bucket/prefix``: any S3 service, through the client in pyarrow. Objects appear whole or not at all."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pyarrow import fs

from connectors.site import SourceSite
from connectors.transport.channel import RemoteFile, court_time
from core.errors import SenderError, SettingsError, TransientError
from core.files import CHUNK

#: Seconds until a connection must stand, and for one answer after that.
CONNECT_SECONDS, ANSWER_SECONDS = 20.0, 60.0

#: What the client says when it is refused, by error name or status.
_REFUSED = re.compile(
    r"ACCESS_DENIED|INVALID_ACCESS_KEY|INVALID_CLIENT|SIGNATURE|HTTP status 40[13]|UNRECOGNIZED_CLIENT"
)
_ABSENT = re.compile(r"NO_SUCH_(KEY|BUCKET)|RESOURCE_NOT_FOUND|HTTP status 404")
_UNPROVEN = re.compile(r"curlCode: (51|58|60|77)\b")


class S3Channel:
    """Reads and writes below bucket and prefix."""

    lists_folders = True

    def __init__(self, site: SourceSite) -> None:
        parts = urlsplit(site.url)
        if not parts.hostname or site.access_key is None or site.secret_key is None:
            raise SettingsError(
                "an s3 source needs a bucket, access_key and secret_key", where=site.source, do="s3://bucket/prefix"
            )
        self.site, self.bucket = site, parts.netloc
        self.access_key, self.secret_key = site.access_key, site.secret_key
        self.root = f"{self.bucket}{unquote(parts.path)}".rstrip("/")
        self._system: fs.S3FileSystem | None = None

    def folders(self, path: str) -> list[str]:
        """Names of the folders in `path`."""
        return [info.base_name for info in self._entries(path) if info.type == fs.FileType.Directory]

    def files(self, path: str) -> list[RemoteFile]:
        """Objects in `path`."""
        return [_facts(info) for info in self._entries(path) if info.type == fs.FileType.File]

    def stat(self, file: RemoteFile) -> RemoteFile:
        """The object as it is now."""
        with self._answering(file.name) as system:
            info = system.get_file_info(file.place)
        if info.type != fs.FileType.File:
            raise FileNotFoundError(file.name)
        return _facts(info)

    def read(self, file: RemoteFile, offset: int) -> Iterator[bytes]:
        """The bytes from `offset` on, each block by a request for its range."""
        with self._answering(file.name) as system, system.open_input_file(file.place) as stream:
            stream.seek(offset)
            while block := stream.read(CHUNK):
                yield block

    def put(self, content: Path, folder: str, name: str) -> None:
        """Write the object."""
        with self._answering(name) as system, system.open_output_stream(f"{self.root}/{folder}/{name}") as stream:
            stream.write(content.read_bytes())

    def close(self) -> None:
        """Forget the client; the next call makes a new one."""
        self._system = None

    def _entries(self, path: str) -> list[fs.FileInfo]:
        with self._answering(path) as system:
            found = system.get_file_info(fs.FileSelector(f"{self.root}/{path}", allow_not_found=True))
            if not found and system.get_file_info(self.bucket).type == fs.FileType.NotFound:
                raise SettingsError("the bucket does not exist", where=self.bucket, do="correct url")
        return list(found)

    def _connect(self) -> fs.S3FileSystem:
        endpoint = urlsplit(self.site.endpoint or "")
        options: dict[str, Any] = {
            "access_key": self.access_key.read(),
            "secret_key": self.secret_key.read(),
            "region": self.site.region,
            "scheme": endpoint.scheme or "https",
            "endpoint_override": endpoint.netloc or None,
            "connect_timeout": CONNECT_SECONDS,
            "request_timeout": ANSWER_SECONDS,
            "retry_strategy": fs.AwsStandardS3RetryStrategy(max_attempts=1),  # we have our own
            "tls_ca_file_path": str(self.site.ca_file) if self.site.ca_file else None,
        }
        return fs.S3FileSystem(**options)

    @contextmanager
    def _answering(self, where: str) -> Iterator[fs.S3FileSystem]:
        """The client; its errors differ by their text alone and become ours. The text names objects: it stays here."""
        if self._system is None:
            self._system = self._connect()
        try:
            yield self._system
        except FileNotFoundError:
            raise
        except OSError as error:
            text = str(error)
            if _REFUSED.search(text):
                raise SenderError("the service refuses us", verdict="access_denied", where=self.site.host) from None
            if _UNPROVEN.search(text):
                raise SenderError(
                    "the certificate is not valid", verdict="certificate_invalid", where=self.site.host
                ) from None
            if _ABSENT.search(text):
                raise FileNotFoundError(where) from None
            raise TransientError("the service does not answer", where=self.site.host) from None


def _facts(info: fs.FileInfo) -> RemoteFile:
    if info.mtime is None:
        raise SenderError("the service tells no time", verdict="bad_answer", where=posixpath.dirname(info.path))
    return RemoteFile(info.base_name, int(info.size), court_time(info.mtime.timestamp()), info.path)
