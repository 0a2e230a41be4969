"""What happens to strangers' things from night to night: enough that deltas look like deltas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from demo.arrow import Table, pc
from demo.neighbourhood import LENDERS
from demo.nights import Register
from demo.registers import housing, land, vehicles
from demo.registers.projects import PERMIT_CAPACITY, PERMITS_PER_DEBTOR
from demo.stories.tale import Change, Row, Tale, merged

#: changed things a night per debtor
_CARS, _HOMES, _RIGHTS, _ENTITIES = 0.035, 0.022, 0.014, 0.02


def changes(tale: Tale, night: int, source: str, register: Register) -> Iterator[Change]:
    """The night's changes of one register to things of strangers."""
    maker = {
        "vehicles": _vehicles,
        "housing": _housing,
        "land": _land,
        "enterprises": _enterprises,
        "planning": _planning,
        "mining": _mining,
    }.get(source)
    if maker is not None:
        yield from maker(tale, night, register)


def _times(tale: Tale, share: float) -> int:
    return max(1, round(share * tale.place.size))


def _at(tale: Tale, night: int) -> datetime:
    return datetime.combine(tale.evening(night), time(9 + tale.dice.randrange(8), tale.dice.randrange(60)))


def _row(table: Table, key: str, value: str) -> Row | None:
    found = table.filter(pc.equal(table[key], value))
    return found.slice(0, 1).to_pylist()[0] if len(found) else None


def _vehicles(tale: Tale, night: int, register: Register) -> Iterator[Change]:
    """Cars change hands; one leaves the district for good."""
    cars = register.state["vehicles"]
    count = vehicles.PER_DEBTOR * tale.place.size
    first = tale.place.number * vehicles.CHUNK_CAPACITY + 1
    for _ in range(_times(tale, _CARS)):
        row = _row(cars, "vehicle_id", f"370499{first + tale.dice.randrange(count):08d}")
        buyer = tale.stranger()
        if row is not None and buyer.id_type == "resident_id":
            at = _at(tale, night)
            owner = {"owner_name": buyer.name, "owner_id_type": "resident_id", "owner_id": buyer.id_number}
            sold = owner | {"owner_address": buyer.address, "owned_since": at.date(), "updated_at": at}
            yield Change("vehicles", "vehicles", "U", merged(row, sold))
    vehicle_id = f"370499{first + tale.dice.randrange(count):08d}"
    tied = any(
        _row(register.state[name], "vehicle_id", vehicle_id) for name in ("seizures", "mortgages", "applications")
    )
    if not tied and _row(cars, "vehicle_id", vehicle_id) is not None:
        yield Change("vehicles", "vehicles", "D", {"vehicle_id": vehicle_id})


def _mortgage(tale: Tale, night: int, key: Row) -> Row:
    at = _at(tale, night)
    return {
        **key,
        "mortgage_no": tale.number("DY"),
        "kind": "mortgage",
        "holder_name": LENDERS[0],
        "rank": 2,
        "from_date": at.date(),
        "to_date": at.date() + timedelta(days=3650),
        "registered_at": at,
    }


def _housing(tale: Tale, night: int, register: Register) -> Iterator[Change]:
    """Homes are mortgaged: the whole unit travels."""
    count = housing.PER_DEBTOR * tale.place.size
    first = tale.place.number * housing.CHUNK_CAPACITY + 1
    for _ in range(_times(tale, _HOMES)):
        unit = _row(register.state["units"], "unit_id", f"FW{first + tale.dice.randrange(count):010d}")
        if unit is not None and unit["register_status"] == "current":
            row = _mortgage(tale, night, {"unit_id": unit["unit_id"]}) | {"amount": Decimal(120_000)}
            yield Change("housing", "mortgages", "I", row)


def _land(tale: Tale, night: int, register: Register) -> Iterator[Change]:
    """Rights are mortgaged: only the mortgage travels."""
    count = land.PER_DEBTOR * tale.place.size
    first = tale.place.number * land.CHUNK_CAPACITY + 1
    for _ in range(_times(tale, _RIGHTS)):
        right = _row(register.state["rights"], "right_id", f"TD{first + tale.dice.randrange(count):010d}")
        if right is not None and right["register_status"] == "current":
            row = _mortgage(tale, night, {"right_id": right["right_id"]})
            yield Change("land", "mortgages", "I", row | {"amount": Decimal(30), "amount_unit": "wan_yuan"})


def _enterprises(tale: Tale, night: int, register: Register) -> Iterator[Change]:
    """Entities move; the change is noted."""
    base = register.state["base"]
    for _ in range(_times(tale, _ENTITIES)):
        entity = base.slice(tale.dice.randrange(len(base)), 1).to_pylist()[0]
        at = _at(tale, night)
        moved = {"address": f"测试区示例路{tale.dice.randrange(900)}号", "updated_at": at}
        yield Change("enterprises", "base", "U", merged(entity, moved))
        note: Row = {
            "change_id": tale.number("BG", 12),
            "entity_id": entity["entity_id"],
            "item": "住所变更",
            "before": entity["address"],
            "after": moved["address"],
            "changed_on": at.date(),
            "updated_at": at,
        }
        yield Change("enterprises", "changes", "I", note)


def _planning(tale: Tale, night: int, register: Register) -> Iterator[Change]:
    """A village house is permitted."""
    person = tale.stranger()
    serial = (
        tale.place.number * PERMIT_CAPACITY + int(PERMITS_PER_DEBTOR * tale.place.size) + 10 + tale.count("permit/new")
    )
    at = datetime.combine(tale.evening(night), time(16, 30))
    if person.id_type != "resident_id" or serial % PERMIT_CAPACITY >= PERMIT_CAPACITY // 2:
        return
    row: Row = {
        "permit_id": f"GH{serial:08d}",
        "project_name": "示例村住宅",
        "permit_kind": "rural",
        "permit_no": f"乡字第370499{at.year}{serial:07d}号",
        "holder_name": person.name,
        "holder_id_type": "resident_id",
        "holder_id": person.id_number,
        "location": person.address,
        "area": Decimal(160),
        "issued_on": at.date(),
        "withdrawn": False,
        "updated_at": at,
    }
    yield Change("planning", "permits", "I", row)


def _mining(tale: Tale, night: int, register: Register) -> Iterator[Change]:
    """On the first Tuesday one right of a stranger is renewed: the only night with a delta."""
    tuesday = 2
    if night != tuesday or tale.place.number != 0:
        return
    right = to_be_renewed(register)
    if right is not None:
        to = date(tale.opening.year + 5, 1, 31)
        yield Change("mining", "rights", "U", right | {"register_status": "current", "valid_to": to})


def to_be_renewed(register: Register) -> Row | None:
    """The right that will be renewed: the first that has run out, but none from before 2008 (13 digits)."""
    rights: list[Row] = register.state["rights"].to_pylist()
    expired = (row for row in rights if row["register_status"] == "historic")
    return next((row for row in expired if not row["permit_no"].isdigit()), None)
