"""One run per source at a time, whoever runs it: the night, an operator at the command line."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import TransientError
from core.store import Store


@contextmanager
def alone(store: Store, source: str) -> Iterator[None]:
    """One run per source at a time; TransientError when another one is at work."""
    path = store.work / "intake" / f"{source}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise TransientError("another run is taking this source", where=source, do="wait for it to end") from error
        yield
