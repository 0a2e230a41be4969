"""Stories about debtors' vehicles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from data_contracts import load
from demo.neighbourhood import LENDERS
from demo.registers.vehicles import ID_TYPES
from demo.stories.procedures import Procedure
from demo.stories.tale import FOREVER, Party, Row, Tale, merged, yuan

_SOURCE = "vehicles"
_CODE = {canonical: code for code, (canonical, _) in load(_SOURCE).table("vehicles").column("plate_type").codes.items()}
_TYPES = {
    "small": ("K33", "private"),
    "small_nev": ("K33", "private"),
    "large": ("H11", "freight"),
    "motorcycle": ("M21", "private"),
}


@dataclass
class Car:
    """A vehicle in the register: its row, still open to change, and its identifier."""

    row: Row
    identifier: str

    @property
    def id(self) -> str:
        return str(self.row["vehicle_id"])


def own_car(tale: Tale, owner: Party, kind: str = "small", **facts: Any) -> Car:
    """A vehicle of `owner` from the first night (or from_night) on; facts as of `Tale.owned`, plus status, no_plate."""
    vehicle_id, plate, vin = tale.plate(kind)
    vehicle_type, use = _TYPES[kind]
    registered = tale.ago(300 + tale.dice.randrange(3000))
    status = facts.pop("status", ["normal"])
    plate_no = None if facts.pop("no_plate", False) else plate
    from_night = facts.get("from_night", 0)
    row: Row = {
        "vehicle_id": vehicle_id,
        **_owner(owner),
        "plate_type": kind,
        "plate_no": plate_no,
        "vin": vin,
        "engine_no": "E" + vehicle_id[-8:],
        "brand": "示例牌",
        "model": "SL0000A",
        "vehicle_type": vehicle_type,
        "use_nature": use,
        "first_registered_on": registered,
        "inspection_valid_to": tale.opening + timedelta(days=tale.dice.randrange(20, 700)),
        "status": status,
        "authority": "测D",
        "updated_at": tale.at(registered, 15),
    }
    if from_night:
        row |= {"owned_since": tale.evening(from_night), "updated_at": tale.at(tale.evening(from_night), 11)}
        tale.later(from_night, _SOURCE, "vehicles", "I", row)
    else:
        tale.write(_SOURCE, "vehicles", row)
    identifier = f"{_CODE[kind]}:{plate_no}" if plate_no else f"vin:{vin}"
    tale.owned(_SOURCE, ("vehicles", vehicle_id), ("vehicle", identifier), (owner, "sole", 1.0), **facts)
    return Car(row, identifier)


def mortgage(tale: Tale, car: Car, amount: int, *, cancelled: bool = False) -> None:
    """A loan on the car, paid off and cancelled or not."""
    since = max(car.row["first_registered_on"], tale.ago(900))
    row: Row = {
        "vehicle_id": car.id,
        "mortgage_no": str(tale.count(f"mortgage/{car.id}")),
        "holder_name": LENDERS[tale.dice.randrange(len(LENDERS))],
        "contract_no": tale.number("HT"),
        "amount": yuan(amount),
        "registered_at": tale.at(since, 14),
        "cancelled_at": tale.at(since + timedelta(days=200), 14) if cancelled else None,
    }
    tale.write(_SOURCE, "mortgages", row)
    if not cancelled:
        _add_status(car, "mortgaged")


def seized_by_others(tale: Tale, car: Car) -> None:
    """Another court came first."""
    tale.write(_SOURCE, "seizures", _seizure(tale, car, tale.their_seizure(tale.ago(420), 729)))
    _add_status(car, "seized")


def seized_by_us(
    tale: Tale, car: Car, debtor_no: int, *, order: int | None = None, released_on_night: int | None = None
) -> None:
    """Our court seized the car, waiting behind others when `order` is given; the release may come on a later night."""
    case = tale.enforcing_case(debtor_no)
    if case is None:
        return
    thing = car.identifier.partition(":")[2]
    measure = tale.measure(case, debtor_no, "vehicle", thing, addressee="车辆管理所", amount=yuan(80_000))
    row = _seizure(tale, car, tale.our_seizure(measure, "seizure" if order is None else "waiting", 729, order))
    tale.write(_SOURCE, "seizures", row)
    if order is None:
        _add_status(car, "seized")
    if released_on_night is None or not tale.happens(released_on_night):
        return
    at = tale.at(tale.evening(released_on_night), 10)
    released = {"release_document": tale.document(case), "released_at": at}
    tale.later(released_on_night, _SOURCE, "seizures", "U", merged(row, released))
    without = [word for word in car.row["status"] if word != "seized"] or ["normal"]
    free = merged(car.row, {"status": without, "updated_at": at})
    tale.later(released_on_night, _SOURCE, "vehicles", "U", free)


def sell(tale: Tale, owner: Party, night: int, *, stop: bool = False) -> None:
    """A transfer accepted before the first night: registered on `night`, or stopped by our court that day."""
    sold = tale.happens(night) and not stop
    car = own_car(tale, owner, until_night=night if sold else FOREVER)
    buyer = tale.stranger()
    row: Row = {
        "application_no": f"1{tale.opening:%y}9{int(car.id[-8:]):09d}",
        "vehicle_id": car.id,
        "kind": "transfer",
        "accepted_at": tale.at(tale.ago(1), 10, 12),
        "stage": "review",
        "counterparty_name": buyer.name,
        "counterparty_id": buyer.id_number,
        "status": "open",
    }
    procedure = Procedure(tale, _SOURCE, row, debtor_no=owner.debtor_no or 0, record_id=car.id)
    if stop:
        procedure.stop(night)
    elif sold:
        at = procedure.register(night)
        handed_over = _owner(buyer) | {"owned_since": at.date(), "updated_at": at}
        tale.later(night, _SOURCE, "vehicles", "U", merged(car.row, handed_over))


def _owner(owner: Party) -> Row:
    return {
        "owner_name": owner.name,
        "owner_id_type": owner.id_type if owner.id_type in ID_TYPES else "other",
        "owner_id": owner.id_number,
        "owner_address": owner.address,
    }


def _seizure(tale: Tale, car: Car, columns: Row) -> Row:
    return {"vehicle_id": car.id, "seizure_no": str(tale.count(f"seizure/{car.id}")), **columns}


def _add_status(car: Car, word: str) -> None:
    others = [known for known in car.row["status"] if known not in ("normal", word)]
    car.row["status"] = [*others, word]
