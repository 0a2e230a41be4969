"""Files of our own making from what a sender answered: how the transports that ask list and hand them over.

A file counts once its control file stands beside it. Both carry the time of the extract, whenever it was read, so that
the same extract always looks the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from connectors import control
from connectors.archive import copy_hashed
from connectors.transport.channel import RemoteFile
from core.errors import TransientError

#: Business date -> data_as_of of the last delivery that we hold of an earlier one, None when we hold none.
Taken = Callable[[date], datetime | None]


def nothing_taken(_before: date) -> None:
    """For a first look."""


def listed(folder: Path) -> list[RemoteFile]:
    """The files in `folder` with their control files, by name."""
    found = []
    for beside in sorted(folder.glob("*.ok")):
        path = beside.with_suffix("")
        extracted_at = control.parse(beside.read_bytes(), path.name).extracted_at
        found += [RemoteFile(file.name, file.stat().st_size, extracted_at, str(file)) for file in (path, beside)]
    return found


def handed_over(file: RemoteFile, to: Path) -> str:
    """Copy a listed file to the new file `to`; return its SHA-256. TransientError when it is no longer kept."""
    try:
        with Path(file.place).open("rb") as stream:
            sha256, _ = copy_hashed(stream, to)
    except FileNotFoundError:
        raise TransientError("the answer is no longer kept", where=file.name, do="run again") from None
    return sha256
