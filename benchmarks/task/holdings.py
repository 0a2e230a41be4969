"""Which register holds a record of whom: rows of numbers only, so that five million of them stay small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.glyphs import Flags, Whole
from benchmarks.task import firms as business
from benchmarks.task.world import World

SOURCES = ("vehicles", "housing", "land", "enterprises", "equity", "tax", "banks", "court_cases")
COURT = SOURCES.index("court_cases")
_OF_PEOPLE = np.array([0.22, 0.25, 0.15, 0.0, 0.06, 0.08, 0.24, 0.0])
_OF_FIRMS = np.array([0.09, 0.06, 0.05, 0.34, 0.05, 0.21, 0.20, 0.0])
_JOINT = np.array([0, 0.07, 0.06, 0, 0, 0, 0, 0])
PERSON, FIRM = 0, 1


@dataclass
class Holdings:
    """One row per record: `party` tells rows of people from rows of firms, `in_shop` a record under a shop's name."""

    party: Whole
    owner: Whole
    co_owner: Whole
    source: Whole
    in_shop: Flags

    def __len__(self) -> int:
        return len(self.owner)

    def rows(self, start: int, stop: int) -> Holdings:
        """A slice."""
        part = slice(start, stop)
        return Holdings(self.party[part], self.owner[part], self.co_owner[part], self.source[part], self.in_shop[part])


def make_holdings(rng: np.random.Generator, world: World, records: int) -> Holdings:
    """Debtors' records first, then those of the planted strangers, then strangers up to `records`; shuffled."""
    held_people = world.debtor_people[world.people_held]
    people = [np.repeat(held_people, 1 + rng.poisson(1.0, len(held_people)))]
    people.append(np.repeat(world.planted_people, 1 + rng.poisson(0.7, len(world.planted_people))))
    firms = [_firm_owners(rng, world)]
    left = records - sum(map(len, people)) - sum(map(len, firms))
    of_people = int(left * 0.8)
    people.append(_strangers(rng, len(world.people), world.debtor_people, of_people))
    firms.append(_strangers(rng, len(world.firms), _reached(world), left - of_people))
    owners = np.concatenate(people + firms)
    party = np.repeat([PERSON, FIRM], [sum(map(len, people)), sum(map(len, firms))])
    order = rng.permutation(len(owners))
    return _complete(rng, world, party[order], owners[order])


def _complete(rng: np.random.Generator, world: World, party: Whole, owner: Whole) -> Holdings:
    size = len(owner)
    source = np.where(party == PERSON, _draw_sources(rng, _OF_PEOPLE, size), _draw_sources(rng, _OF_FIRMS, size))
    in_shop = (party == PERSON) & (rng.random(size) < 0.025)
    source[in_shop] = np.array([SOURCES.index("enterprises"), SOURCES.index("tax")])[
        rng.integers(0, 2, int(in_shop.sum()))
    ]
    joint = (party == PERSON) & (rng.random(size) < _JOINT[source])
    spouse = np.where(joint, world.people.spouse[np.where(joint, owner, 0)], -1)
    unheld = np.zeros(len(world.people), dtype=bool)
    unheld[world.debtor_people[~world.people_held]] = True
    spouse[(spouse >= 0) & unheld[spouse]] = -1
    return Holdings(party, owner, spouse, source, in_shop)


def _firm_owners(rng: np.random.Generator, world: World) -> Whole:
    """Records of debtor firms and of the bodies planted beside them; none for branches of debtors that nobody holds."""
    held = world.debtor_firms[world.firms_held]
    unheld = np.zeros(len(world.firms), dtype=bool)
    unheld[world.debtor_firms[~world.firms_held]] = True
    planted = world.planted_firms[~unheld[world.firms.reach[world.planted_firms]]]
    return np.concatenate(
        [np.repeat(held, 1 + rng.poisson(1.1, len(held))), np.repeat(planted, 1 + rng.poisson(0.8, len(planted)))]
    )


def _reached(world: World) -> Whole:
    """Firms whose records are a debtor's: the debtors and their branches."""
    debtor = np.zeros(len(world.firms), dtype=bool)
    debtor[world.debtor_firms] = True
    reached = debtor[world.firms.reach] & (world.firms.relation == business.BRANCH)
    return np.flatnonzero(debtor | reached)


def _strangers(rng: np.random.Generator, total: int, debtors: Whole, count: int) -> Whole:
    allowed = np.ones(total, dtype=bool)
    allowed[debtors] = False
    return rng.choice(np.flatnonzero(allowed), count)


def _draw_sources(rng: np.random.Generator, shares: NDArray[np.float64], count: int) -> Whole:
    drawn: Whole = rng.choice(len(SOURCES), count, p=shares)
    return drawn
