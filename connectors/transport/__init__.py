"""How bytes come from an agency: one small protocol, one class per scheme, chosen by URL.

A transport only ever reads. It hides what the agreements call "does not exist yet" at the level of single files
(``.part``); whether a file is complete is decided by its control file in `connectors.delivery`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Protocol

from connectors.site import SourceSite
from core.errors import SettingsError


@dataclass(frozen=True)
class RemoteFile:
    """One file at the sender. `modified` is court time without zone; `place` is the transport's own word for it."""

    name: str
    bytes: int
    modified: datetime
    place: str


class Transport(Protocol):
    """Reads ``<root>/<source>/<YYYYMMDD>/<file>`` and never changes, locks or deletes anything there.

    Every method raises TransientError when the sender does not answer, and may then be called again.
    """

    def dates(self, source: str, since: date, until: date) -> list[date]:
        """Business dates from `since` until before `until` for which the sender keeps files, ascending."""

    def list(self, source: str, business_date: date) -> list[RemoteFile]:
        """Files in that folder by name, unfinished uploads left out. A folder that does not exist is an empty list."""

    def fetch(self, file: RemoteFile, to: Path) -> str:
        """Copy the bytes to the new file `to`; return their SHA-256. TransientError if they changed meanwhile."""

    def close(self) -> None:
        """End the connection; harmless when there is none."""


#: scheme -> (module, class, extra that installs what it needs)
SCHEMES: dict[str, tuple[str, str, str]] = {
    "file": ("connectors.transport.file", "FileTransport", ""),
}
#: Schemes of the agreements that later versions bring, with the extra that will carry them.
PLANNED: dict[str, str] = {"sftp": "sftp", "s3": "s3", "https": "http", "postgresql": "postgres"}


def open_transport(site: SourceSite, work: Path) -> Transport:
    """The transport of one source. `work`: a folder of the store in which what a cut transfer left waits for the next
    try.

    SettingsError for unknown schemes and settings that contradict themselves; the sender is not asked yet.
    """
    scheme = site.scheme
    if scheme not in SCHEMES:
        known = ", ".join(f"{name}://" for name in sorted(SCHEMES))
        do = f"use one of {known}"
        if scheme in PLANNED:
            do = f"install the extra chakong[{PLANNED[scheme]}] of a version that has it, or {do}"
        raise SettingsError(f"no transport for {scheme}://", do=do)
    module, name, extra = SCHEMES[scheme]
    try:
        factory: Callable[[SourceSite, Path], Transport] = getattr(import_module(module), name)
    except ImportError as error:
        raise SettingsError(f"transport {scheme}:// is not installed", do=f"install chakong[{extra}]") from error
    return factory(site, work)
