"""What a source usually delivers, from its own records: the rows of a full, the rows of a night, the hour.

Figures are those of deliveries that were taken and that nothing newer replaced. A full that a person released although
it was far smaller begins a new history: what it lost is known to be gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median

from connectors.layers import current
from connectors.records import DeliveryRecord, Verdict

#: So many fulls, or so many nights, make a history; from `ENOUGH` on it says what is usual.
FULLS, NIGHTS, ENOUGH = 8, 20, 5
#: A night is unlike the others when it brings more than this many times the most, or less than this part of the least,
FAR = 3
#: and when that makes a difference of more than so many rows.
FEW_ROWS = 20
#: So much later than ever before is late, deadline or not.
MARGIN = timedelta(hours=2)


@dataclass(frozen=True)
class History:
    """`full_rows`: table -> median rows of the last fulls. `least`, `most`: rows of a night in the same mode, and
    `latest` how long after the midnight in which its business date begins it was made; null while there are too few."""

    full_rows: Mapping[str, float] = field(default_factory=dict)
    least: int | None = None
    most: int | None = None
    latest: timedelta | None = None


def history_of(loaded: Iterable[DeliveryRecord], mode: str, business_date: date) -> History:
    """What the source delivered before `business_date`; `loaded` are its records that were taken."""
    before = [record for record in current(loaded) if record.business_date < business_date]
    same = [record for record in before if record.mode == mode][-NIGHTS:]
    rows = [_rows(record) for record in same]
    made = [_made(record) for record in same if record.extracted_at]
    return History(
        full_rows=_full_rows([record for record in before if record.mode == "full"]),
        least=min(rows) if len(rows) >= ENOUGH else None,
        most=max(rows) if len(rows) >= ENOUGH else None,
        latest=max(made) if len(made) >= ENOUGH else None,
    )


def unusual(history: History, record: DeliveryRecord) -> list[Verdict]:
    """What of a delivery that was taken is unlike the source's past. A full's rows are the suite's to judge."""
    found = []
    name = record.files[0].name if record.files else ""
    if record.mode != "full" and history.least is not None and history.most is not None:
        rows = _rows(record)
        more = rows > FAR * history.most and rows - history.most > FEW_ROWS
        fewer = rows * FAR < history.least and history.least - rows > FEW_ROWS
        if more or fewer:
            facts = {"found": rows, "least": history.least, "most": history.most}
            found.append(Verdict("unusual_volume", name, False, facts))
    late = any(verdict.code == "late_delivery" for verdict in record.verdicts)
    if record.extracted_at and history.latest is not None and not late and _made(record) > history.latest + MARGIN:
        hours = {"made": f"{record.extracted_at:%m-%d %H:%M}", "latest": _clock(record.business_date, history.latest)}
        found.append(Verdict("unusual_time", name, False, hours))
    return found


def _full_rows(fulls: Sequence[DeliveryRecord]) -> dict[str, float]:
    begin = max((place for place, record in enumerate(fulls) if record.release), default=0)
    counts: dict[str, list[int]] = {}
    for record in fulls[begin:][-FULLS:]:
        for name, count in record.tables.items():
            counts.setdefault(name, []).append(count.delivered)
    return {name: median(found) for name, found in counts.items()}


def _rows(record: DeliveryRecord) -> int:
    return sum(count.delivered for count in record.tables.values())


def _made(record: DeliveryRecord) -> timedelta:
    assert record.extracted_at is not None
    return record.extracted_at - datetime.combine(record.business_date, time())


def _clock(business_date: date, after: timedelta) -> str:
    return f"{datetime.combine(business_date, time()) + after:%m-%d %H:%M}"
