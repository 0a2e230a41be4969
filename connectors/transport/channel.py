"""What one scheme must be able to do: list, read from an offset, and put. Everything else is common (`folders`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from core.clock import SHANGHAI


@dataclass(frozen=True)
class RemoteFile:
    """One file at the sender. `modified` is court time without zone; `place` is the transport's own word for it, and
    `tag` a version the sender gives it, empty where none is given."""

    name: str
    bytes: int
    modified: datetime
    place: str
    tag: str = ""


class Channel(Protocol):
    """One connection to the folder that a URL names. Paths are below it, with ``/``, and a first call connects.

    TransientError when a retry may help, after which the connection is closed and the next call connects anew;
    SenderError when the sender refuses us or cannot prove who it is; SettingsError when the root is not there.
    """

    #: Whether the sender can tell which folders it has. Where it cannot, `folders` is not called.
    lists_folders: bool

    def folders(self, path: str) -> Sequence[str]:
        """Names of the folders in `path`, empty when it does not exist."""

    def files(self, path: str) -> Sequence[RemoteFile]:
        """Files in `path`; none when it does not exist."""

    def stat(self, file: RemoteFile) -> RemoteFile:
        """The same file as it is now. FileNotFoundError when it is gone."""

    def read(self, file: RemoteFile, offset: int) -> Iterator[bytes]:
        """The bytes from `offset` on, in blocks as they come. FileNotFoundError when it is gone."""

    def put(self, content: Path, folder: str, name: str) -> None:
        """Write a file; it appears whole and replaces one of that name. Folders are made as needed."""

    def close(self) -> None:
        """End the connection; harmless when there is none."""


def court_time(epoch: float) -> datetime:
    """A moment in seconds since 1970 as court time without zone."""
    return datetime.fromtimestamp(epoch, SHANGHAI).replace(tzinfo=None)
