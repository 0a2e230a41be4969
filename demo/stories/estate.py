"""Stories about debtors' homes, buildings and land."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from demo.neighbourhood import LENDER_IDS, LENDERS
from demo.people import ESTATES, TOWNS, VILLAGES
from demo.registers import parcels
from demo.registers.owners import holder_kind, register_id_type
from demo.stories.procedures import Procedure
from demo.stories.tale import FOREVER, Party, Row, Tale, merged, yuan

Shared = Sequence[tuple[Party, str | None]]
_PARTS = {None: None, "1/2": 0.5, "1/3": 1 / 3, "2/3": 2 / 3, "50%": 0.5, "1": 1.0}


@dataclass
class Estate:
    """A unit or a land right: its main row, still open to change, its owners and its identifier."""

    source: str
    row: Row
    owners: list[Row]
    identifier: str

    @property
    def id(self) -> str:
        return str(self.row["unit_id" if self.source == "housing" else "right_id"])

    @property
    def key(self) -> Row:
        name = "unit_id" if self.source == "housing" else "right_id"
        return {name: self.row[name]}


def own_home(tale: Tale, owners: Shared, **facts: Any) -> Estate:
    """A finished unit of `owners` (party, share; two without share own jointly). Facts: `Tale.owned`, row, parcel.

    `parcel` puts the unit on that parcel; `only_certificate` leaves an old certificate instead of the unit number.
    """
    serial = tale.place.number * 10_000 + 5_000 + tale.count("unit")
    parcel = facts.pop("parcel", None) or new_parcel(tale)
    only_certificate, rest = facts.pop("only_certificate", False), facts.pop("row", {})
    registered = tale.ago(400 + tale.dice.randrange(4000))
    area = tale.dice.randrange(6_000, 15_000)
    building = tale.count(f"building/{parcel}")
    old_number = f"测房权证字第{serial % 10_000_000:07d}号"
    row: Row = {
        "unit_id": f"FW{serial:010d}",
        "unit_no": None if only_certificate else unit_no(parcel, "GB", building, 101),
        "cert_no": None if only_certificate else f"鲁（{registered.year}）测试区不动产权第{serial % 10_000_000:07d}号",
        "old_cert_no": old_number if only_certificate else None,
        "location": f"测试区{ESTATES[serial % len(ESTATES)]}{serial % 37 + 41}号楼1单元{serial % 17 + 1:d}01室",
        "floor_area": Decimal(area).scaleb(-2),
        "inner_area": Decimal(area * 4 // 5).scaleb(-2),
        "planned_use": "residence",
        "house_nature": "market",
        "completed_on": registered - timedelta(days=200),
        "floors": f"{serial % 17 + 1}/18",
        "price": yuan(area * 48),
        "register_status": "current",
        "registered_at": tale.at(registered, 9),
    } | rest
    holders = _holders(owners, {"unit_id": row["unit_id"]}, collectives=False)
    for holder, (party, _) in zip(holders, owners, strict=True):
        holder["phone"] = party.phone if tale.dice.random() < 0.4 else None
    first, final = owners[0][0], registered - timedelta(days=1400)
    seller = tale.stranger()
    history = [
        {"unit_id": row["unit_id"], "seq": 1, "kind": "first", "to_party": seller.name, "happened_on": final},
        {"unit_id": row["unit_id"], "seq": 2, "kind": "sale", "from_party": seller.name, "to_party": first.name,
         "happened_on": registered, "price": row["price"]},
    ]  # fmt: skip
    identifier = row["unit_no"] or f"cert:{row['cert_no'] or row['old_cert_no']}"
    estate = Estate("housing", row, holders, identifier)
    _put(tale, estate, ("units", "owners", "history"), history, facts.get("from_night", 0))
    _claim(tale, estate, owners, ("owners", "housing"), facts | {"gross_value": row["price"]})
    return estate


def own_land(tale: Tale, owners: Shared, kind: str = "homestead", **facts: Any) -> Estate:
    """A land right of `owners`; `kind` as in the register. Facts as for homes."""
    serial = tale.place.number * 10_000 + 5_000 + tale.count("right")
    parcel = facts.pop("parcel", None) or new_parcel(tale)
    rest = facts.pop("row", {})
    granted = kind.startswith("state")
    registered = tale.ago(500 + tale.dice.randrange(4000))
    use = registered - timedelta(days=30)
    row: Row = {
        "right_id": f"TD{serial:010d}",
        "unit_no": unit_no(parcel, "GB" if granted else "JC", 0, 0),
        "cert_no": f"鲁（{registered.year}）测试区不动产权第{serial % 10_000_000:07d}号",
        "right_type": kind,
        "right_nature": "granted" if granted else "collective_approved",
        "land_use": "0601" if granted else "0702",
        "area": Decimal(tale.dice.randrange(1_200_000, 90_000_000 if granted else 4_000_000)).scaleb(-4),
        "area_unit": "m2",
        "use_from": use if granted else None,
        "use_to": date(use.year + 50, use.month, min(use.day, 28)) if granted else None,
        "location": f"测试区{TOWNS[serial % len(TOWNS)]}{VILLAGES[serial % len(VILLAGES)]}村{serial % 500}号",
        "price": Decimal(350) if granted else None,
        "price_paid": Decimal(350) if granted else None,
        "register_status": "current",
        "registered_at": tale.at(registered, 10),
    } | rest
    holders = _holders(owners, {"right_id": row["right_id"]}, collectives=True)
    estate = Estate("land", row, holders, row["unit_no"] or f"cert:{row['cert_no'] or row['old_cert_no']}")
    _put(tale, estate, ("rights", "holders", ""), [], facts.get("from_night", 0))
    _claim(tale, estate, owners, ("holders", "land_use_right"), facts)
    return estate


def house_on_own_land(tale: Tale, owners: Shared, *, factory: bool) -> tuple[Estate, Estate]:
    """Building and land, two records of two registers that share nineteen characters of the unit number."""
    parcel = new_parcel(tale)
    kind = "state_construction_with_building" if factory else "homestead_with_building"
    land = own_land(tale, owners, kind, parcel=parcel)
    mark = "GB" if factory else "JC"
    row: Row = {"unit_no": unit_no(parcel, mark, 1, 1), "location": land.row["location"], "house_nature": "homestead"}
    if factory:
        row |= {"planned_use": "industry", "house_nature": "other", "floors": "1/2"}
    else:
        row |= {"price": None}
    return own_home(tale, owners, parcel=parcel, row=row), land


def buy_presale(tale: Tale, buyer: Party, kind: str, **facts: Any) -> Estate:
    """A flat that is bought but not yet registered: a unit with a notice and without owners."""
    serial = tale.place.number * 10_000 + 5_000 + tale.count("unit")
    parcel = new_parcel(tale)
    signed = tale.ago(60 + tale.dice.randrange(500))
    row: Row = {
        "unit_id": f"FW{serial:010d}",
        "unit_no": unit_no(parcel, "GB", 1, 1001),
        "location": f"测试区示例新城{serial % 60 + 1}号楼1单元1001室",
        "floor_area": Decimal(11_850).scaleb(-2),
        "planned_use": "residence",
        "house_nature": "market",
        "floors": "10/26",
        "register_status": "temporary",
    }
    price = yuan(tale.dice.randrange(400_000, 1_100_000))
    notice: Row = {
        "unit_id": row["unit_id"],
        "notice_no": tale.number("YG"),
        "kind": kind,
        "contract_no": tale.number("HT"),
        "signed_on": signed,
        "price": price,
        "buyer_name": buyer.name,
        "buyer_id": buyer.id_number,
        "seller_name": "测试区示例置业有限公司",
        "registered_at": tale.at(signed + timedelta(days=1), 15),
        "status": "active",
    }
    tale.write("housing", "units", row)
    tale.write("housing", "notices", notice)
    estate = Estate("housing", row, [], f"contract:{notice['contract_no']}")
    record = ("notices", f"{row['unit_id']}/{notice['notice_no']}")
    presale = ("presale_housing", estate.identifier)
    tale.owned("housing", record, presale, (buyer, "sole", 1.0), gross_value=price, **facts)
    return estate


def mortgage(
    tale: Tale, estate: Estate, amount: int, *, rank: int = 1, cancelled: bool = False, most: bool = False
) -> None:
    """A mortgage in yuan; the land register keeps it in 万元."""
    since = max(estate.row["registered_at"].date() if estate.row.get("registered_at") else tale.ago(800), tale.ago(900))
    lender = tale.dice.randrange(3)
    proof = (tale.place.number * 10_000 + tale.count("proof")) % 10_000_000
    columns: Row = {
        **estate.key,
        "mortgage_no": tale.number("DY"),
        "cert_no": f"鲁（{since.year}）测试区不动产证明第{proof:07d}号",
        "kind": "max_mortgage" if most else "mortgage",
        "holder_name": LENDERS[lender],
        "amount": yuan(amount),
        "rank": rank,
        "from_date": since,
        "to_date": since + timedelta(days=3650),
        "registered_at": tale.at(since, 10),
        "cancelled_at": tale.at(since + timedelta(days=250), 10) if cancelled else None,
    }
    if estate.source == "housing":
        columns |= {"holder_id": LENDER_IDS[lender]}
    else:
        columns |= {"amount": Decimal(amount).scaleb(-4), "amount_unit": "wan_yuan"}
    tale.write(estate.source, "mortgages", columns)


def seized_by_others(tale: Tale, estate: Estate, *, released: bool = False) -> None:
    """Another court came first; perhaps it has released the thing since."""
    columns = tale.their_seizure(tale.ago(500), 1094)
    if released:
        columns |= {"release_document": columns["case_no"] + "之三", "released_at": tale.at(tale.ago(90), 11)}
    tale.write(estate.source, "seizures", {**estate.key, "seizure_no": tale.number("CF"), "scope": "全部", **columns})


def seized_by_us(
    tale: Tale,
    estate: Estate,
    debtor_no: int,
    kind: str = "seizure",
    *,
    order: int | None = None,
    ends_in: int | None = None,
    released_on_night: int | None = None,
) -> None:
    """Our court's seizure in its register and in the case. `ends_in` days from the first night it would expire."""
    case = tale.enforcing_case(debtor_no)
    if case is None:
        return
    asset = {"housing": "housing", "land": "land_use_right"}[estate.source]
    facts: Row = {"amount": yuan(400_000)}
    if kind == "pre_seizure":
        facts["kind"] = "pre_seizure"
    elif order is not None:
        facts["kind"] = "waiting"
    if ends_in is not None:
        facts["served"] = tale.opening + timedelta(days=ends_in - 1094)
    thing = estate.row["unit_no"] or estate.identifier.partition(":")[2]
    measure = tale.measure(case, debtor_no, asset, thing, **facts)
    columns = tale.our_seizure(measure, kind, 1094, order)
    row = {**estate.key, "seizure_no": tale.number("CF"), "scope": "全部", **columns}
    tale.write(estate.source, "seizures", row)
    if released_on_night is not None and tale.happens(released_on_night):
        released = {
            "release_document": tale.document(case),
            "released_at": tale.at(tale.evening(released_on_night), 11),
        }
        tale.later(released_on_night, estate.source, "seizures", "U", merged(row, released))


def transfer(tale: Tale, owner: Party, source: str, night: int, *, stop: bool = False) -> None:
    """A sale accepted before the first night: registered on `night` to the buyer, or stopped by our court that day."""
    sold = tale.happens(night) and not stop
    housing = source == "housing"
    estate = (own_home if housing else own_land)(tale, [(owner, None)], until_night=night if sold else FOREVER)
    buyer = tale.stranger()
    price = tale.dice.randrange(30, 90)
    row: Row = {
        **estate.key,
        "application_no": tale.number("2026"),
        "kind": "transfer",
        "accepted_at": tale.at(tale.ago(2), 9, 40),
        "stage": "first_check",
        "due_on": tale.opening + timedelta(days=6),
        "counterparty_name": buyer.name,
        "counterparty_id": buyer.id_number,
        "price": yuan(price * 10_000) if housing else Decimal(price),
        "status": "open",
    }
    row |= {"reason": "买卖"} if housing else {"applicant_name": owner.name, "applicant_id": owner.id_number}
    procedure = Procedure(tale, source, row, debtor_no=owner.debtor_no or 0, record_id=f"{estate.id}/1")
    if stop:
        procedure.stop(night)
    elif sold:
        at = procedure.register(night)
        main, holders = ("units", "owners") if housing else ("rights", "holders")
        tale.later(night, source, main, "U", merged(estate.row, {"registered_at": at}))
        tale.later(night, source, holders, "U", _holders([(buyer, None)], estate.key, collectives=not housing)[0])
    if sold and housing:
        change = {**estate.key, "seq": 3, "kind": "sale", "from_party": owner.name, "to_party": buyer.name}
        tale.later(night, source, "history", "I", change | {"happened_on": at.date(), "price": row["price"]})


def given_away(tale: Tale, owner: Party, receiver: Party) -> None:
    """The debtor's former home, given to somebody of the family after the judgment: not the debtor's any more."""
    home = own_home(tale, [(receiver, None)])
    gift = {**home.key, "seq": 3, "kind": "gift", "from_party": owner.name, "to_party": receiver.name,
            "happened_on": tale.ago(200), "price": yuan(0)}  # fmt: skip
    tale.write("housing", "history", gift)
    if owner.debtor_no is not None and receiver.debtor_no is None:
        tale.stranger_owns("housing", "owners", f"{home.id}/1", owner.debtor_no, "given_away")


def new_parcel(tale: Tale) -> int:
    """A parcel on which nothing stands yet."""
    return tale.place.number * parcels.CHUNK_CAPACITY + parcels.STORIES_FROM + tale.count("parcel")


def unit_no(parcel: int, mark: str, building: int, room: int) -> str:
    """The 28 characters of a building on a parcel, or of the bare parcel when `building` is 0."""
    zone, place = divmod(parcel, 100_000)
    rest = "W00000000" if building == 0 else f"F{building:04d}{room:04d}"
    return f"370499{zone:06d}{mark}{place:05d}{rest}"


def _holders(owners: Shared, key: Row, *, collectives: bool) -> list[Row]:
    rows: list[Row] = []
    for seq, (party, share) in enumerate(owners, start=1):
        manner = "by_shares" if share not in (None, "1") else ("joint" if len(owners) > 1 else "sole")
        rows.append(
            {
                **key,
                "seq": seq,
                "name": party.name,
                "id_type": register_id_type(party.id_type),
                "id_number": party.id_number,
                "holder_kind": holder_kind(party.kind, collectives),
                "co_ownership": manner,
                "share": share,
                "is_holder": seq == 1,
            }
        )
    return rows


def _put(tale: Tale, estate: Estate, tables: tuple[str, str, str], history: list[Row], night: int) -> None:
    main, holders, past = tables
    if night:
        tale.later(night, estate.source, main, "I", estate.row)
        for table, rows in ((holders, estate.owners), (past, history)):
            for row in rows:
                tale.later(night, estate.source, table, "I", row)
        return
    tale.write(estate.source, main, estate.row)
    tale.write(estate.source, holders, *estate.owners)
    if past:
        tale.write(estate.source, past, *history)


def _claim(tale: Tale, estate: Estate, owners: Shared, named: tuple[str, str], facts: Row) -> None:
    """The truth for every owner; `named` is (table that names the owners, asset kind)."""
    table, kind = named
    for holder, (party, share) in zip(estate.owners, owners, strict=True):
        manner = holder["co_ownership"]
        part = 1.0 if manner == "sole" else _PARTS[share]
        record = (table, f"{estate.id}/{holder['seq']}")
        tale.owned(estate.source, record, (kind, estate.identifier), (party, manner, part), **facts)
