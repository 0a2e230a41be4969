"""Where an unexpected failure is written: a file the operator can hand to a developer, without any delivered value.

Frames and exception types are kept, exception texts are not: a library may quote the row it failed on.
"""

from __future__ import annotations

import errno
import os
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from core.errors import ChakongError, TerminalError

HAND_ON = "hand that file to a developer"


@contextmanager
def wordless(doing: str) -> Iterator[None]:
    """An unexpected failure leaves as a TerminalError that names its record and quotes nothing.

    Prefect logs and keeps the text of every exception it sees, and a library may quote the row it failed on.
    """
    try:
        yield
    except ChakongError:
        raise
    except Exception as error:
        what = f"{doing} failed: {type(error).__name__}"
        what, do = (
            (f"{doing} failed: the disk is full", "free space and run again")
            if _of_full_disk(error)
            else (what, HAND_ON)
        )
        raise TerminalError(what, where=str(record_failure(error)), do=do) from None


def _of_full_disk(error: Exception) -> bool:
    """DuckDB tells a full disk in words, by whatever it was doing: a write, a commit, an overflow to disk."""
    return (isinstance(error, OSError) and error.errno == errno.ENOSPC) or os.strerror(errno.ENOSPC) in str(error)


def record_failure(error: BaseException) -> Path:
    """Write the chain of exception types and code places to a new file; return its path."""
    lines = [datetime.now().astimezone().isoformat(timespec="seconds")]
    link: BaseException | None = error
    while link is not None:
        lines.append(type(link).__name__)
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(link.__traceback__)
        ]
        link = link.__cause__ or link.__context__
    with tempfile.NamedTemporaryFile("w", prefix="chakong-", suffix=".log", delete=False, encoding="utf-8") as stream:
        stream.write("\n".join(lines) + "\n")
    return Path(stream.name)
