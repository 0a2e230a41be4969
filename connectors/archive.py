"""Raw bytes as they came, one file per SHA-256, written whole and read-only, before anybody parses them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from core.files import CHUNK
from core.store import Store


def copy_hashed(stream: BinaryIO, to: Path) -> tuple[str, int]:
    """Copy `stream` to the new file `to`, hashing on the way; return (SHA-256, bytes)."""
    to.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with to.open("wb") as target:
        while block := stream.read(CHUNK):
            digest.update(block)
            size += target.write(block)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest(), size


def keep(store: Store, pulled: Path, sha256: str) -> Path:
    """Move a pulled file into the archive and return its place there. Known bytes are kept once.

    `pulled` must lie in the store (same file system), so that the move is one rename.
    """
    place = store.archived(sha256)
    if place.exists() and place.stat().st_size == pulled.stat().st_size:
        pulled.unlink()
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    pulled.chmod(0o444)
    pulled.replace(place)
    return place
