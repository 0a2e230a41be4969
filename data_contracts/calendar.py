"""Which business dates a source owes a delivery, and until when. Statutory holidays are data: one YAML file per year.

Weekend days worked in exchange for a holiday (`workdays`) are kept as information only: the agreements say Monday to
Friday without statutory holidays, so nothing is due on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources

from data_contracts.documents import read_yaml
from data_contracts.model import Contract

SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class Year:
    """Holidays of one year. `known` is false when no file says: then only weekends are off."""

    year: int
    known: bool
    days_off: frozenset[date]
    workdays: frozenset[date]


@cache
def holidays(year: int) -> Year:
    """The statutory holidays of `year`."""
    if not resources.files("data_contracts").joinpath(f"holidays/{year}.yaml").is_file():
        return Year(year, known=False, days_off=frozenset(), workdays=frozenset())
    document = read_yaml(f"holidays/{year}.yaml")
    days_off: set[date] = set()
    for period in document["days_off"]:
        first, last = (date.fromisoformat(period[end]) for end in ("from", "to"))
        days_off.update(first + timedelta(days=step) for step in range((last - first).days + 1))
    workdays = frozenset(date.fromisoformat(day) for day in document["workdays"])
    return Year(year, known=True, days_off=frozenset(days_off), workdays=workdays)


def is_holiday(day: date) -> bool:
    """A statutory day off. Unknown years have none."""
    return day in holidays(day.year).days_off


def calendar_warning(day: date) -> str | None:
    """What the operator should know when no file lists the holidays of that year, else None."""
    if holidays(day.year).known:
        return None
    return f"未收录{day.year}年法定节假日，仅按周末判断：请补充 data_contracts/holidays/{day.year}.yaml"


def is_due(contract: Contract, business_date: date) -> bool:
    """Whether the source owes a delivery for that business date.

    daily: always. weekly: Sundays. working_days: Monday to Friday without statutory holidays; extracts also owe the
    Sunday full, while replies of a working_days source answer a weekend's lists on the next working day.
    """
    expected = contract.freshness.expected
    if expected == "daily":
        return True
    if expected == "weekly":
        return business_date.weekday() == SUNDAY
    if contract.mode == "extract" and business_date.weekday() == SUNDAY:
        return True
    return business_date.weekday() < SATURDAY and not is_holiday(business_date)


def deadline(contract: Contract, business_date: date) -> datetime:
    """Clock time (Asia/Shanghai) until which the delivery of that business date may arrive."""
    clock = time.fromisoformat(contract.freshness.deadline)
    day = business_date + timedelta(days=1 if contract.freshness.deadline_day == "next" else 0)
    return datetime.combine(day, clock)


def next_due(contract: Contract, business_date: date) -> date:
    """The first business date from `business_date` on for which the source owes a delivery.

    For a reply source this is the night on which the inquiries of `business_date` are answered.
    """
    day = business_date
    while not is_due(contract, day):
        day += timedelta(days=1)
    return day
