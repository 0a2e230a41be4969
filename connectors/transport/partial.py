"""A file on its way: the bytes that have come so far, kept with the facts of the file that they belong to.

What a cut transfer or a killed run leaves is continued by the next one if the file at the sender is still the same, and
thrown away if it is not.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from connectors.transport.channel import RemoteFile
from core.files import CHUNK, write_json

#: Days after which a file that never came whole is forgotten: senders keep theirs no longer.
FORGET_DAYS = 14


class Partial:
    """The bytes of one remote file in `folder`. `size` is how many there are, and where the transfer continues."""

    def __init__(self, folder: Path, file: RemoteFile) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        key = hashlib.sha256(file.place.encode()).hexdigest()[:24]
        self.path, self._facts_path = folder / f"{key}.part", folder / f"{key}.json"
        self._facts = [file.place, file.bytes, file.modified.isoformat(), file.tag]
        self._digest = hashlib.sha256()
        self.size = 0
        if self._same_file() and self.path.stat().st_size <= file.bytes:
            self._hash_what_is_there()
        else:
            self.discard()
            write_json(self._facts_path, self._facts)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Append to the bytes; they are on disk when the block ends."""
        with self.path.open("ab") as stream:
            try:
                yield stream
            finally:
                stream.flush()
                os.fsync(stream.fileno())

    def append(self, stream: BinaryIO, block: bytes) -> None:
        """The next bytes of the file."""
        self.size += stream.write(block)
        self._digest.update(block)

    def deliver(self, to: Path) -> str:
        """Move the whole file to `to` on the same file system; return its SHA-256."""
        to.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch()  # a file of 0 bytes had nothing to append
        self.path.replace(to)
        self._facts_path.unlink(missing_ok=True)
        return self._digest.hexdigest()

    def discard(self) -> None:
        """Forget the bytes: the file at the sender is another one now."""
        self.path.unlink(missing_ok=True)
        self._facts_path.unlink(missing_ok=True)
        self._digest, self.size = hashlib.sha256(), 0

    def _same_file(self) -> bool:
        try:
            return bool(json.loads(self._facts_path.read_text(encoding="utf-8")) == self._facts) and self.path.exists()
        except (OSError, ValueError):
            return False

    def _hash_what_is_there(self) -> None:
        with self.path.open("rb") as stream:
            while block := stream.read(CHUNK):
                self._digest.update(block)
                self.size += len(block)


def forget_old(folder: Path) -> None:
    """Remove what no transfer has touched for two weeks."""
    limit = time.time() - FORGET_DAYS * 86_400
    for path in folder.glob("*"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
