"""One place where a fault is to be planted, and what a planter answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import identifiers
from data_contracts import Column, Contract, Table
from demo.neighbourhood import Neighbourhood

Cells = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What must become of the row. `codes`: warnings of an accepted row, reasons of a quarantined one, or more."""

    kind: str = "accepted"
    codes: tuple[str, ...] = ()


@dataclass
class Spot:
    """A column of one delivered row (text, null for nothing), with its surroundings.

    `rows` are all rows of the delivery's tables in this neighbourhood; planters may add to them, never remove.
    """

    contract: Contract
    table: Table
    column: Column
    row: Cells
    rows: Mapping[str, list[Cells]]
    place: Neighbourhood
    dice: random.Random
    ours: bool  # the row is about something of a debtor
    numbers: Mapping[str, tuple[str, ...]]  # id number in force -> numbers it replaced
    #: invented values are allowed: no row of the district happens to have what the fault needs
    pretend: bool = False
    #: the row that bears the fault, where it is not `row` itself
    bearer: Cells | None = None

    @property
    def value(self) -> Any:
        """The delivered value."""
        return self.row[self.column.name]

    def set(self, value: Any) -> None:
        """Replace the delivered value."""
        self.row[self.column.name] = value

    def sibling(self, maps_to: str) -> str | None:
        """Name of the column of this table that maps to that field."""
        return next((column.name for column in self.table.columns if column.maps_to == maps_to), None)

    @property
    def number_column(self) -> str | None:
        """The column with the number of the party whose name stands in this column."""
        wanted = {
            "party.name": "party.id_number",
            "company.legal_rep_name": "company.legal_rep_id",
            "contract.buyer_name": "contract.buyer_id",
        }
        return self.sibling(wanted.get(self.column.maps_to or "", ""))

    def code(self, column: str, canonical: str) -> str | None:
        """The delivered code of a canonical value, None where the column has none."""
        codes = self.table.column(column).codes
        return next((code for code, (value, _) in codes.items() if value == canonical), None)

    def canonical(self, column: str) -> str | None:
        """Canonical value of a delivered code."""
        pair = self.table.column(column).codes.get(self.row[column])
        return pair[0] if pair else None

    def day(self, value: date) -> str:
        """A date as the source writes it."""
        return value.strftime(self.contract.format.date[0].replace("%-", "%"))

    def is_resident(self, value: Any) -> bool:
        """Whether `value` is a valid resident number of the county."""
        return isinstance(value, str) and value.startswith("370499") and identifiers.check_resident_id(value)

    def stranger(self) -> Cells:
        """Name and number of some stranger with a resident card."""
        people = self.place.strangers
        while True:
            row = int(people[self.dice.randrange(len(people))])
            person: Cells = self.place.people.slice(row, 1).select(["name", "id_number", "id_type"]).to_pylist()[0]
            if person["id_type"] == "resident_id":
                return person


#: Plants the fault and answers with the verdict, or answers None when the row does not lend itself.
Planter = Callable[[Spot], Verdict | None]

ACCEPTED = Verdict()
REPAIRED = Verdict("accepted", ("repaired_value",))


def in_list(planter: Callable[[str], str | None]) -> Planter:
    """Planter that rewrites a text, or the first item of a list."""

    def plant(spot: Spot) -> Verdict | None:
        value = spot.value
        first = value[0] if isinstance(value, list) and value else value
        new = planter(first) if isinstance(first, str) else None
        if new is None or new == first:
            return None
        spot.set([new, *value[1:]] if isinstance(value, list) else new)
        return ACCEPTED

    return plant
