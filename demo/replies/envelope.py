"""What stands around the rows of one reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

#: (table, column, fault, verdict) of a fault that no single row carries
FileFault = tuple[str, str, str, str]


@dataclass(frozen=True)
class Envelope:
    """One batch as answered. `asked` is the number of its questions; times are court time.

    `spoiled`: the file as a whole carries the faults that its agreement knows of.
    """

    batch: str
    asked: int
    data_as_of: datetime
    extracted_at: datetime
    spoiled: bool = False
