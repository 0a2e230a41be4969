"""The secret under which the audit log is chained: a file beside the ledger and never in it, so that who can write
into the database alone cannot write a chain that holds."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from core.errors import SettingsError

_BYTES = 32


def read_or_make(path: Path) -> bytes:
    """The key in `path`; made there (mode 0600) if there is none. SettingsError if the file holds no key."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read(path)
    key = secrets.token_bytes(_BYTES)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(key.hex() + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return key


def read(path: Path) -> bytes:
    """The key in `path`. SettingsError if there is none."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        key = b""
    if len(key) != _BYTES:
        raise SettingsError("审计密钥读不到，或不是密钥", where=path.name, do="从备份恢复密钥文件，不要重新生成")
    return key
