"""The book in which a neighbourhood's stories are written: rows, later changes, and the truth about both."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from demo import numbers
from demo.arrow import pc
from demo.court.cases import Case
from demo.neighbourhood import OUR_COURT, Neighbourhood
from demo.population import CHUNK_DEBTORS, STREAM_STORIES
from demo.registers.vehicles import CHUNK_CAPACITY, PLATE_TYPES, STORIES_FROM, plates

Row = dict[str, Any]
#: Numbers of children that stories give out begin here, far above those of strangers' things.
_CHILDREN_FROM = 1_000_000_000
_CHILDREN_A_CHUNK = 10_000
FOREVER = 10_000
STRONG = ("resident_id", "hmt_residence", "foreign_residence", "uscc")
_ORDINALS = "一二三四五六七八九"


@dataclass(frozen=True)
class Party:
    """Somebody who owns, buys or sells."""

    name: str
    id_type: str
    id_number: str
    id_15: str | None
    kind: str
    address: str
    phone: str
    debtor_no: int | None
    row: int

    @property
    def is_person(self) -> bool:
        return self.kind == "person"


@dataclass(frozen=True)
class Change:
    """What a register writes on one night: `op` I, U or D and the whole row (of D the key)."""

    source: str
    table: str
    op: str
    row: Row


@dataclass
class Tale:
    """One neighbourhood's book. `nights` is how many deliveries there will be: later events are not told."""

    place: Neighbourhood
    nights: int
    cases: Sequence[Case]
    rows: dict[tuple[str, str], list[Row]] = field(default_factory=lambda: defaultdict(list))
    changes: dict[int, list[Change]] = field(default_factory=lambda: defaultdict(list))
    assets: list[Row] = field(default_factory=list)
    applications: list[Row] = field(default_factory=list)
    not_theirs: list[Row] = field(default_factory=list)
    declared: list[Row] = field(default_factory=list)
    _next: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.dice = random.Random(f"{self.place.population.seed}/{STREAM_STORIES}/{self.place.number}")
        self._cases_of: dict[int, list[Case]] = defaultdict(list)
        for case in self.cases:
            for debtor in case.debtors:
                self._cases_of[debtor].append(case)
        serial = np.arange(STORIES_FROM, CHUNK_CAPACITY, dtype=np.int64)[:1500] + self.place.number * CHUNK_CAPACITY
        self._plates = {
            kind: plates(serial, np.full(len(serial), number)).to_pylist()
            for number, kind in enumerate(PLATE_TYPES[:4])
        }
        self._vins = numbers.vins(serial, serial % 3).to_pylist()
        self._parties = self.place.parties.to_pylist()
        self._above = self._reached_through()
        self._debtors = {row["debtor_no"]: row for row in self.place.debtors.to_pylist()}

    def _reached_through(self) -> dict[int, list[tuple[int, str]]]:
        """Row of `parties` of a branch or shop -> debtors whose creditors reach what it owns, and why."""
        people, firms = self.place.people, self.place.firms.to_pylist()
        debtors = people.filter(pc.is_valid(people["debtor_no"])).select(["person_id", "debtor_no"]).to_pylist()
        operators = {row["person_id"]: row["debtor_no"] for row in debtors}
        parents = {firm["firm_id"]: firm["debtor_no"] for firm in firms}
        above: dict[int, list[tuple[int, str]]] = {}
        for place, firm in enumerate(firms):
            row = len(people) + place
            operator = operators.get(firm["legal_rep_id"]) if firm["kind"] == "sole_proprietor" else None
            parent = parents.get(firm["parent_id"])
            above[row] = [(operator, "sole_proprietor")] if operator is not None else []
            above[row] += [(parent, "branch")] if parent is not None else []
        return above

    # -- who

    def party(self, row: int) -> Party:
        """The person or firm at that row of `parties`."""
        return Party(row=row, **self._parties[row])

    def stranger(self, salt: int = 0) -> Party:
        """Some stranger, another one for every call."""
        people = self.place.strangers
        return self.party(int(people[(self.dice.randrange(len(people)) + salt) % len(people)]))

    def cases_of(self, debtor_no: int) -> list[Case]:
        """All cases of a debtor, in scope or not."""
        return self._cases_of[debtor_no % CHUNK_DEBTORS]

    def enforcing_case(self, debtor_no: int) -> Case | None:
        """A case in which things can be seized: of the first night, not closed by being paid or settled."""
        for case in self.cases_of(debtor_no):
            if case.opened == 0 and case.deleted is None and case.in_scope(0, self.place.opening):
                return case
        return None

    # -- when

    @property
    def opening(self) -> date:
        return self.place.opening

    def ago(self, days: int) -> date:
        """That many days before the first night."""
        return self.opening - timedelta(days=days)

    def at(self, day: date, hour: int = 10, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute))

    def evening(self, night: int) -> date:
        return self.opening + timedelta(days=night)

    # -- numbers

    def count(self, name: str) -> int:
        """1, 2, 3 … for each name."""
        self._next[name] += 1
        return self._next[name]

    def number(self, prefix: str, width: int = 10) -> str:
        """A number that no other thing of that prefix bears."""
        serial = _CHILDREN_FROM + self.place.number * _CHILDREN_A_CHUNK + self.count(prefix)
        return f"{prefix}{serial:0{width}d}"

    def plate(self, kind: str) -> tuple[str, str, str]:
        """(vehicle id, plate, VIN) of a new vehicle."""
        place = self.count("vehicle") - 1
        serial = self.place.number * CHUNK_CAPACITY + STORIES_FROM + place
        return f"370499{serial:08d}", self._plates[kind][place], self._vins[place]

    # -- rows

    def write(self, source: str, table: str, *rows: Row) -> None:
        """Rows that stand in the register on the first night."""
        self.rows[source, table] += rows

    def later(self, night: int, source: str, table: str, op: str, row: Row) -> bool:
        """A row that the register writes on a later night; False when that night is not delivered any more."""
        if night >= self.nights:
            return False
        self.changes[night].append(Change(source, table, op, row))
        return True

    def happens(self, night: int) -> bool:
        """Whether that night is delivered."""
        return night < self.nights

    # -- truth

    def owned(
        self,
        source: str,
        record: tuple[str, str],
        thing: tuple[str, str],
        owner: tuple[Party, str, float | None],
        **facts: Any,
    ) -> None:
        """The truth about one thing for one owner, if that is a debtor.

        `record` is (table that names the owner, record id), `thing` (asset kind, identifier), `owner` (party,
        co-ownership, share). Facts: from_night, until_night (not included), is_current, gross_value. What a branch or
        a shop owns, the creditors of its parent or operator reach too.
        """
        party, manner, share = owner
        plain: Row = {"gross_value": None, "is_current": True, "from_night": 0, "until_night": FOREVER}
        row: Row = {
            "source": source,
            "table_name": record[0],
            "record_id": record[1],
            "kind": thing[0],
            "identifier": thing[1],
            "ownership": manner,
            "share": share,
        }
        direct = [] if party.debtor_no is None else [(party.debtor_no, "direct")]
        for debtor_no, reach in direct + self._above.get(party.row, []):
            strong = self.is_strong(debtor_no) and party.id_type in STRONG
            self.assets.append(row | plain | facts | {"debtor_no": debtor_no, "reach": reach, "strong_id": strong})

    def is_strong(self, debtor_no: int) -> bool:
        """Whether the court knows the debtor by a number that proves identity."""
        debtor = self._debtors[debtor_no]
        return debtor["id_number"] is not None and debtor["id_type"] in STRONG

    def stranger_owns(self, source: str, table: str, record_id: str, debtor_no: int, why: str) -> None:
        """A record that looks like the debtor's and is not."""
        self.not_theirs.append(
            {"source": source, "table_name": table, "record_id": record_id, "debtor_no": debtor_no, "why": why}
        )

    # -- measures of our court

    def document(self, case: Case) -> str:
        """The next document number of a case: case number and 之一, 之二 …"""
        number = self.count(f"document/{case.number}")
        return f"{case.number}之{_in_words(number)}"

    def measure(self, case: Case, debtor_no: int, asset_kind: str, thing: str, **facts: Any) -> Row:
        """Order a measure in a case against one object and note it there; facts override the row."""
        key = f"C{len(case.measures) + 1}"
        served = facts.pop("served", self.seized_on(case))
        row: Row = {
            "case_no": case.number,
            "measure_key": key,
            "debtor_key": case.party_key(debtor_no % CHUNK_DEBTORS),
            "kind": "seizure",
            "asset_kind": asset_kind,
            "object": thing,
            "addressee": "不动产登记中心",
            "notice_no": self.document(case),
            "served_at": self.at(served, 9, 30),
            "receipt_at": self.at(served, 11),
            "status": "in_force",
            "result": "已办理",
        } | facts
        case.measures.append(row)
        return row

    def seized_on(self, case: Case) -> date:
        """When our court seized in a case: some weeks after filing, and not so long ago that it has lapsed."""
        return max(case.filed_on + timedelta(days=25), self.ago(600 - case.place % 300))

    def our_seizure(self, measure: Row, kind: str, days: int, order: int | None = None) -> Row:
        """Columns that a register keeps of our measure; a waiting one has an order and no dates."""
        served: datetime = measure["served_at"]
        waiting = kind in ("waiting", "waiting_pre_seizure", "waiting_freeze")
        start = None if waiting else served.date()
        end = None if start is None else start + timedelta(days=days)
        measure |= {
            "from_date": start,
            "to_date": end,
            "wait_order": order,
            "status": "waiting" if waiting else "in_force",
        }
        return {
            "kind": kind,
            "authority": OUR_COURT,
            "document": measure["notice_no"],
            "case_no": measure["case_no"],
            "wait_order": order,
            "from_date": start,
            "to_date": end,
            "registered_at": served + timedelta(hours=1),
        }

    def their_seizure(self, since: date, days: int) -> Row:
        """Columns of a seizure by another court, first in rank."""
        number = self.dice.randrange(90_000, 99_999)
        case = f"（{since.year}）测0421执{number}号"
        return {
            "kind": "seizure",
            "authority": "例山县人民法院",
            "document": case + "之一",
            "case_no": case,
            "from_date": since,
            "to_date": since + timedelta(days=days),
            "registered_at": self.at(since, 15),
        }


def yuan(amount: int) -> Decimal:
    """Whole yuan as an exact amount with two decimals."""
    return Decimal(amount).quantize(Decimal("0.01"))


def _in_words(number: int) -> str:
    """1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    ten = "" if tens == 0 else ("十" if tens == 1 else _ORDINALS[tens - 1] + "十")
    return ten + (_ORDINALS[ones - 1] if ones else "")


def merged(*parts: Mapping[str, Any]) -> Row:
    """One row of several parts; later parts win."""
    return {name: value for part in parts for name, value in part.items()}
