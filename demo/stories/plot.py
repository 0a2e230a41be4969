"""Who lives through which story. Every debtor gets one of the list in turn, so that a few dozen debtors show them all,
and ordinary things on top, so that the district as a whole looks like one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from demo.arrow import pc
from demo.court.cases import Case
from demo.neighbourhood import Neighbourhood
from demo.registers.enterprises import Equity
from demo.stories.equity import equity_of_debtors
from demo.stories.hero import Hero
from demo.stories.of_firms import FIRM_STORIES, ordinary_firm
from demo.stories.of_people import PERSON_STORIES, ordinary_person
from demo.stories.tale import Tale

_ROLES = ("head", "spouse", "child", "parent", "twin", "double")


def tell(place: Neighbourhood, nights: int, cases: Sequence[Case], equity: Equity) -> Tale:
    """All stories of a neighbourhood."""
    tale = Tale(place, nights, cases)
    equity_of_debtors(tale, equity)
    for turn, hero in enumerate(_persons(tale)):
        PERSON_STORIES[turn % len(PERSON_STORIES)](tale, hero)
        ordinary_person(tale, hero)
    for turn, hero in enumerate(_organisations(tale)):
        FIRM_STORIES[turn % len(FIRM_STORIES)](tale, hero)
        ordinary_firm(tale, hero)
    return tale


def _persons(tale: Tale) -> list[Hero]:
    people, firms = tale.place.people, tale.place.firms
    debtors = (
        people.filter(pc.is_valid(people["debtor_no"])).select(["person_id", "household", "debtor_no"]).to_pylist()
    )
    ids, household = people["person_id"].to_numpy(), people["household"].to_numpy()
    shops = (
        firms.filter(pc.equal(firms["kind"], "sole_proprietor"))
        .select(["firm_id", "legal_rep_id", "debtor_no"])
        .to_pylist()
    )
    operated: dict[int, list[int]] = {}
    for shop in shops:
        if shop["debtor_no"] is None:
            operated.setdefault(shop["legal_rep_id"], []).append(shop["firm_id"] - int(firms["firm_id"][0].as_py()))
    heroes = []
    for debtor in sorted(debtors, key=lambda row: row["debtor_no"]):
        me = int(np.searchsorted(ids, debtor["person_id"]))
        family = {}
        for row in range(*np.searchsorted(household, [debtor["household"], debtor["household"] + 1])):
            if row != me:
                family[_ROLES[int(ids[row]) % 8]] = tale.party(int(row))
        own = [tale.party(row + len(people)) for row in operated.get(debtor["person_id"], [])]
        heroes.append(Hero(debtor["debtor_no"], tale.party(me), family, own))
    return heroes


def _organisations(tale: Tale) -> list[Hero]:
    firms = tale.place.firms.select(["firm_id", "debtor_no", "parent_id"]).to_pylist()
    offset = len(tale.place.people)
    heroes = []
    for row, firm in enumerate(firms):
        if firm["debtor_no"] is None:
            continue
        branches = [tale.party(offset + at) for at, other in enumerate(firms) if other["parent_id"] == firm["firm_id"]]
        heroes.append(
            Hero(firm["debtor_no"], tale.party(offset + row), {}, [b for b in branches if b.debtor_no is None])
        )
    return sorted(heroes, key=lambda hero: hero.debtor_no)
