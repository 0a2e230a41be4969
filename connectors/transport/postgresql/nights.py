"""The nights that the agency has finished, by its view ``delivery``, and how the last one must be read.

The views show the register as it is now: only the last night can be read, and only once all its tables are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from core.errors import SenderError
from data_contracts import Contract

#: Days for which a deleted row can still be read: a delta over a longer time would miss deletions.
DELETED_KEPT_DAYS = 30


@dataclass(frozen=True)
class Night:
    """One finished night. `before`: data_as_of of the delivery that the agency made before it, None for its first."""

    business_date: date
    mode: str
    rows: Mapping[str, int]
    extracted_at: datetime
    data_as_of: datetime
    before: datetime | None

    def since(self, held: datetime | None) -> datetime | None:
        """The moment from which changes are read; None when the whole register is.

        `held` is the data_as_of of what we took last. Without it, or when it is too long ago, changes do not do.
        """
        if self.mode == "full" or held is None:
            return None
        return held if held >= self.extracted_at - timedelta(days=DELETED_KEPT_DAYS) else None

    def stated(self, table: str, mode: str, since: datetime | None) -> int | None:
        """Rows that the agency states for what we read; None when it states them for another span of time."""
        same = mode == self.mode and (mode == "full" or since == self.before)
        return self.rows[table] if same else None


def last_night(contract: Contract, delivered: Iterable[tuple[Any, ...]]) -> Night | None:
    """The last night of the rows of ``delivery`` (newest first), None while some of its tables are not there."""
    by_night = [list(rows) for _, rows in groupby(delivered, key=lambda row: row[0])]
    if not by_night:
        return None
    rows, *earlier = by_night
    tables = {table.name for table in contract.tables}
    if {row[2] for row in rows} < tables:
        return None
    modes = {row[1] for row in rows}
    if len(rows) != len(tables) or not modes < {"full", "delta"} or any(None in row for row in rows):
        raise SenderError(
            "view delivery is not as agreed", verdict="bad_answer", where=contract.source, do="ask the agency"
        )
    return Night(
        business_date=rows[0][0],
        mode=rows[0][1],
        rows={row[2]: row[3] for row in rows},
        extracted_at=max(row[4] for row in rows),
        data_as_of=min(row[5] for row in rows),
        before=min(row[5] for row in earlier[0]) if earlier else None,
    )
