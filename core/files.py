"""Files that are either whole or absent: write beside, then rename."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHUNK = 1 << 20


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield a temporary sibling of `path`; rename it to `path` on success, remove it on failure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def replace_durably(beside: Path, target: Path) -> None:
    """Give a finished file its name. Its bytes are on the disk before the name points at them; so is the name after."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _sync(beside)
    beside.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_json(path: Path, document: Any) -> None:
    """Write `document` as UTF-8 JSON, whole or not at all."""
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(document, ensure_ascii=False, indent=1, default=str), encoding="utf-8")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as 64 lower-case hex digits, read in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            digest.update(block)
    return digest.hexdigest()
