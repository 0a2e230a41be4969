"""Flats, houses and presale units of strangers, with everything that hangs on them."""

from __future__ import annotations

import numpy as np

from data_contracts import load
from demo import numbers
from demo.arrow import Column, Table, pa, pc
from demo.neighbourhood import (
    LENDER_IDS,
    LENDERS,
    Draw,
    Flags,
    Ints,
    Neighbourhood,
    amounts,
    blank,
    clock,
    days,
    joined,
    office_seconds,
    texts,
)
from demo.people import ESTATES, TOWNS, VILLAGES
from demo.population import STREAM_REGISTERS
from demo.registers import parcels
from demo.registers.owners import Owners, draw_owners, first_names, holder_columns, only_some
from demo.registers.vehicles import foreign_seizures
from demo.writing.text import typed_table

PER_DEBTOR = 9
CHUNK_CAPACITY = 10_000
STORIES_FROM = 5_000
_FLATS, _PRESALE = 0.52, 0.05


def strangers(place: Neighbourhood) -> tuple[dict[str, Table], Owners]:
    """Typed tables of the housing register for everybody but debtors, and the owners of its houses (no flats).

    The first things are flats (completed or presale), the rest houses on parcels of their own; the land register lists
    the same owners for those parcels.
    """
    contract = load("housing")
    draw = place.draw(STREAM_REGISTERS, 2)
    count = PER_DEBTOR * place.size
    flats = int(count * _FLATS)
    number = np.arange(count, dtype=np.int64)
    is_flat = number < flats
    presale = is_flat & draw.chance(count, _PRESALE / _FLATS)
    serial = place.number * CHUNK_CAPACITY + 1 + number
    by_firm = draw.chance(count, 0.04)
    owners = draw_owners(place, draw, count, by_firm, place.free_firms_of("company", "institution"))
    registered = place.today - draw.whole(20, 7000, count)
    status = np.where(presale, 3, draw.weighted((93, 5, 1), count))
    room = (number % 18 + 1) * 100 + number // 18 % 2 + 1
    local = np.where(is_flat, number // parcels.FLATS_A_PARCEL, parcels.HOUSES_FROM + number - flats)
    unit_no = parcels.unit_numbers(
        parcels.parcel_number(place.number, local), (~is_flat).astype(np.int64), np.ones(count, dtype=np.int64), room
    )
    old = ~presale & (registered < place.today - 4000) & draw.chance(count, 0.3)
    year = pc.year(days(registered)).cast(pa.string())
    serial_text = numbers.digits_text(serial % 10_000_000, 7)
    area = draw.whole(4_500, 18_000, count)
    price = area * draw.whole(30, 70, count) * 100
    columns: dict[str, Column | str] = {
        "unit_id": unit_ids(serial),
        "unit_no": blank(unit_no, old),
        "cert_no": blank(joined("鲁（", year, "）测试区不动产权第", serial_text, "号"), old | presale),
        "old_cert_no": blank(joined("测房权证字第", serial_text, "号"), ~old),
        "location": _locations(draw, number, is_flat, local, room),
        "floor_area": amounts(area, 2),
        "inner_area": amounts(area * 4 // 5, 2, ~is_flat),
        "planned_use": pc.if_else(pa.array(by_firm), "business", "residence"),
        "house_nature": pc.if_else(
            pa.array(is_flat),
            draw.words(("market", "relocation", "affordable", "reform"), count, (80, 9, 4, 7)),
            "homestead",
        ),
        "completed_on": days(registered - draw.whole(60, 800, count), presale),
        "floors": joined(pa.array(number % 18 + 1).cast(pa.string()), "/18") if count else pa.nulls(0, pa.string()),
        "price": amounts(price, 2, ~is_flat | presale),
        "register_status": texts(("current", "historic", "ended", "temporary"), status),
        "registered_at": clock(registered, office_seconds(draw, count), presale),
    }
    held = owners.of(~presale)
    return {
        "units": typed_table(contract.table("units"), columns, count),
        "owners": _owners(place, draw, serial, held),
        "mortgages": _mortgages(place, draw, serial, registered, ~presale & (status == 0)),
        "seizures": _seizures(place, draw, serial, registered, ~presale & (status == 0)),
        "notices": _notices(place, draw, serial, is_flat, presale),
        "applications": _applications(place, draw, serial, ~presale & (status == 0)),
        "history": _history(place, draw, serial, registered, held),
    }, owners.of(~is_flat)


def unit_ids(serial: Ints) -> Column:
    """FW and ten digits."""
    return numbers.numbered("FW", serial, 10)


def _locations(draw: Draw, number: Ints, is_flat: Flags, local: Ints, room: Ints) -> Column:
    count = len(number)
    building, stair, door = (pa.array(n).cast(pa.string()) for n in (local % 40 + 1, number // 18 % 4 + 1, room))
    flat = joined("测试区", texts(ESTATES, local % len(ESTATES)), building, "号楼", stair, "单元", door, "室")
    house = joined(
        "测试区",
        draw.words(TOWNS, count),
        draw.words(VILLAGES, count),
        "村",
        pa.array(number + 1).cast(pa.string()),
        "号",
    )
    return pc.if_else(pa.array(is_flat), flat, house)


def _owners(place: Neighbourhood, draw: Draw, serial: Ints, owners: Owners) -> Table:
    count = len(owners.thing)
    short = place.parties["id_15"].take(pa.array(owners.party))
    phone = place.parties["phone"].take(pa.array(owners.party))
    return typed_table(
        load("housing").table("owners"),
        {
            "unit_id": unit_ids(serial[owners.thing]),
            "seq": owners.seq,
            **holder_columns(place.parties, owners, collectives=False),
            "id_number_15": only_some(short, draw, 0.15),
            "co_ownership": owners.co_ownership,
            "share": owners.share,
            "is_holder": pa.array(owners.seq == 1),
            "phone": only_some(phone, draw, 0.4),
        },
        count,
    )


def _mortgages(place: Neighbourhood, draw: Draw, serial: Ints, registered: Ints, possible: Flags) -> Table:
    rows = np.flatnonzero(possible & draw.chance(len(serial), 0.4))
    count = len(rows)
    at = np.minimum(registered[rows] + draw.whole(1, 900, count), place.today - 3)
    cancelled = draw.chance(count, 0.25) & (at < place.today - 500)
    lender = draw.whole(0, 3, count)
    return typed_table(
        load("housing").table("mortgages"),
        {
            "unit_id": unit_ids(serial[rows]),
            "mortgage_no": numbers.numbered("DY", serial[rows], 10),
            "cert_no": joined(
                "鲁（",
                pc.year(days(at)).cast(pa.string()),
                "）测试区不动产证明第",
                numbers.digits_text(serial[rows], 7),
                "号",
            ),
            "kind": draw.words(("mortgage", "max_mortgage"), count, (85, 15)),
            "holder_name": texts(LENDERS, lender),
            "holder_id": texts(LENDER_IDS, lender),
            "amount": amounts(draw.whole(8, 90, count) * 1_000_000, 2),
            "rank": 1,
            "from_date": days(at),
            "to_date": days(at + 365 * draw.whole(3, 28, count)),
            "registered_at": clock(at, office_seconds(draw, count)),
            "cancelled_at": clock(at + draw.whole(200, 480, count), office_seconds(draw, count), ~cancelled),
        },
        count,
    )


def _seizures(place: Neighbourhood, draw: Draw, serial: Ints, registered: Ints, possible: Flags) -> Table:
    rows = np.flatnonzero(possible & draw.chance(len(serial), 0.042))
    count = len(rows)
    at = np.minimum(np.maximum(registered[rows], place.today - draw.whole(20, 1000, count)), place.today - 1)
    released = draw.chance(count, 0.3) & (at < place.today - 60)
    columns = foreign_seizures(draw, at, released, serial[rows], 1095)
    columns |= {
        "unit_id": unit_ids(serial[rows]),
        "seizure_no": numbers.numbered("CF", serial[rows], 10),
        "scope": "全部",
    }
    return typed_table(load("housing").table("seizures"), columns, count)


def _notices(place: Neighbourhood, draw: Draw, serial: Ints, is_flat: Flags, presale: Flags) -> Table:
    """The filed contract of every presale flat, and of a third of the finished ones, long since converted."""
    rows = np.flatnonzero(presale | (is_flat & draw.chance(len(serial), 0.33)))
    count = len(rows)
    waiting = presale[rows]
    signed = place.today - np.where(waiting, draw.whole(5, 700, count), draw.whole(1500, 5000, count))
    buyer = place.parties.take(pa.array(draw.among(place.strangers, count)))
    seller = place.firms["name"].take(pa.array(draw.among(place.free_firms_of("company"), count)))
    return typed_table(
        load("housing").table("notices"),
        {
            "unit_id": unit_ids(serial[rows]),
            "notice_no": numbers.numbered("YG", serial[rows], 10),
            "kind": pc.if_else(pa.array(draw.chance(count, 0.35)), "presale_purchase", "contract_filing"),
            "contract_no": numbers.numbered("HT", serial[rows], 10),
            "signed_on": days(signed),
            "price": amounts(draw.whole(30, 130, count) * 1_000_000, 2),
            "buyer_name": buyer["name"],
            "buyer_id": buyer["id_number"],
            "seller_name": seller,
            "registered_at": clock(signed + 1, office_seconds(draw, count)),
            "status": pc.if_else(pa.array(waiting), "active", "converted"),
        },
        count,
    )


def _applications(place: Neighbourhood, draw: Draw, serial: Ints, possible: Flags) -> Table:
    rows = np.flatnonzero(possible & draw.chance(len(serial), 0.006))
    count = len(rows)
    buyer = place.parties.take(pa.array(draw.among(place.strangers, count)))
    done = draw.chance(count, 0.5)
    at = place.today - draw.whole(1, 150, count)
    morning = office_seconds(draw, count)
    return typed_table(
        load("housing").table("applications"),
        {
            "unit_id": unit_ids(serial[rows]),
            "application_no": numbers.numbered("2026", serial[rows], 10),
            "kind": "transfer",
            "accepted_at": clock(at, morning),
            "stage": pc.if_else(
                pa.array(done), "certificate", draw.words(("accepted", "first_check", "review"), count)
            ),
            "due_on": days(at + 7),
            "counterparty_name": buyer["name"],
            "counterparty_id": buyer["id_number"],
            "price": amounts(draw.whole(20, 150, count) * 1_000_000, 2),
            "reason": "买卖",
            "registered_at": clock(at + 3, morning, ~done),
            "status": pc.if_else(pa.array(done), "done", "open"),
        },
        count,
    )


def _history(place: Neighbourhood, draw: Draw, serial: Ints, registered: Ints, owners: Owners) -> Table:
    """First registration and the changes since, down to the present first owner."""
    things = owners.thing[owners.seq == 1]
    changes = draw.weighted((0.9, 1.0, 0.75, 0.6), len(things)) + 1
    thing = np.repeat(np.arange(len(things)), changes)
    seq = np.arange(len(thing), dtype=np.int64) - np.repeat(np.cumsum(changes) - changes, changes) + 1
    last = seq == changes[thing]
    count = len(thing)
    between = place.parties["name"].take(pa.array(draw.among(place.strangers, count)))
    to_party = pc.if_else(pa.array(last), first_names(place.parties, owners).take(pa.array(thing)), between)
    before = to_party.take(pa.array(np.maximum(np.arange(count) - 1, 0)))
    back = (changes[thing] - seq) * 700
    kind = np.where(seq == 1, 0, draw.weighted((0, 70, 12, 10, 5, 3), count))
    return typed_table(
        load("housing").table("history"),
        {
            "unit_id": unit_ids(serial[things[thing]]),
            "seq": seq,
            "kind": texts(("first", "sale", "gift", "inheritance", "division", "court"), kind),
            "from_party": blank(before, seq == 1),
            "to_party": to_party,
            "happened_on": days(registered[things[thing]] - back),
            "price": amounts(draw.whole(10, 120, count) * 1_000_000, 2, ~np.isin(kind, (1, 5))),
        },
        count,
    )
