"""``file://``: a drops folder on this machine or on a mounted share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from connectors.site import SourceSite
from connectors.transport.channel import RemoteFile, court_time
from core.errors import SettingsError, TransientError
from core.files import CHUNK


class FileChannel:
    """Reads and writes below a folder. It must exist: a mistyped path would otherwise look like silent agencies."""

    lists_folders = True

    def __init__(self, site: SourceSite) -> None:
        self.root = Path(unquote(urlsplit(site.url).path) if site.url.startswith("file://") else site.url)

    def folders(self, path: str) -> list[str]:
        """Names of the folders in `path`."""
        with self._answering(path):
            folder = self._folder(path)
            return [entry.name for entry in folder.iterdir() if entry.is_dir()] if folder.is_dir() else []

    def files(self, path: str) -> list[RemoteFile]:
        """Regular files in `path`."""
        with self._answering(path):
            folder = self._folder(path)
            return [_facts(entry) for entry in folder.iterdir() if entry.is_file()] if folder.is_dir() else []

    def stat(self, file: RemoteFile) -> RemoteFile:
        """The file as it is now."""
        with self._answering(file.name):
            return _facts(Path(file.place))

    def read(self, file: RemoteFile, offset: int) -> Iterator[bytes]:
        """The bytes from `offset` on."""
        with self._answering(file.name), Path(file.place).open("rb") as stream:
            stream.seek(offset)
            while block := stream.read(CHUNK):
                yield block

    def put(self, content: Path, folder: str, name: str) -> None:
        """Copy to ``<name>.part``, then rename."""
        with self._answering(name):
            target = self._folder(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{name}.part")
            shutil.copyfile(content, part)
            part.replace(target)

    def close(self) -> None:
        """Nothing to end."""

    def _folder(self, path: str) -> Path:
        if not self.root.is_dir():
            raise SettingsError("the folder does not exist", where=str(self.root), do="correct --drops or url")
        return self.root / path

    @contextmanager
    def _answering(self, where: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            raise TransientError(f"the folder does not answer: {type(error).__name__}", where=where) from error


def _facts(path: Path) -> RemoteFile:
    facts = path.stat()
    return RemoteFile(path.name, facts.st_size, court_time(facts.st_mtime), str(path))
