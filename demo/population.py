"""The people and firms of the synthetic district: one population for all sixteen sources.

The district is cut into neighbourhoods (chunks) of 2,000 households. A neighbourhood is a pure function of
(seed, debtors, number): it can be made at any time, on any machine, without the others, so that a district of
millions never lies in memory. Everything a person owns or does happens inside the neighbourhood; people of the same
name live in all of them.

    population = Population(seed=7, debtors=2_000)
    for number in range(population.chunks):
        people, firms, debtors = population.people(number), population.firms(number), population.debtors(number)

Identifiers: ``person_id = household * 8 + role``; ``firm_id = chunk * 640 + place``; ``debtor_no`` counts from 0. They
are stable for a seed and meant for seeding further facts (accounts, taxes), never for delivery.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from core.errors import UsageError
from demo.arrow import Column, Table, pa, pc
from demo.firms import FIRMS_PER_CHUNK, make_firms
from demo.people import CHILD, HEAD, HEADS, HOUSEHOLDS_PER_DEBTOR, SPOUSE, make_people

CHUNK_DEBTORS = 200
CHUNK_HOUSEHOLDS = CHUNK_DEBTORS * HOUSEHOLDS_PER_DEBTOR
#: Numbers of streams of randomness; never renumber, or every district changes.
STREAM_PEOPLE, STREAM_FIRMS, STREAM_DEBTORS, STREAM_COURT, STREAM_REGISTERS, STREAM_STORIES = range(6)

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DEBTORS = pa.schema(
    [
        ("debtor_no", pa.int64()),
        ("party", pa.string()),  # person | firm
        ("person_id", pa.int64()),
        ("firm_id", pa.int64()),
        ("kind", pa.string()),  # canonical party_kind
        ("name", pa.string()),
        ("id_type", pa.string()),  # as the court knows the debtor: of firms uscc, org_code or reg_no
        ("id_number", pa.string()),  # null for the few whom the court knows by name only
    ]
)


def stream(seed: int, purpose: int, chunk: int, *more: int) -> np.random.Generator:
    """The generator of one purpose in one neighbourhood: independent of all others and of the order of calls."""
    return np.random.default_rng(np.random.SeedSequence([seed, purpose, chunk, *more]))


class Population:
    """All people, firms and debtors of a district of `debtors` debtors; see the module for the idea."""

    def __init__(self, seed: int, debtors: int) -> None:
        if not 1 <= debtors <= HEADS // HOUSEHOLDS_PER_DEBTOR:
            raise UsageError(f"cannot make a district of {debtors} debtors", do="choose between 1 and 370,000")
        self.seed, self.size = seed, debtors
        self.chunks = -(-debtors // CHUNK_DEBTORS)
        self.people = lru_cache(maxsize=2)(self._people)
        self.firms = lru_cache(maxsize=2)(self._firms)

    def households_in(self, chunk: int) -> int:
        """Households of that neighbourhood; only the last is smaller than 2,000."""
        return min(CHUNK_HOUSEHOLDS, HOUSEHOLDS_PER_DEBTOR * self.size - chunk * CHUNK_HOUSEHOLDS)

    def debtors_in(self, chunk: int) -> int:
        """Debtors of that neighbourhood."""
        return min(CHUNK_DEBTORS, self.size - chunk * CHUNK_DEBTORS)

    def firms_in(self, chunk: int) -> int:
        """Firms of that neighbourhood."""
        return max(1, FIRMS_PER_CHUNK * self.debtors_in(chunk) // CHUNK_DEBTORS)

    def _people(self, chunk: int) -> Table:
        """PEOPLE of one neighbourhood, ordered by person_id."""
        rng = stream(self.seed, STREAM_PEOPLE, chunk)
        first = chunk * CHUNK_HOUSEHOLDS
        return make_people(rng, first, self.households_in(chunk), self.seed, self._debtor_roles(chunk))

    def _firms(self, chunk: int) -> Table:
        """`demo.firms.FIRMS` of one neighbourhood, ordered by firm_id; their people live in the same neighbourhood."""
        rng = stream(self.seed, STREAM_FIRMS, chunk)
        return make_firms(rng, chunk, self.firms_in(chunk), self.debtors_in(chunk), self.people(chunk))

    def _debtor_roles(self, chunk: int) -> Ints:
        """Per debtor of the neighbourhood: the role of the debtor in household debtor_no * 10; -1 for firms.

        Of twenty debtors five are firms, one is the wife or husband of the debtor before, one the son or daughter.
        Where that relative does not exist the head of the own household is the debtor.
        """
        place = np.arange(self.debtors_in(chunk)) % 20
        roles = np.full(len(place), HEAD)
        roles[place == 7] = SPOUSE
        roles[place == 10] = CHILD
        roles[place >= 15] = -1
        return roles.astype(np.int64)

    def debtors(self, chunk: int) -> Table:
        """DEBTORS of one neighbourhood, ordered by debtor_no."""
        people, firms = self.people(chunk), self.firms(chunk)
        persons = people.filter(pc.is_valid(people["debtor_no"]))
        known = pc.if_else(
            pc.equal(_modulo(persons["debtor_no"], 150), 101), pa.scalar(None, pa.string()), persons["id_number"]
        )
        absent = pa.nulls(len(persons), pa.int64())
        person = pa.repeat("person", len(persons))
        columns = ["debtor_no", "person_id", "name", "id_type"]
        number, person_id, name, id_type = (persons[column] for column in columns)
        as_persons = pa.table([number, person, person_id, absent, person, name, id_type, known], schema=DEBTORS)
        return pa.concat_tables([as_persons, _debtor_firms(firms)]).sort_by("debtor_no")


def _debtor_firms(firms: Table) -> Table:
    """DEBTORS among `firms`; of two in 160 the court holds an old organisation code or registration number only."""
    debtors = firms.filter(pc.is_valid(firms["debtor_no"]))
    turn = _modulo(debtors["debtor_no"], 160)
    by_code, by_number = pc.equal(turn, 36), pc.and_(pc.equal(turn, 56), pc.is_valid(debtors["reg_no"]))
    id_type = pc.if_else(by_code, "org_code", pc.if_else(by_number, "reg_no", "uscc"))
    known = pc.if_else(by_code, debtors["org_code"], pc.if_else(by_number, debtors["reg_no"], debtors["uscc"]))
    absent, firm = pa.nulls(len(debtors), pa.int64()), pa.repeat("firm", len(debtors))
    number, firm_id, kind, name = (debtors[column] for column in ("debtor_no", "firm_id", "kind", "name"))
    return pa.table([number, firm, absent, firm_id, kind, name, id_type, known], schema=DEBTORS)


def _modulo(column: Column, divisor: int) -> Column:
    return pc.subtract(column, pc.multiply(pc.divide(column, divisor), divisor))
