"""Land rights of strangers: homesteads, building land, village land."""

from __future__ import annotations

import numpy as np

from data_contracts import load
from demo import numbers
from demo.arrow import Table, pa, pc
from demo.neighbourhood import (
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
from demo.people import TOWNS, VILLAGES
from demo.population import STREAM_REGISTERS
from demo.registers import parcels
from demo.registers.owners import Owners, draw_owners, first_names, holder_columns
from demo.registers.vehicles import foreign_seizures
from demo.writing.text import typed_table

PER_DEBTOR = 4
CHUNK_CAPACITY = 10_000
STORIES_FROM = 5_000
_UNDER_HOUSES = 0.4

RIGHT_TYPES = (
    "homestead_with_building",
    "homestead",
    "state_construction",
    "collective_construction",
    "contracted_land",
)
_BARE_WEIGHTS = (0, 50, 25, 10, 15)


def strangers(place: Neighbourhood, house_owners: Owners) -> dict[str, Table]:
    """Typed tables of the land register; the first rights lie under houses of `house_owners` and belong to them."""
    contract = load("land")
    draw = place.draw(STREAM_REGISTERS, 3)
    count = PER_DEBTOR * place.size
    houses, start = np.unique(house_owners.thing, return_index=True)
    under = min(len(houses), int(count * _UNDER_HOUSES))
    bare = count - under
    drawn = _bare_owners(place, draw, bare)
    ends = int(start[under]) if under < len(start) else len(house_owners.thing)
    owners = _together(house_owners, ends, under, drawn)
    first_house = houses[0] if len(houses) else 0
    local = np.concatenate(
        [parcels.HOUSES_FROM + houses[:under] - first_house, parcels.BARE_FROM + np.arange(bare)]
    ).astype(np.int64)
    kind = np.concatenate([np.zeros(under, dtype=np.int64), draw.weighted(_BARE_WEIGHTS, bare)])
    serial = place.number * CHUNK_CAPACITY + 1 + np.arange(count, dtype=np.int64)
    state_owned = kind == 2
    registered = place.today - draw.whole(20, 8000, count)
    old = (registered < place.today - 4500) & draw.chance(count, 0.3)
    year = pc.year(days(registered)).cast(pa.string())
    serial_text = numbers.digits_text(serial % 10_000_000, 7)
    zero = np.zeros(count, dtype=np.int64)
    price = draw.whole(20, 900, count) * 10_000
    status = draw.weighted((94, 4, 1, 1), count)
    return {
        "rights": typed_table(
            contract.table("rights"),
            {
                "right_id": right_ids(serial),
                "unit_no": blank(
                    parcels.unit_numbers(
                        parcels.parcel_number(place.number, local), (~state_owned).astype(np.int64), zero, zero
                    ),
                    old,
                ),
                "cert_no": blank(joined("鲁（", year, "）测试区不动产权第", serial_text, "号"), old),
                "old_cert_no": blank(joined("测集用（", year, "）第", serial_text, "号"), ~old),
                "right_type": texts(RIGHT_TYPES, kind),
                "right_nature": pc.if_else(pa.array(state_owned), "granted", "collective_approved"),
                "land_use": pc.if_else(pa.array(state_owned), "0601", "0702"),
                "area": amounts(draw.whole(1_200_000, 9_000_000, count), 4),
                "area_unit": "m2",
                "use_from": days(registered - 30, ~state_owned),
                "use_to": days(registered - 30 + 365 * 50, ~state_owned),
                "location": joined(
                    "测试区",
                    draw.words(TOWNS, count),
                    draw.words(VILLAGES, count),
                    "村",
                    pa.array(local).cast(pa.string()),
                    "号",
                ),
                "price": amounts(price, 4, ~state_owned),
                "price_paid": amounts(price, 4, ~state_owned),
                "register_status": texts(("current", "historic", "ended", "temporary"), status),
                "registered_at": clock(registered, office_seconds(draw, count)),
            },
            count,
        ),
        "holders": typed_table(
            contract.table("holders"),
            {
                "right_id": right_ids(serial[owners.thing]),
                "seq": owners.seq,
                **holder_columns(place.parties, owners, collectives=True),
                "co_ownership": owners.co_ownership,
                "share": owners.share,
                "is_holder": pa.array(owners.seq == 1),
            },
            len(owners.thing),
        ),
        "mortgages": _mortgages(place, draw, serial, registered, state_owned),
        "seizures": _seizures(place, draw, serial, registered),
        "applications": _applications(place, draw, serial, owners),
    }


def right_ids(serial: Ints) -> pa.StringArray:
    """TD and ten digits."""
    return numbers.numbered("TD", serial, 10)


def _bare_owners(place: Neighbourhood, draw: Draw, count: int) -> Owners:
    return draw_owners(place, draw, count, draw.chance(count, 0.15), place.free_firms_of("company", "collective"))


def _together(houses: Owners, ends: int, under: int, bare: Owners) -> Owners:
    """Owners of the first `under` houses (their first `ends` rows), numbered from 0, then those of bare land."""
    renumbered = np.unique(houses.thing[:ends], return_inverse=True)[1]
    return Owners(
        np.concatenate([renumbered, bare.thing + under]).astype(np.int64),
        np.concatenate([houses.seq[:ends], bare.seq]),
        np.concatenate([houses.party[:ends], bare.party]),
        pa.concat_arrays([houses.co_ownership[:ends], bare.co_ownership]),
        pa.concat_arrays([houses.share[:ends], bare.share]),
    )


def _mortgages(place: Neighbourhood, draw: Draw, serial: Ints, registered: Ints, state_owned: Flags) -> Table:
    rows = np.flatnonzero(draw.chance(len(serial), 0.2) | (state_owned & draw.chance(len(serial), 0.4)))
    count = len(rows)
    at = np.minimum(registered[rows] + draw.whole(1, 900, count), place.today - 3)
    cancelled = draw.chance(count, 0.3) & (at < place.today - 500)
    return typed_table(
        load("land").table("mortgages"),
        {
            "mortgage_no": numbers.numbered("DY", serial[rows], 10),
            "right_id": right_ids(serial[rows]),
            "cert_no": joined(
                "鲁（",
                pc.year(days(at)).cast(pa.string()),
                "）测试区不动产证明第",
                numbers.digits_text(serial[rows], 7),
                "号",
            ),
            "kind": draw.words(("mortgage", "max_mortgage"), count, (70, 30)),
            "holder_name": draw.words(LENDERS[:4], count),
            "amount": amounts(draw.whole(5, 600, count) * 10_000, 4),
            "amount_unit": "wan_yuan",
            "rank": 1,
            "from_date": days(at),
            "to_date": days(at + 365 * draw.whole(2, 12, count)),
            "registered_at": clock(at, office_seconds(draw, count)),
            "cancelled_at": clock(at + draw.whole(200, 480, count), office_seconds(draw, count), ~cancelled),
        },
        count,
    )


def _seizures(place: Neighbourhood, draw: Draw, serial: Ints, registered: Ints) -> Table:
    rows = np.flatnonzero(draw.chance(len(serial), 0.042))
    count = len(rows)
    at = np.minimum(np.maximum(registered[rows], place.today - draw.whole(20, 1000, count)), place.today - 1)
    released = draw.chance(count, 0.3) & (at < place.today - 60)
    columns = foreign_seizures(draw, at, released, serial[rows], 1095)
    columns |= {
        "right_id": right_ids(serial[rows]),
        "seizure_no": numbers.numbered("CF", serial[rows], 10),
        "scope": "全部",
    }
    return typed_table(load("land").table("seizures"), columns, count)


def _applications(place: Neighbourhood, draw: Draw, serial: Ints, owners: Owners) -> Table:
    rows = np.flatnonzero(draw.chance(len(serial), 0.007))
    count = len(rows)
    buyer = place.parties.take(pa.array(draw.among(place.strangers, count)))
    done = draw.chance(count, 0.5)
    at = place.today - draw.whole(1, 150, count)
    morning = office_seconds(draw, count)
    return typed_table(
        load("land").table("applications"),
        {
            "application_no": numbers.numbered("2026", serial[rows], 10),
            "right_id": right_ids(serial[rows]),
            "kind": "transfer",
            "applicant_name": first_names(place.parties, owners).take(pa.array(rows)),
            "accepted_at": clock(at, morning),
            "stage": pc.if_else(
                pa.array(done), "certificate", draw.words(("accepted", "first_check", "review"), count)
            ),
            "due_on": days(at + 10),
            "counterparty_name": buyer["name"],
            "counterparty_id": buyer["id_number"],
            "price": amounts(draw.whole(10, 500, count) * 10_000, 4),
            "registered_at": clock(at + 3, morning, ~done),
            "status": pc.if_else(pa.array(done), "done", "open"),
        },
        count,
    )
