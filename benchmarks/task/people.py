"""People in households: father and son under one roof, twins, namesakes, numbers that were changed or shared."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.glyphs import Flags, Texts, Whole
from benchmarks.pools import given_names, minority_names, surnames

HEAD, SPOUSE, CHILD, SECOND_CHILD, PARENT, TWIN, NAMESAKE = range(7)
ROLES = ("head", "spouse", "child", "second child", "parent", "twin", "namesake")
RESIDENT, HM_TRAVEL, TW_TRAVEL, PASSPORT = range(4)
LAST_BIRTH = 39_400  # November 2007 in days since 1900-01-01: everybody is of age


@dataclass
class People:
    """One row per person; `spouse` is a row or -1, `number_of` the row whose number is taken for one's own."""

    name: pa.StringArray
    former_name: pa.StringArray
    surname: pa.StringArray
    male: Flags
    birth: Whole
    seq: Whole
    old_birth: Whole
    old_seq: Whole
    household: Whole
    role: Whole
    spouse: Whole
    home: Whole
    old_home: Whole
    phone: Whole
    old_phone: Whole
    document: Whole
    number_of: Whole

    def __len__(self) -> int:
        return len(self.male)


def make_people(rng: np.random.Generator, count: int, homes: int) -> People:
    """About `count` people in households, one home each; every column but the numbers' is final."""
    households = int(count / 2.85)
    head_male = rng.random(households) < 0.88
    head_birth = np.clip(rng.normal(26_500, 5_200, households), 12_800, 37_500).astype(np.int64)
    father_name = surnames().draw(rng, households)
    shares = {HEAD: 1.0, SPOUSE: 0.8, CHILD: 0.62, SECOND_CHILD: 0.26, PARENT: 0.22}
    parts = []
    for role, share in shares.items():
        house = np.flatnonzero(rng.random(households) < share)
        heads = _Members(house, np.full(len(house), role), head_male[house], head_birth[house], father_name[house])
        parts.append(_beside(rng, role, heads))
    members = _Members(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(_Members)))
    people = _complete(rng, members.grown_up(), homes)
    _marry(people, households)
    return people


def join_people(parts: list[People]) -> People:
    """One below the other; rows that columns name must already count from the first part."""
    columns: dict[str, Any] = {}
    for field in fields(People):
        values = [getattr(part, field.name) for part in parts]
        texts = isinstance(values[0], pa.Array)
        columns[field.name] = pa.concat_arrays(values) if texts else np.concatenate(values)
    return People(**columns)


def planted(rng: np.random.Generator, people: People, models: Whole, role: int, first_household: int) -> People:
    """Strangers after the model of debtors: the same birth date, and the whole name or (twins) the surname."""
    size = len(models)
    surname = people.surname.take(pa.array(models, pa.int64())).to_numpy(zero_copy_only=False)
    house = people.household[models] if role == TWIN else first_household + np.arange(size)
    members = _Members(house, np.full(size, role), people.male[models], people.birth[models], surname)
    made = _complete(rng, members, int(people.home.max()) + 1)
    if role == TWIN:
        made.name = _twin_names(rng, people, models)
        made.home, made.old_home = people.home[models], people.old_home[models]
    else:
        made.name = people.name.take(pa.array(models, pa.int64()))
    return made


def number_people(rng: np.random.Generator, people: People) -> None:
    """Sequence numbers, unique within a day as the office issues them: neighbours in a day are neighbours in number."""
    order = np.lexsort((rng.random(len(people)), people.household, people.male, people.birth))
    key = people.birth[order] * 2 + people.male[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    first = (people.birth[order] * 37) % 200
    people.seq[order] = (first + rank) % 440 * 2 + people.male[order]
    changed = rng.random(len(people)) < 0.03
    other_day = rng.random(len(people)) < 0.3
    people.old_birth = np.where(changed & other_day, people.birth - rng.integers(1, 700, len(people)), people.birth)
    reserved = 880 + rng.integers(0, 60, len(people)) * 2 + people.male
    people.old_seq = np.where(changed, reserved, people.seq)


@dataclass(frozen=True)
class _Members:
    """Who lives where, before they have names."""

    house: Whole
    role: Whole
    male: Flags
    birth: Whole
    surname: Texts

    def grown_up(self) -> _Members:
        """Those born late enough to live and early enough to own."""
        kept = (self.birth > 10_000) & (self.birth <= LAST_BIRTH)
        return _Members(*(getattr(self, field.name)[kept] for field in fields(self)))


def _beside(rng: np.random.Generator, role: int, heads: _Members) -> _Members:
    """The relatives of one role beside the heads of the same houses."""
    size = len(heads.house)
    if role == SPOUSE:
        birth = heads.birth + rng.normal(300, 900, size).astype(np.int64)
        return replace(heads, male=~heads.male, birth=birth, surname=surnames().draw(rng, size))
    if role in {CHILD, SECOND_CHILD}:
        return replace(heads, male=rng.random(size) < 0.52, birth=heads.birth + rng.integers(8_000, 12_500, size))
    if role == PARENT:
        return replace(heads, male=rng.random(size) < 0.6, birth=heads.birth - rng.integers(7_800, 12_000, size))
    return heads


def _complete(rng: np.random.Generator, members: _Members, homes: int) -> People:
    size, male, surname = len(members.male), members.male, members.surname
    name = surname + given_names(rng, male)
    minority = np.flatnonzero(rng.random(size) < 0.012)
    name[minority] = minority_names(rng, len(minority))
    former = np.full(size, None, dtype=object)
    renamed = np.flatnonzero(rng.random(size) < 0.025)
    former[renamed] = surname[renamed] + given_names(rng, male[renamed])
    document = np.where(rng.random(size) < 0.006, rng.integers(1, 4, size), RESIDENT)
    home = members.house % homes
    phone = rng.permutation(size).astype(np.int64) + int(rng.integers(0, 10**6)) * 7
    return People(
        name=pa.array(name, pa.string()),
        former_name=pa.array(former, pa.string()),
        surname=pa.array(surname, pa.string()),
        male=male,
        birth=members.birth,
        seq=np.zeros(size, dtype=np.int64),
        old_birth=members.birth.copy(),
        old_seq=np.zeros(size, dtype=np.int64),
        household=members.house,
        role=members.role,
        spouse=np.full(size, -1),
        home=home,
        old_home=np.where(rng.random(size) < 0.35, rng.integers(0, homes, size), home),
        phone=phone,
        old_phone=np.where(rng.random(size) < 0.4, phone + 40_000_000, phone),
        document=document,
        number_of=np.arange(size),
    )


def _marry(people: People, households: int) -> None:
    row_of = np.full((2, households), -1)
    for place, role in enumerate((HEAD, SPOUSE)):
        rows = np.flatnonzero(people.role == role)
        row_of[place, people.household[rows]] = rows
    both = (row_of >= 0).all(axis=0)
    people.spouse[row_of[0, both]], people.spouse[row_of[1, both]] = row_of[1, both], row_of[0, both]


def _twin_names(rng: np.random.Generator, people: People, models: Whole) -> pa.StringArray:
    """The twin's name with another last character, or the first half of it kept."""
    names = people.name.take(pa.array(models, pa.int64()))
    stem = pc.utf8_slice_codeunits(names, 0, -1)
    ending = pc.utf8_slice_codeunits(pa.array(given_names(rng, people.male[models]), pa.string()), 0, 1)
    joined: pa.StringArray = pc.call_function("binary_join_element_wise", [stem, ending, pa.scalar("")])
    return joined
