from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from connectors.history import history_of, unusual
from connectors.records import DeliveryRecord, FileRecord, Release, TableCount, Verdict

SUNDAY = date(2026, 11, 22)


def record(day: date, rows: int, *, mode: str = "delta", made: time = time(23), **changes: Any) -> DeliveryRecord:
    moment = datetime.combine(day, time(20))
    file = FileRecord(f"land_{mode}.zip", "land", 1, "0" * 64, moment, True, {"rights": rows}, None)
    return DeliveryRecord(
        delivery_id=f"d{day}{mode}",
        source="land",
        business_date=day,
        night=day,
        mode=mode,
        batch=None,
        state="loaded",
        data_as_of=moment,
        extracted_at=datetime.combine(day, made),
        files=(file,),
        missing_files=(),
        verdicts=changes.pop("verdicts", ()),
        tables={"rights": TableCount(rows, rows, 0)},
        reasons={},
        warnings={},
        replaces=(),
        judgement=None,
        seen=(),
        contract_version="1.0.0",
        **changes,
    )


def nights(rows: Sequence[int], **changes: Any) -> list[DeliveryRecord]:
    """One delta a day, the last of them the day before SUNDAY."""
    return [record(SUNDAY - timedelta(days=len(rows) - place), count, **changes) for place, count in enumerate(rows)]


def weeks(rows: Sequence[int], **changes: Any) -> list[DeliveryRecord]:
    """One full a week, the last of them the Sunday before."""
    return [
        record(SUNDAY - timedelta(weeks=len(rows) - place), count, mode="full", **changes)
        for place, count in enumerate(rows)
    ]


def codes(before: Sequence[DeliveryRecord], new: DeliveryRecord) -> list[str]:
    return [verdict.code for verdict in unusual(history_of(before, new.mode, new.business_date), new)]


def test_a_night_is_unusual_far_beyond_what_ever_came() -> None:
    before = nights([100, 140, 200, 120, 90])
    assert codes(before, record(SUNDAY, 600)) == []
    assert codes(before, record(SUNDAY, 601)) == ["unusual_volume"]
    assert codes(before, record(SUNDAY, 30)) == []
    assert codes(before, record(SUNDAY, 29)) == ["unusual_volume"]
    (verdict,) = unusual(history_of(before, "delta", SUNDAY), record(SUNDAY, 601))
    assert (verdict.held, verdict.facts) == (False, {"found": 601, "least": 90, "most": 200})


def test_small_numbers_and_young_histories_say_nothing() -> None:
    assert codes(nights([1, 0, 2, 1, 0]), record(SUNDAY, 22)) == []
    assert codes(nights([1, 0, 2, 1, 0]), record(SUNDAY, 23)) == ["unusual_volume"]
    assert codes(nights([100] * 4), record(SUNDAY, 9999)) == []


def test_an_empty_night_counts_where_nights_are_never_empty() -> None:
    assert codes(nights([100] * 5), record(SUNDAY, 0)) == ["unusual_volume"]
    assert codes(nights([100, 0, 100, 100, 100]), record(SUNDAY, 0)) == []


def test_the_usual_hour_is_the_latest_ever() -> None:
    before = nights([100] * 5, made=time(21))
    assert codes(before, record(SUNDAY, 100, made=time(23))) == []
    late = record(SUNDAY, 100, made=time(23, 1))
    assert codes(before, late) == ["unusual_time"]
    (verdict,) = unusual(history_of(before, "delta", SUNDAY), late)
    assert verdict.facts == {"made": "11-22 23:01", "latest": "11-22 21:00"}
    told = record(SUNDAY, 100, made=time(23, 1), verdicts=(Verdict("late_delivery", "land_delta.zip", False),))
    assert codes(before, told) == []


def test_fulls_are_measured_by_their_median_and_by_no_delta() -> None:
    history = history_of([*weeks([1000, 1000, 700]), *nights([5])], "full", SUNDAY)
    assert history.full_rows == {"rights": 1000}
    assert history_of(weeks([1000, 1000, 700]), "full", SUNDAY - timedelta(weeks=3)).full_rows == {}


def test_a_released_full_begins_a_new_history() -> None:
    release = Release("d", "GW1", "机构调整", datetime(2026, 11, 16, 9))
    before = [*weeks([1000, 1000, 1000])[:2], record(SUNDAY - timedelta(weeks=1), 400, mode="full", release=release)]
    assert history_of(before, "full", SUNDAY).full_rows == {"rights": 400}
