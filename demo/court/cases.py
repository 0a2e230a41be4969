"""Cases of a neighbourhood: who is sued together, since when, and how it stands.

Made before the stories, because seizures name the case they serve; rows of the court's delivery come after them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from demo.neighbourhood import Neighbourhood
from demo.population import STREAM_COURT

CASES_PER_DEBTOR = 1.5
CASE_CAPACITY = 400
_FORMER_FROM = 330  # numbers from here on belong to the first rounds of resumed cases
_REQUERY_YEARS = 5
_COURT = "测0499"
_SUFFIX = {
    "enforcement": "执",
    "resumed": "执恢",
    "preservation": "执保",
    "objection": "执异",
    "review": "执复",
    "supervision": "执监",
}
ENFORCING = ("enforcement", "resumed", "preservation")


@dataclass
class Case:
    """One case. `debtors` are places in the neighbourhood; `opened`, `ended`, `deleted` count nights (0 = before)."""

    number: str
    type: str
    place: int
    debtors: tuple[int, ...]
    filed_on: date
    closed_on: date | None = None
    close_mode: str | None = None
    next_requery_on: date | None = None
    former: tuple[str, ...] = ()
    opened: int = 0
    ended: int | None = None
    deleted: int | None = None
    measures: list[dict[str, Any]] = field(default_factory=list)
    declared: list[dict[str, Any]] = field(default_factory=list)

    def party_key(self, debtor: int) -> str:
        """P1 is the applicant; debtors follow."""
        return f"P{self.debtors.index(debtor) + 2}"

    def in_scope(self, night: int, business_date: date) -> bool:
        """Whether the court asks about its debtors: open, or ended for lack of assets within five years."""
        if night < self.opened or self.type not in ENFORCING or (self.deleted is not None and night >= self.deleted):
            return False
        if self.ended is not None and night >= self.ended:
            return False
        if self.closed_on is None:
            return True
        runs_to = self.closed_on.replace(year=self.closed_on.year + _REQUERY_YEARS, day=min(self.closed_on.day, 28))
        return self.close_mode == "ended_no_assets" and business_date < runs_to


def make_cases(place: Neighbourhood, nights: int) -> list[Case]:
    """The cases of the neighbourhood: one per group of joint debtors, then more until there are 1.5 per debtor."""
    dice = random.Random(f"{place.population.seed}/{STREAM_COURT}/{place.number}")
    groups = _groups(dice, place.size)
    cases = [_case(place, dice, number, group, primary=True) for number, group in enumerate(groups)]
    more = range(len(groups), int(CASES_PER_DEBTOR * place.size))
    cases += [_case(place, dice, number, dice.choice(groups), primary=False) for number in more]
    if nights > 1:
        _events(cases)
    return cases


def _groups(dice: random.Random, size: int) -> list[tuple[int, ...]]:
    """Joint debtors: couples, parent with child (7 with 6, 10 with 9), firms with their leader (15 with 14), chance."""
    groups: list[tuple[int, ...]] = []
    place = 0
    while place < size:
        tied = place % 20 in (6, 9, 14) and place + 1 < size
        width = 2 if tied or (dice.random() < 0.1 and place + 1 < size) else 1
        groups.append(tuple(range(place, place + width)))
        place += width
    return groups


def _case(place: Neighbourhood, dice: random.Random, number: int, group: tuple[int, ...], *, primary: bool) -> Case:
    kinds = ENFORCING if primary else tuple(_SUFFIX)
    kind = dice.choices(kinds, (78, 12, 10) if primary else (60, 10, 12, 8, 6, 4))[0]
    filed = place.opening - timedelta(days=dice.randrange(40, 1500))
    serial = place.number * CASE_CAPACITY + number + 1
    former: tuple[str, ...] = ()
    if kind == "resumed":
        earlier = place.number * CASE_CAPACITY + _FORMER_FROM + number % (CASE_CAPACITY - _FORMER_FROM) + 1
        former = (f"（{filed.year - 2}）{_COURT}执{earlier}号",)
    case = Case(f"（{filed.year}）{_COURT}{_SUFFIX[kind]}{serial}号", kind, number, group, filed, former=former)
    _close(place, dice, case, primary=primary)
    return case


def _close(place: Neighbourhood, dice: random.Random, case: Case, *, primary: bool) -> None:
    """Half of the cases are open; most of the closed ones ended for lack of assets."""
    mode = dice.choices(
        (None, "ended_no_assets", "fulfilled", "settled", "ended", "other"),
        (54, 41, 2, 1, 1, 1) if primary else (45, 33, 12, 5, 4, 1),
    )[0]
    if case.type not in ENFORCING:
        mode = "other" if dice.random() < 0.6 else None
    closed = case.filed_on + timedelta(days=dice.randrange(120, 240))
    if mode is None or closed >= place.opening:
        return
    if mode == "ended_no_assets" and dice.random() < 0.02:  # so long ago that nobody asks any more
        case.filed_on, closed = date(2019, 5, 6), date(2020, 3, 9)
        case.number = case.number.replace(case.number[1:5], "2019", 1)
    case.closed_on, case.close_mode = closed, mode
    if mode == "ended_no_assets":
        case.next_requery_on = _requery(closed, place.opening - timedelta(days=dice.randrange(0, 183)))


def _requery(closed: date, since: date) -> date:
    """The first half-yearly date after `since`."""
    due = closed
    while due <= since:
        month = due.month + 6
        due = date(due.year + (month > 12), month - 12 if month > 12 else month, min(due.day, 28))
    return due


def _events(cases: list[Case]) -> None:
    """A few cases are new, closed or deleted on the second night: always at the same places."""
    for case in cases:
        primary_place = case.debtors[0] % 50
        if len(case.debtors) == 1 and case.closed_on is None and case.opened == 0:
            if primary_place == 23:
                case.opened = 1
            elif primary_place == 37 and not case.measures:
                case.ended = 1
        if case.type == "preservation" and case.place % 40 == 31 and case.closed_on is None:
            case.deleted = 1
