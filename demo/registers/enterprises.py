"""The register of market entities: every firm of the neighbourhood, debtors included, and who holds its equity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_contracts import load
from demo import numbers
from demo.arrow import Column, Table, pa, pc
from demo.firms import FIRMS_PER_CHUNK
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
from demo.population import STREAM_REGISTERS
from demo.registers.vehicles import foreign_seizures
from demo.writing.text import typed_table

CHUNK_CAPACITY = 10_000
STORIES_FROM = 5_000
_HOLDERS = {"company": 0, "partnership": 2, "cooperative": 3, "sole_investor": 1}  # 0 = one to four
_SPLITS = np.array([[100, 0, 0, 0], [60, 40, 0, 0], [40, 35, 25, 0], [40, 30, 20, 10]])
_LEGAL_REP_IDS = ("resident_id", "military", "passport", "hm_travel", "tw_travel")
_HOLDER_IDS = ("resident_id", "passport", "hm_travel", "tw_travel", "uscc", "reg_no")
_WAN = 10_000


@dataclass(frozen=True)
class Equity:
    """Who holds what: row of `firms`, row of `parties`, percent, number of the equity entry."""

    firm: Ints
    holder: Ints
    percent: Ints
    serial: Ints


def everybody(place: Neighbourhood) -> tuple[dict[str, Table], Equity]:
    """Typed tables of the enterprises register, and the equity behind them."""
    draw = place.draw(STREAM_REGISTERS, 4)
    firms = place.firms
    listed = np.flatnonzero(np.asarray(firms["in_register"].to_numpy(zero_copy_only=False))).astype(np.int64)
    base = firms.take(pa.array(listed)).combine_chunks()
    equity = _equity(place, draw, listed, base)
    return {
        "base": _base(place, draw, base),
        "equity": _equity_rows(place, draw, equity),
        "equity_freeze": _freezes(place, draw, equity),
        "equity_pledge": _pledges(place, draw, equity),
        "changes": _changes(place, draw, base),
        "applications": _applications(place, draw, base),
        "branches": _branches(place, draw, base),
    }, equity


def entity_ids(firm_id: Ints) -> Column:
    """ZT and twelve digits."""
    return numbers.numbered("ZT", firm_id + 1, 12)


def _base(place: Neighbourhood, draw: Draw, base: Table) -> Table:
    count = len(base)
    founded = _days(base["founded_on"])
    rep = base["legal_rep_id_type"]
    known = pc.is_in(rep, pa.array(_LEGAL_REP_IDS))
    stocked = ~np.isin(np.array(base["kind"].to_pylist()), ("sole_proprietor", "branch"))
    registered = np.asarray(base["capital_registered"].to_numpy()) * 1_000_000
    paid = np.asarray(base["capital_paid"].to_numpy()) * 1_000_000
    return typed_table(
        load("enterprises").table("base"),
        {
            "entity_id": entity_ids(np.asarray(base["firm_id"].to_numpy())),
            "name": base["name"],
            "uscc": base["uscc"],
            "reg_no": base["reg_no"],
            "former_names": base["former_names"],
            "entity_kind": base["kind"],
            "company_type": base["company_type"],
            "legal_rep_name": base["legal_rep_name"],
            "legal_rep_id_type": pc.if_else(
                known, rep, pc.if_else(pc.is_valid(rep), "other", pa.scalar(None, pa.string()))
            ),
            "legal_rep_id": base["legal_rep_id_number"],
            "capital_registered": amounts(registered, 6, ~stocked),
            "capital_paid": amounts(paid, 6, ~stocked),
            "currency": blank(pa.repeat("156", count), ~stocked),
            "founded_on": base["founded_on"],
            "term_to": days(founded + 365 * 30, draw.chance(count, 0.6)),
            "status": base["status"],
            "status_on": base["status_on"],
            "industry": base["industry"],
            "address": base["address"],
            "updated_at": clock(
                np.maximum(founded, place.today - draw.whole(1, 2000, count)), office_seconds(draw, count)
            ),
        },
        count,
    )


def _equity(place: Neighbourhood, draw: Draw, listed: Ints, base: Table) -> Equity:
    """The representative is the first holder; further ones are strangers, now and then a firm."""
    kind = base["kind"].to_pylist()
    fixed = np.array([_HOLDERS.get(word, -1) for word in kind], dtype=np.int64)
    holders = np.where(fixed == 0, draw.weighted((25, 35, 25, 15), len(base)) + 1, np.maximum(fixed, 0))
    firm = np.repeat(np.arange(len(base), dtype=np.int64), holders)
    seq = np.arange(len(firm), dtype=np.int64) - np.repeat(np.cumsum(holders) - holders, holders)
    people = np.asarray(place.people["person_id"].to_numpy())
    rep = np.searchsorted(people, np.asarray(pc.fill_null(base["legal_rep_id"], 0).to_numpy()))
    other = draw.among(place.strangers, len(firm))
    companies = place.firm_party(draw.among(place.free_firms_of("company"), len(firm)))
    other = np.where(draw.chance(len(firm), 0.1) & (companies != place.firm_party(listed[firm])), companies, other)
    holder = np.where(seq == 0, rep[firm], other)
    # Nobody holds two entries of one company: a repeated stranger steps aside for the next in the list.
    taken = {}
    for place_in, (company, party) in enumerate(zip(firm.tolist(), holder.tolist(), strict=True)):
        while (company, party) in taken:
            party = int(place.strangers[(party + 1) % len(place.strangers)])  # noqa: PLW2901
        taken[company, party] = True
        holder[place_in] = party
    percent = _SPLITS[holders[firm] - 1, seq]
    serial = place.number * CHUNK_CAPACITY + 1 + np.arange(len(firm), dtype=np.int64)
    return Equity(listed[firm], holder, percent, serial)


def _equity_rows(place: Neighbourhood, draw: Draw, equity: Equity) -> Table:
    count = len(equity.firm)
    firm = place.firms.take(pa.array(equity.firm)).combine_chunks()
    holder = place.parties.take(pa.array(equity.holder))
    known = pc.is_in(holder["id_type"], pa.array(_HOLDER_IDS))
    founded = _days(firm["founded_on"])
    capital, paid = (np.asarray(firm[name].to_numpy()) for name in ("capital_registered", "capital_paid"))
    return typed_table(
        load("enterprises").table("equity"),
        {
            "equity_id": equity_ids(equity.serial),
            "entity_id": entity_ids(np.asarray(firm["firm_id"].to_numpy())),
            "company_uscc": firm["uscc"],
            "holder_name": holder["name"],
            "holder_kind": pc.if_else(pc.equal(holder["kind"], "person"), "person", "company"),
            "holder_id_type": pc.if_else(known, holder["id_type"], "other"),
            "holder_id": holder["id_number"],
            "subscribed": amounts(capital * equity.percent * _WAN, 6),
            "paid": amounts(paid * equity.percent * _WAN, 6),
            "ratio_percent": amounts(equity.percent * _WAN, 4).cast(pa.decimal128(7, 4)),
            "due_on": days(founded + 365 * 20, draw.chance(count, 0.3)),
            "updated_at": clock(
                np.maximum(founded, place.today - draw.whole(1, 2000, count)), office_seconds(draw, count)
            ),
        },
        count,
    )


def equity_ids(serial: Ints) -> Column:
    """GQ and twelve digits."""
    return numbers.numbered("GQ", serial, 12)


def _strangers_equity(place: Neighbourhood, draw: Draw, equity: Equity, share: float) -> Ints:
    """Entries of holders who are no debtors, drawn with that share."""
    free = np.asarray(pc.is_null(place.parties["debtor_no"]).to_numpy(zero_copy_only=False))[equity.holder]
    return np.flatnonzero(free & draw.chance(len(equity.firm), share))


def _freezes(place: Neighbourhood, draw: Draw, equity: Equity) -> Table:
    rows = _strangers_equity(place, draw, equity, 0.025)
    count = len(rows)
    firm = place.firms.take(pa.array(equity.firm[rows])).combine_chunks()
    holder = place.parties.take(pa.array(equity.holder[rows]))
    at = place.today - draw.whole(20, 900, count)
    released = draw.chance(count, 0.25) & (at < place.today - 60)
    columns = foreign_seizures(draw, at, released, equity.serial[rows], 1095)
    capital = np.asarray(firm["capital_registered"].to_numpy())
    return typed_table(
        load("enterprises").table("equity_freeze"),
        {
            "freeze_no": numbers.numbered("GD", equity.serial[rows], 12),
            "entity_id": entity_ids(np.asarray(firm["firm_id"].to_numpy())),
            "holder_name": holder["name"],
            "holder_id": holder["id_number"],
            "kind": "freeze",
            "court": columns["authority"],
            "ruling_no": columns["document"],
            "case_no": columns["case_no"],
            "amount": amounts(capital * equity.percent[rows] * _WAN, 6),
            "from_date": columns["from_date"],
            "to_date": columns["to_date"],
            "wait_order": 1,
            "published_at": columns["registered_at"],
            "release_document": columns["release_document"],
            "released_at": columns["released_at"],
            "updated_at": columns["registered_at"],
        },
        count,
    )


def _pledges(place: Neighbourhood, draw: Draw, equity: Equity) -> Table:
    rows = _strangers_equity(place, draw, equity, 0.014)
    count = len(rows)
    firm = place.firms.take(pa.array(equity.firm[rows])).combine_chunks()
    holder = place.parties.take(pa.array(equity.holder[rows]))
    at = place.today - draw.whole(30, 1500, count)
    cancelled = draw.chance(count, 0.3) & (at < place.today - 500)
    capital = np.asarray(firm["capital_registered"].to_numpy())
    return typed_table(
        load("enterprises").table("equity_pledge"),
        {
            "pledge_no": numbers.numbered("370499A", equity.serial[rows], 9),
            "entity_id": entity_ids(np.asarray(firm["firm_id"].to_numpy())),
            "pledgor_name": holder["name"],
            "pledgor_id": holder["id_number"],
            "pledgee_name": draw.words(LENDERS[:4], count),
            "amount": amounts(capital * equity.percent[rows] * _WAN, 6),
            "registered_at": days(at),
            "status": pc.if_else(pa.array(cancelled), "cancelled", "active"),
            "cancelled_at": days(at + 400, ~cancelled),
            "updated_at": clock(at, office_seconds(draw, count)),
        },
        count,
    )


_ITEMS = ("住所变更", "经营范围变更", "法定代表人变更", "投资人变更", "注册资本变更", "章程备案")


def _changes(place: Neighbourhood, draw: Draw, base: Table) -> Table:
    """Three or four entries per entity; what was changed stands in words."""
    times = draw.weighted((2, 8, 20, 25, 20, 15, 10), len(base))
    entity = np.repeat(np.arange(len(base), dtype=np.int64), times)
    count = len(entity)
    founded = _days(base["founded_on"])[entity]
    on = founded + ((place.today - founded) * draw.rng.random(count)).astype(np.int64)
    item = draw.weighted((30, 25, 15, 15, 10, 5), count)
    name = place.parties["name"]
    one, two, three = (name.take(pa.array(draw.among(place.strangers, count))) for _ in range(3))
    capital = draw.whole(1, 40, count) * 50
    little, more = (joined(pa.array(size).cast(pa.string()), "万元") for size in (capital, capital * 2))
    before_holders, after_holders = joined(one, " 60%；", two, " 40%"), joined(three, " 60%；", two, " 40%")
    what = pa.array(item)
    before = pc.choose(what, "测试区示例路1号", "建材销售", one, before_holders, little, "2018年章程")
    after = pc.choose(what, "测试区示例路2号", "建材、五金销售", three, after_holders, more, "新章程")
    return typed_table(
        load("enterprises").table("changes"),
        {
            "change_id": numbers.numbered(
                "BG", place.number * CHUNK_CAPACITY + 1 + np.arange(count, dtype=np.int64), 12
            ),
            "entity_id": entity_ids(np.asarray(base["firm_id"].to_numpy())[entity]),
            "item": texts(_ITEMS, item),
            "before": before,
            "after": after,
            "changed_on": days(on),
            "updated_at": clock(on, office_seconds(draw, count)),
        },
        count,
    )


def _applications(place: Neighbourhood, draw: Draw, base: Table) -> Table:
    """Changes and cancellations of entities that are no debtors."""
    free = np.asarray(pc.is_null(base["debtor_no"]).to_numpy(zero_copy_only=False))
    rows = np.flatnonzero(free & draw.chance(len(base), 0.013))
    count = len(rows)
    firm_id = np.asarray(base["firm_id"].to_numpy())[rows]
    at = place.today - draw.whole(1, 150, count)
    done = draw.chance(count, 0.5)
    morning = office_seconds(draw, count)
    return typed_table(
        load("enterprises").table("applications"),
        {
            "application_no": numbers.numbered("SL2026", firm_id, 9),
            "entity_id": entity_ids(firm_id),
            "kind": "change",
            "accepted_at": clock(at, morning),
            "stage": pc.if_else(
                pa.array(done), "certificate", draw.words(("accepted", "first_check", "review"), count)
            ),
            "registered_at": clock(at + 2, morning, ~done),
            "status": pc.if_else(pa.array(done), "done", "open"),
            "updated_at": clock(at, morning),
        },
        count,
    )


def _branches(place: Neighbourhood, draw: Draw, base: Table) -> Table:
    branch: Flags = np.asarray(pc.is_valid(base["parent_id"]).to_numpy(zero_copy_only=False))
    rows = base.filter(pa.array(branch)).combine_chunks()
    count = len(rows)
    parent = np.asarray(rows["parent_id"].to_numpy()) - place.number * FIRMS_PER_CHUNK
    parents = place.firms.take(pa.array(parent.astype(np.int64)))
    founded = _days(rows["founded_on"])
    return typed_table(
        load("enterprises").table("branches"),
        {
            "branch_entity_id": entity_ids(np.asarray(rows["firm_id"].to_numpy())),
            "name": rows["name"],
            "uscc": rows["uscc"],
            "parent_name": parents["name"],
            "parent_uscc": parents["uscc"],
            "status": rows["status"],
            "updated_at": clock(founded, office_seconds(draw, count)),
        },
        count,
    )


def _days(column: Column) -> Ints:
    return np.asarray(column.cast(pa.int32()).to_numpy()).astype(np.int64)
