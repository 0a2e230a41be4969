"""Court time. The district lives in Asia/Shanghai, which has had no summer time since 1991: a fixed offset is exact."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

#: When the evening's list goes out by agreement (inquiry lists stand at 19:00), and when the night run starts.
ASKED_AT = time(18, 55)
NIGHT_RUN_AT = time(2, 30)


def now() -> datetime:
    """The clock on the wall of the court, without zone, as every agreement writes it."""
    return datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0)


def last_business_date(moment: datetime | None = None) -> date:
    """The last business date whose evening has passed: at 02:30, and all day long, yesterday."""
    return ((moment or now()) - timedelta(days=1)).date()


def asking_date(moment: datetime | None = None) -> date:
    """The business date whose list goes out now: today from noon on, after midnight still the evening before."""
    return ((moment or now()) - timedelta(hours=12)).date()


def inquiry_time(business_date: date, moment: datetime | None = None) -> datetime:
    """When a list counts as asked: now, if now lies in the evening or night of its date, else 18:55."""
    clock = moment or now()
    evening = datetime.combine(business_date, time(12))
    if evening <= clock < evening + timedelta(days=1):
        return clock
    return datetime.combine(business_date, ASKED_AT)


def night_run_time(business_date: date) -> datetime:
    """The planned start of the night run of a business date: 02:30 of the day after."""
    return datetime.combine(business_date + timedelta(days=1), NIGHT_RUN_AT)
