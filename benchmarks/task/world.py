"""The county: its people, firms and homes, and which of them are debtors, with the strangers that look like debtors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.glyphs import Flags, Whole
from benchmarks.task import firms as business
from benchmarks.task import people as folk
from benchmarks.task.firms import Firms
from benchmarks.task.homes import Homes, join_homes, make_homes
from benchmarks.task.people import People


@dataclass(frozen=True)
class Size:
    """How large the task is; everything else follows from these two and the seed."""

    debtors: int
    records: int

    @property
    def person_debtors(self) -> int:
        """Rows of the debtor list that are persons, repeated ones not counted."""
        return int(self.debtors * 0.975 * 0.85)

    @property
    def firm_debtors(self) -> int:
        """Rows of the debtor list that are bodies, repeated ones not counted."""
        return int(self.debtors * 0.975) - self.person_debtors


@dataclass
class World:
    """Debtors are rows of `people` and `firms`; the `planted` ones were put beside them on purpose."""

    people: People
    firms: Firms
    homes: Homes
    debtor_people: Whole
    debtor_firms: Whole
    people_held: Flags
    firms_held: Flags
    planted_people: Whole
    planted_firms: Whole


UNHELD = 0.15


def make_world(rng: np.random.Generator, size: Size) -> World:
    """Population first, then debtors drawn from it, then their look-alikes."""
    count_people, count_firms = size.records // 2, size.records // 16
    homes = make_homes(rng, int(count_people / 2.85 * 1.1) + 50)
    people = folk.make_people(rng, count_people, len(homes))
    firms = business.make_firms(rng, count_firms, len(people), len(homes))
    debtor_people = _draw_people(rng, people, size.person_debtors)
    _keep_shops_from_debtors(rng, people, firms, debtor_people)
    debtor_firms = rng.choice(len(firms), size.firm_debtors, replace=False)
    base_people, base_firms = len(people), len(firms)
    people, homes = _plant_people(rng, people, homes, debtor_people)
    firms = _plant_firms(rng, firms, debtor_firms)
    people.phone = rng.permutation(len(people)).astype(np.int64)
    people.old_phone = np.where(rng.random(len(people)) < 0.4, people.phone + 40_000_000, people.phone)
    people.number_of = np.arange(len(people))
    folk.number_people(rng, people)
    _share_numbers(rng, people, debtor_people)
    return World(
        people=people,
        firms=firms,
        homes=homes,
        debtor_people=debtor_people,
        debtor_firms=debtor_firms,
        people_held=rng.random(len(debtor_people)) >= UNHELD,
        firms_held=rng.random(len(debtor_firms)) >= UNHELD,
        planted_people=np.arange(base_people, len(people)),
        planted_firms=np.arange(base_firms, len(firms)),
    )


def _draw_people(rng: np.random.Generator, people: People, count: int) -> Whole:
    """Mostly heads of households; of every twelfth the spouse is a debtor too, as joint debts have it."""
    weights = np.array([3.0, 1.6, 1.2, 1.2, 0.7])[people.role]
    first = rng.choice(len(people), count, replace=False, p=weights / weights.sum())
    spouses = people.spouse[first[: count // 12]]
    drawn = np.unique(np.concatenate([first, spouses[spouses >= 0]]))
    chosen: Whole = rng.permutation(drawn)[:count]
    return chosen


def _keep_shops_from_debtors(rng: np.random.Generator, people: People, firms: Firms, debtors: Whole) -> None:
    """A shop is its owner's: a debtor's shops are the records `in_shop`, so that the truth names them all."""
    is_debtor = np.zeros(len(people), dtype=bool)
    is_debtor[debtors] = True
    owned = np.flatnonzero((firms.kind == business.SHOP) & is_debtor[firms.owner])
    firms.owner[owned] = rng.choice(np.flatnonzero(~is_debtor), len(owned))


def _plant_people(rng: np.random.Generator, people: People, homes: Homes, debtors: Whole) -> tuple[People, Homes]:
    """Twins of 1 %, namesakes born the same day of 2 %, namesakes of another age in the same street of 2 %."""
    parts = [people]
    twins = debtors[rng.random(len(debtors)) < 0.01]
    parts.append(folk.planted(rng, people, twins, folk.TWIN, 0))
    house = int(people.household.max()) + 1
    same_day = debtors[rng.random(len(debtors)) < 0.02]
    parts.append(folk.planted(rng, people, same_day, folk.NAMESAKE, house))
    same_street = debtors[rng.random(len(debtors)) < 0.02]
    nearby = folk.planted(rng, people, same_street, folk.NAMESAKE, house + len(same_day))
    nearby.birth = np.clip(nearby.birth + rng.integers(-6_000, 6_000, len(nearby)), 12_000, folk.LAST_BIRTH)
    nearby.old_birth = nearby.birth.copy()
    nearby.home = len(homes) + np.arange(len(nearby))
    nearby.old_home = nearby.home.copy()
    parts.append(nearby)
    return folk.join_people(parts), join_homes([homes, homes.neighbours(rng, people.home[same_street])])


def _plant_firms(rng: np.random.Generator, firms: Firms, debtors: Whole) -> Firms:
    """Subsidiaries of 15 % of the debtor companies, similar firms beside 20 %, branches of 12 %; a few of strangers."""
    parts, first = [firms], len(firms)
    companies = np.flatnonzero(firms.kind == business.COMPANY)
    strangers = rng.choice(companies, len(companies) // 30, replace=False)
    shares = {business.SUBSIDIARY: 0.15, business.SIMILAR: 0.20, business.BRANCH: 0.12}
    for relation, share in shares.items():
        eligible = debtors[firms.kind[debtors] == business.COMPANY]
        models = np.concatenate([eligible[rng.random(len(eligible)) < share], strangers])
        parts.append(business.relatives(rng, firms, models, relation, first))
        first += len(models)
    return business.join_firms(parts)


def _share_numbers(rng: np.random.Generator, people: People, debtors: Whole) -> None:
    """Two people with one number: 0.1 % of all, and somebody with the number of 0.5 % of the debtors."""
    two = rng.integers(0, len(people), (2, len(people) // 1000))
    people.number_of[two[0]] = two[1]
    robbed = debtors[rng.random(len(debtors)) < 0.005]
    people.number_of[rng.integers(0, len(people), len(robbed))] = robbed
    people.number_of[debtors] = debtors
