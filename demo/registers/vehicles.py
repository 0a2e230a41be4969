"""Vehicles of strangers."""

from __future__ import annotations

import numpy as np

from data_contracts import load
from demo import numbers
from demo.arrow import Column, Table, pa, pc
from demo.neighbourhood import (
    LENDERS,
    OTHER_COURT_CODES,
    OTHER_COURTS,
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
from demo.population import STREAM_REGISTERS
from demo.writing.text import typed_table

PER_DEBTOR = 11
CHUNK_CAPACITY = 10_000  # vehicle numbers a neighbourhood may give out
STORIES_FROM = 5_000  # numbers below belong to strangers

PLATE_TYPES = (
    "small",
    "small_nev",
    "large",
    "motorcycle",
    "trailer",
    "light_motorcycle",
    "large_nev",
    "driving_school",
)
_PLATE_WEIGHTS = (70, 8, 6, 12, 2, 1, 0.5, 0.5)
_VEHICLE_TYPES = ("K33", "K33", "H11", "M21", "B11", "M22", "K11", "K33")
_BRANDS = ("示例牌", "例达牌", "测信牌", "试驰牌", "示远牌", "例风牌")
_PLATE_LETTERS = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", dtype=np.uint8)
#: vehicle id types: everything the register has no code for is "other"
ID_TYPES = (
    "resident_id",
    "org_code",
    "military",
    "passport",
    "household_book",
    "hmt_residence",
    "foreign_residence",
    "uscc",
)


def strangers(place: Neighbourhood) -> dict[str, Table]:
    """Typed tables of the vehicles register for everybody but debtors."""
    contract = load("vehicles")
    draw = place.draw(STREAM_REGISTERS, 1)
    count = PER_DEBTOR * place.size
    serial = place.number * CHUNK_CAPACITY + 1 + np.arange(count, dtype=np.int64)
    firms = place.free_firms_of("company", "branch", "sole_investor", "partnership")
    by_firm = draw.chance(count, 0.12)
    owner = np.where(by_firm, place.firm_party(draw.among(firms, count)), draw.among(place.strangers, count))
    kind = np.where(by_firm, draw.weighted((45, 6, 30, 0, 12, 0, 4, 3), count), draw.weighted(_PLATE_WEIGHTS, count))
    registered = place.today - draw.whole(10, 4500, count)
    moved = draw.chance(count, 0.3)
    since = np.minimum(registered + draw.whole(200, 3000, count), place.today - 5)
    gone = draw.chance(count, 0.025)
    mortgages, mortgaged = _mortgages(place, draw, serial, registered)
    seizures, seized = _seizures(place, draw, serial, registered)
    vehicle_id = vehicle_ids(serial)
    return {
        "vehicles": typed_table(
            contract.table("vehicles"),
            {
                "vehicle_id": vehicle_id,
                **owner_columns(place.parties, owner),
                "plate_type": texts(PLATE_TYPES, kind),
                "plate_no": plates(serial, kind),
                "vin": numbers.vins(serial, draw.whole(0, 3, count)),
                "engine_no": numbers.numbered("E", serial, 8),
                "brand": draw.words(_BRANDS, count),
                "model": joined("SL", numbers.digits_text(serial % 997, 4), "A"),
                "vehicle_type": texts(_VEHICLE_TYPES, kind),
                "use_nature": pc.if_else(
                    pa.array(np.isin(kind, (2, 4, 6))),
                    "freight",
                    pc.if_else(pa.array(kind == 7), "coaching", "private"),
                ),
                "first_registered_on": days(registered),
                "owned_since": days(since, ~moved),
                "inspection_valid_to": days(place.today + draw.whole(-90, 720, count)),
                "scrap_on": days(registered + 5475, ~np.isin(kind, (2, 3, 5))),
                "status": statuses(draw, seized, mortgaged, gone),
                "authority": "测D",
                "updated_at": clock(np.where(moved, since, registered), office_seconds(draw, count)),
            },
            count,
        ),
        "seizures": seizures,
        "mortgages": mortgages,
        "applications": _applications(place, draw, serial),
    }


def vehicle_ids(serial: Ints) -> Column:
    """370499 and eight digits."""
    return numbers.numbered("370499", serial, 8)


def plates(serial: Ints, kind: Ints) -> Column:
    """Plate numbers: no two vehicles of a plate type share one. Trailers end in 挂, school cars in 学."""
    width = len(_PLATE_LETTERS)

    def code(length: int, step: int) -> Column:
        scrambled = serial * step % width**length
        powers = width ** np.arange(length - 1, -1, -1, dtype=np.int64)
        return numbers.texts(_PLATE_LETTERS[scrambled[:, None] // powers % width])

    five, four = code(5, 1_000_003), code(4, 7_919)
    plain, electric = joined("测D", five), joined("测DD", five)
    lorry = joined("测D", five, texts(("D", "F"), serial % 2))
    return pc.choose(
        pa.array(kind),
        plain,
        electric,
        plain,
        plain,
        joined("测D", four, "挂"),
        plain,
        lorry,
        joined("测D", four, "学"),
    )


def owner_columns(parties: Table, owner: Ints) -> dict[str, Column]:
    """The owner as the register writes one."""
    chosen = parties.take(pa.array(owner))
    known = pc.is_in(chosen["id_type"], pa.array(ID_TYPES))
    return {
        "owner_name": chosen["name"],
        "owner_id_type": pc.if_else(known, chosen["id_type"], "other"),
        "owner_id": chosen["id_number"],
        "owner_address": chosen["address"],
    }


def statuses(draw: Draw, seized: Flags, mortgaged: Flags, gone: Flags) -> Column:
    """Lists of letters' meanings: normal alone, otherwise everything that applies."""
    count = len(seized)
    moved: Flags = gone & draw.chance(count, 0.5)
    overdue, fined = draw.chance(count, 0.03), draw.chance(count, 0.05)
    applies: list[Flags] = [moved, gone & ~moved, seized, mortgaged, fined, overdue]
    meanings = ("moved_out", "cancelled", "seized", "mortgaged", "violation_open", "inspection_overdue", "normal")
    flags = np.stack([*applies, ~np.logical_or.reduce(applies)], axis=1)
    values = texts(meanings, np.nonzero(flags)[1])
    return pa.ListArray.from_arrays(np.concatenate([[0], np.cumsum(flags.sum(axis=1))]).astype(np.int32), values)


def _mortgages(place: Neighbourhood, draw: Draw, serial: Ints, registered: Ints) -> tuple[Table, Flags]:
    has = draw.chance(len(serial), 0.22)
    rows = np.flatnonzero(has)
    count = len(rows)
    at = np.minimum(registered[rows] + draw.whole(0, 20, count), place.today - 2)
    cancelled = draw.chance(count, 0.35) & (at < place.today - 400)
    active = np.zeros(len(serial), dtype=bool)
    active[rows] = ~cancelled
    table = typed_table(
        load("vehicles").table("mortgages"),
        {
            "vehicle_id": vehicle_ids(serial[rows]),
            "mortgage_no": "1",
            "holder_name": draw.words(LENDERS, count, (3, 2, 2, 1, 6)),
            "contract_no": numbers.numbered("HT", serial[rows], 8),
            "amount": amounts(draw.whole(3, 40, count) * 1_000_000, 2),
            "registered_at": clock(at, office_seconds(draw, count)),
            "cancelled_at": clock(at + draw.whole(300, 390, count), office_seconds(draw, count), ~cancelled),
        },
        count,
    )
    return table, active


def _seizures(place: Neighbourhood, draw: Draw, serial: Ints, registered: Ints) -> tuple[Table, Flags]:
    """Other courts' seizures, some of them released."""
    rows = np.flatnonzero(draw.chance(len(serial), 0.025))
    count = len(rows)
    at = np.maximum(registered[rows], place.today - draw.whole(20, 700, count))
    at = np.minimum(at, place.today - 1)
    released = np.asarray(draw.chance(count, 0.3) & (at < place.today - 60))
    active = np.zeros(len(serial), dtype=bool)
    active[rows] = ~released
    columns = foreign_seizures(draw, at, released, serial[rows], 729)
    columns |= {"vehicle_id": vehicle_ids(serial[rows]), "seizure_no": "1"}
    return typed_table(load("vehicles").table("seizures"), columns, count), active


def foreign_seizures(draw: Draw, at: Ints, released: Flags, serial: Ints, term: int) -> dict[str, Column]:
    """Columns that seizures have in every register, for seizures by courts other than ours from the days `at` on."""
    count = len(at)
    court = draw.whole(0, len(OTHER_COURTS), count)
    year = pc.year(days(at)).cast(pa.string())
    number = pa.array(serial % 90_000 + 100).cast(pa.string())
    case = joined("（", year, "）", texts(OTHER_COURT_CODES, court), "执", number, "号")
    morning = office_seconds(draw, count)
    return {
        "kind": "seizure",
        "authority": texts(OTHER_COURTS, court),
        "document": joined(case, "之一"),
        "case_no": case,
        "from_date": days(at),
        "to_date": days(at + term),
        "registered_at": clock(at, morning),
        "release_document": blank(joined(case, "之三"), ~released),
        "released_at": clock(at + 45, morning, ~released),
    }


def _applications(place: Neighbourhood, draw: Draw, serial: Ints) -> Table:
    """Open and finished transfers among strangers."""
    rows = np.flatnonzero(draw.chance(len(serial), 0.003))
    count = len(rows)
    buyer = place.parties.take(pa.array(draw.among(place.strangers, count)))
    done = draw.chance(count, 0.5)
    at = place.today - draw.whole(1, 80, count)
    morning = office_seconds(draw, count)
    return typed_table(
        load("vehicles").table("applications"),
        {
            "application_no": application_numbers(at, serial[rows]),
            "vehicle_id": vehicle_ids(serial[rows]),
            "kind": "transfer",
            "accepted_at": clock(at, morning),
            "stage": pc.if_else(
                pa.array(done), "certificate", draw.words(("accepted", "first_check", "review"), count)
            ),
            "counterparty_name": buyer["name"],
            "counterparty_id": buyer["id_number"],
            "registered_at": clock(at, morning + 7200, ~done),
            "status": pc.if_else(pa.array(done), "done", "open"),
        },
        count,
    )


def application_numbers(at: Ints, serial: Ints) -> Column:
    """Thirteen digits: 1, the year, a serial number that nothing else in the register has."""
    year = numbers.compact_dates(at) // 10_000 % 100
    return numbers.texts(
        np.hstack([numbers.constant("1", len(at)), numbers.digits(year, 2), numbers.digits(serial, 10)])
    )
