"""How bytes come from a source and go to it: one protocol, chosen by the scheme of the site's URL.

A transport hides what the agreements call "does not exist yet" at the level of single files (``.part``); whether a file
is complete is decided by its control file in `connectors.delivery`. Folders over file, SFTP, S3 and HTTPS are one
transport (`folders`) over four channels. A sender that must be asked (`api`, `postgresql`) is read whole before a
single file of the answer is listed. Retries, total time and the breaker per host are in `guard`, for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from connectors.site import SourceSite
from connectors.transport.answered import Taken, nothing_taken
from connectors.transport.channel import RemoteFile
from connectors.transport.folders import FolderTransport
from connectors.transport.guard import Guard
from core.errors import SettingsError

__all__ = ["FolderTransport", "RemoteFile", "Transport", "open_folders", "open_transport"]


class Transport(Protocol):
    """Reads ``<root>/<source>/<YYYYMMDD>/<file>`` and never changes, locks or deletes anything there.

    SenderError when the sender cannot be used in this run; SettingsError when our configuration is at fault.
    """

    def dates(self, source: str, since: date, until: date) -> list[date]:
        """Business dates from `since` until before `until` for which the sender keeps files, ascending."""

    def list(self, source: str, business_date: date) -> list[RemoteFile]:
        """Files in that folder by name, unfinished uploads left out. A folder that does not exist is an empty list."""

    def fetch(self, file: RemoteFile, to: Path) -> str:
        """Bring the bytes to the new file `to`; return their SHA-256. TransientError if they changed meanwhile."""

    def close(self) -> None:
        """End the connection; harmless when there is none."""


#: scheme -> (module, class, extra that installs what it needs) of channels that carry folders
CHANNELS: dict[str, tuple[str, str, str]] = {
    "file": ("connectors.transport.file", "FileChannel", ""),
    "sftp": ("connectors.transport.sftp", "SftpChannel", "sftp"),
    "s3": ("connectors.transport.s3", "S3Channel", ""),
    "https": ("connectors.transport.https", "HttpsChannel", ""),
}
#: The same of transports that ask their sender instead of looking into folders.
ASKING: dict[str, tuple[str, str, str]] = {
    "api+https": ("connectors.transport.api.transport", "ApiTransport", ""),
    "postgresql": ("connectors.transport.postgresql.transport", "PostgresTransport", "postgres"),
}


def open_transport(site: SourceSite, work: Path, taken: Taken = nothing_taken) -> Transport:
    """The transport of one source. `work`: a folder of the store in which what a cut transfer left waits for the next
    try. `taken`: what we hold of the source, for senders that are asked only for what has changed since.

    SettingsError for unknown schemes and settings that contradict themselves; the sender is not asked yet.
    """
    if site.scheme in CHANNELS:
        return open_folders(site, work)
    transport: Transport = _load(site, {**CHANNELS, **ASKING})(site, Guard(site), work, taken)
    return transport


def open_folders(site: SourceSite, work: Path) -> FolderTransport:
    """As `open_transport`, for a URL that names folders: those can be written to as well."""
    return FolderTransport(_load(site, CHANNELS)(site), Guard(site), work)


def _load(site: SourceSite, known: Mapping[str, tuple[str, str, str]]) -> Any:
    """The class that `known` names for the site's scheme."""
    if site.scheme not in known:
        schemes = ", ".join(f"{name}://" for name in sorted(known))
        raise SettingsError(f"no transport for {site.scheme}://", where=site.source, do=f"use one of {schemes}")
    module, name, extra = known[site.scheme]
    try:
        return getattr(import_module(module), name)
    except ImportError as error:
        raise SettingsError(f"{site.scheme}:// is not installed", do=f"install chakong[{extra}]") from error
