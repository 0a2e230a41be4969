"""A neighbourhood with everything that the registers draw on, and the drawing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from demo import numbers
from demo.arrow import Column, Table, pa, pc
from demo.firms import FIRMS_PER_CHUNK
from demo.population import Population, stream

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

OUR_COURT = "测试区人民法院"
OTHER_COURTS = ("示例市中级人民法院", "例山县人民法院", "示例县人民法院", "试水区人民法院")
OTHER_COURT_CODES = ("测04", "测0421", "测0422", "测0403")
LENDERS = (
    "示例农村商业银行",
    "示例银行测试支行",
    "例信银行测试支行",
    "测试区示信小额贷款有限公司",
    "示例汽车金融有限公司",
)
LENDER_IDS = tuple(
    str(code)
    for code in numbers.usccs("91", numbers.organisation_bodies("MB", np.arange(900_001, 900_006))).to_pylist()
)
SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Neighbourhood:
    """One chunk of the population on the evening of the first night."""

    population: Population
    number: int
    opening: date

    def draw(self, purpose: int, *more: int) -> Draw:
        """Randomness of one purpose in this neighbourhood."""
        return Draw(stream(self.population.seed, purpose, self.number, *more))

    @property
    def size(self) -> int:
        """Debtors here; every register is sized by them."""
        return self.population.debtors_in(self.number)

    @property
    def today(self) -> int:
        """The first night in days since 1970."""
        return int(np.datetime64(self.opening, "D").astype(np.int64))

    @cached_property
    def people(self) -> Table:
        """`demo.people.PEOPLE`."""
        return self.population.people(self.number)

    @cached_property
    def firms(self) -> Table:
        """`demo.firms.FIRMS`."""
        return self.population.firms(self.number)

    @cached_property
    def debtors(self) -> Table:
        """`demo.population.DEBTORS`."""
        return self.population.debtors(self.number)

    @cached_property
    def parties(self) -> Table:
        """Whoever can own things: people first, then firms; a row is an index everywhere in the registers."""
        people, firms = self.people, self.firms
        person = pa.table(
            {
                "name": people["name"],
                "id_type": people["id_type"],
                "id_number": people["id_number"],
                "id_15": people["id_number_15"],
                "kind": pa.repeat("person", len(people)),
                "address": people["address"],
                "phone": people["phone"],
                "debtor_no": people["debtor_no"],
            }
        )
        firm = pa.table(
            {
                "name": firms["name"],
                "id_type": pa.repeat("uscc", len(firms)),
                "id_number": firms["uscc"],
                "id_15": pa.nulls(len(firms), pa.string()),
                "kind": firms["kind"],
                "address": firms["address"],
                "phone": firms["phone"],
                "debtor_no": firms["debtor_no"],
            }
        )
        return pa.concat_tables([person, firm]).combine_chunks()

    def firm_party(self, firm_rows: Ints) -> Ints:
        """Rows of `firms` as rows of `parties`."""
        return firm_rows + len(self.people)

    @cached_property
    def strangers(self) -> Ints:
        """Rows of `people` who are no debtors and alive: the owners of most things."""
        people = self.people
        return _rows(pc.and_(pc.is_null(people["debtor_no"]), pc.not_equal(people["status"], "deceased")))

    @cached_property
    def couples(self) -> tuple[Ints, Ints]:
        """Rows of heads and of their spouses, neither of them a debtor."""
        people = self.people
        ids = people["person_id"].to_numpy()
        heads = _rows(
            pc.and_(
                pc.and_(pc.equal(people["role"], "head"), pc.is_valid(people["spouse_id"])),
                pc.is_null(people["debtor_no"]),
            )
        )
        spouses = np.searchsorted(ids, ids[heads] + 1)
        free = np.asarray(pc.is_null(people["debtor_no"]).to_numpy(zero_copy_only=False))[spouses]
        return heads[free], spouses[free]

    @cached_property
    def free_firms(self) -> Ints:
        """Rows of `firms` that no debtor's creditors reach: no debtors, no branches of debtors, no debtors' shops."""
        firms = self.firms
        debtors = _rows(pc.is_valid(firms["debtor_no"])) + self.number * FIRMS_PER_CHUNK
        debtor_people = self.people.filter(pc.is_valid(self.people["debtor_no"]))["person_id"].combine_chunks()
        operated = pc.and_(pc.equal(firms["kind"], "sole_proprietor"), pc.is_in(firms["legal_rep_id"], debtor_people))
        reached = pc.or_(
            pc.is_valid(firms["debtor_no"]),
            pc.or_(operated, pc.fill_null(pc.is_in(firms["parent_id"], pa.array(debtors)), False)),
        )
        return _rows(pc.and_(pc.invert(reached), pc.equal(firms["status"], "active")))

    def free_firms_of(self, *kinds: str) -> Ints:
        """Those of `free_firms` that are of one of these kinds; all free firms where none is."""
        kind = self.firms["kind"].take(pa.array(self.free_firms))
        chosen = self.free_firms[_rows(pc.is_in(kind, pa.array(kinds)))]
        return chosen if len(chosen) else self.free_firms


def _rows(mask: Column) -> Ints:
    return np.flatnonzero(np.asarray(mask.to_numpy(zero_copy_only=False))).astype(np.int64)


class Draw:
    """Vectorised drawing from one stream of randomness."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def chance(self, count: int, share: float) -> Flags:
        """True with probability `share`."""
        return np.asarray(self.rng.random(count) < share, dtype=np.bool_)

    def among(self, values: Ints, count: int) -> Ints:
        """`count` of `values`, with repetition; needs at least one value."""
        return values[(self.rng.random(count) * len(values)).astype(np.int64)]

    def whole(self, low: int, high: int, count: int) -> Ints:
        """Integers from `low` to `high` - 1."""
        return self.rng.integers(low, high, count)

    def weighted(self, weights: Sequence[float], count: int) -> Ints:
        """Places in `weights`, as often as their weight says."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        return np.searchsorted(edges / edges[-1], self.rng.random(count), side="right").clip(0, len(weights) - 1)

    def words(self, values: Sequence[str | None], count: int, weights: Sequence[float] | None = None) -> Column:
        """Texts of `values`."""
        place = self.weighted(weights or [1.0] * len(values), count)
        return texts(values, place)


def texts(values: Sequence[str | None], place: Ints) -> Column:
    """The text at each place."""
    return pa.array(list(values), pa.string()).take(pa.array(place))


def days(values: Ints, absent: Flags | None = None) -> Column:
    """Dates from days since 1970; null where `absent`."""
    return pa.array(values.astype(np.int32), pa.int32(), mask=absent).cast(pa.date32())


def clock(values: Ints, seconds: Ints, absent: Flags | None = None) -> Column:
    """Clock times from days since 1970 and seconds of the day."""
    return pa.array(values * SECONDS_A_DAY + seconds, mask=absent).cast(pa.timestamp("s"))


def office_seconds(draw: Draw, count: int) -> Ints:
    """A second of the working day, 08:30 to 17:29."""
    return draw.whole(30_600, 62_940, count)


def amounts(minor: Ints, scale: int, absent: Flags | None = None) -> Column:
    """Exact decimals from whole numbers of the smallest unit: 12345 at scale 2 is 123.45."""
    halves = np.empty((len(minor), 2), dtype=np.int64)
    halves[:, 0], halves[:, 1] = minor, minor >> 63
    column = pa.Array.from_buffers(pa.decimal128(18, scale), len(minor), [None, pa.py_buffer(halves.tobytes())])
    return column if absent is None else pc.if_else(pa.array(absent), pa.scalar(None, column.type), column)


def blank(column: Column, absent: Flags) -> Column:
    """`column` with null where `absent`."""
    return pc.if_else(pa.array(absent), pa.scalar(None, column.type), column)


def joined(*parts: Column | str) -> Column:
    """Texts put together without anything between; null if a part is null."""
    return pc.binary_join_element_wise(*parts, "")
