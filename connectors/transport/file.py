"""``file://``: a drops folder on this machine or on a mounted share."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from connectors.archive import copy_hashed
from connectors.site import SourceSite
from connectors.transport import RemoteFile
from core.clock import SHANGHAI
from core.errors import SettingsError, TransientError
from core.store import compact

_DAY = re.compile(r"\d{8}")


class FileTransport:
    """Reads below a folder. The root must exist: a mistyped path would otherwise look like sixteen silent agencies."""

    def __init__(self, site: SourceSite, _work: Path) -> None:
        path = unquote(urlsplit(site.url).path) if site.url.startswith("file://") else site.url
        self.root = Path(path)
        if not self.root.is_dir():
            raise SettingsError("the drops folder does not exist", where=str(self.root), do="correct --drops")

    def dates(self, source: str, since: date, until: date) -> list[date]:
        """Business dates with a folder, ascending."""
        folder = self.root / source
        if not folder.is_dir():
            return []
        names = (entry.name for entry in folder.iterdir() if _DAY.fullmatch(entry.name) and entry.is_dir())
        return sorted(day for name in names if (day := _day(name)) is not None and since <= day < until)

    def list(self, source: str, business_date: date) -> list[RemoteFile]:
        """Regular files by name; hidden files and ``.part`` uploads are left out."""
        folder = self.root / source / compact(business_date)
        found = []
        try:
            for entry in folder.iterdir() if folder.is_dir() else ():
                if entry.name.startswith(".") or entry.name.endswith(".part") or not entry.is_file():
                    continue
                facts = entry.stat()
                modified = datetime.fromtimestamp(facts.st_mtime, SHANGHAI).replace(tzinfo=None)
                found.append(RemoteFile(entry.name, facts.st_size, modified, str(entry)))
        except OSError as error:
            raise TransientError(
                f"the drops folder cannot be listed: {type(error).__name__}", where=f"{source}/{compact(business_date)}"
            ) from error
        return sorted(found, key=lambda file: file.name)

    def fetch(self, file: RemoteFile, to: Path) -> str:
        """Copy and hash in one pass; a file that shrinks, grows or vanishes meanwhile is a TransientError."""
        try:
            with Path(file.place).open("rb") as stream:
                sha256, size = copy_hashed(stream, to)
        except OSError as error:
            raise TransientError(f"the file cannot be read: {type(error).__name__}", where=file.name) from error
        if size != file.bytes:
            raise TransientError("the file changed while it was read", where=file.name, do="pull again")
        return sha256

    def close(self) -> None:
        """Nothing to end."""


def _day(name: str) -> date | None:
    try:
        return datetime.strptime(name, "%Y%m%d").date()
    except ValueError:
        return None
