"""A row as it would be if nobody made a mistake: what was true when the register wrote it, and which cells it keeps."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from benchmarks import numbers
from benchmarks.glyphs import Flags, Texts, Whole, read_yaml
from benchmarks.task import firms as business
from benchmarks.task import people as folk
from benchmarks.task.firms import firm_names
from benchmarks.task.holdings import COURT, FIRM, PERSON, SOURCES, Holdings
from benchmarks.task.homes import write_addresses
from benchmarks.task.rows import CELLS, Rows
from benchmarks.task.world import World

_VISIBLE_IN = {
    "address": ("moved",),
    "phone": ("phone_changed", "household_phone"),
    "birth_date": ("birth_placeholder", "birth_error"),
}
_FIRM_KINDS = np.array(["91", "92", "93"], dtype=object)


def true_rows(rng: np.random.Generator, world: World, held: Holdings) -> Rows:
    """Rows with every cell, then with those cells only that the register keeps."""
    size = len(held)
    empty = {cell: np.full(size, None, dtype=object) for cell in CELLS}
    rows = Rows(held=held, organization=(held.party == FIRM) | held.in_shop, **empty)
    _people_cells(rng, world, rows, np.flatnonzero(held.party == PERSON))
    _firm_cells(rng, world, rows, np.flatnonzero(held.party == FIRM))
    _births(rng, rows)
    _keep_known(rng, rows)
    return rows


def person_numbers(world: World, at: Whole, old: Flags | None = None) -> Texts:
    """Resident numbers of people; where `old`, the one they had before it was changed."""
    people, own = world.people, world.people.number_of[at]
    if old is None:
        return numbers.resident_ids(people.birth[own], people.seq[own])
    birth = np.where(old, people.old_birth[own], people.birth[own])
    return numbers.resident_ids(birth, np.where(old, people.old_seq[own], people.seq[own]))


def person_names(world: World, at: Whole) -> Texts:
    """Current names."""
    return _take(world.people.name, at)


def shop_numbers(at: Whole) -> Texts:
    """Credit codes of the shops that people run under their own name, apart from those of `Firms`."""
    return numbers.usccs(np.full(len(at), "92", dtype=object), numbers.org_codes(at + 300_000_000))


def _people_cells(rng: np.random.Generator, world: World, rows: Rows, at: Whole) -> None:
    people, owner = world.people, rows.held.owner[at]
    rates, court = read_yaml("rates.yaml")["facts"], rows.held.source[at] == COURT
    calm = np.where(court, rows.untidiness[at], 1.0)
    former = _take(people.former_name, owner)
    renamed = former != None  # noqa: E711 - elementwise
    under_former = renamed & (rng.random(len(at)) < rates["former_name"] * calm)
    current = person_names(world, owner)
    rows.name[at] = np.where(under_former, former, current)
    rows.mark(at[under_former], "former_name")
    tells = renamed & ~under_former & (rng.random(len(at)) < np.where(court, 0.45, 0.05))
    rows.former_name[at[tells]] = former[tells]
    _person_number_cells(rng, world, rows, at, calm)
    rows.birth_date[at] = numbers.birth_text(people.birth[owner])
    rows.sex[at] = np.where(people.male[owner], "男", "女")
    moved = (people.old_home[owner] != people.home[owner]) & (rng.random(len(at)) < rates["moved"] * calm)
    rows.address[at] = write_addresses(rng, world.homes, np.where(moved, people.old_home[owner], people.home[owner]))
    rows.mark(at[moved], "moved")
    changed = (people.old_phone[owner] != people.phone[owner]) & (rng.random(len(at)) < rates["phone_changed"] * calm)
    phone = np.where(changed, people.old_phone[owner], people.phone[owner])
    rows.mark(at[changed], "phone_changed")
    family = (people.spouse[owner] >= 0) & (rng.random(len(at)) < rates["household_phone"])
    phone = np.where(family, people.phone[np.where(family, people.spouse[owner], owner)], phone)
    rows.mark(at[family], "household_phone")
    rows.phone[at] = numbers.serials("154", phone, 8)


def _person_number_cells(rng: np.random.Generator, world: World, rows: Rows, at: Whole, calm: Whole) -> None:
    people, owner = world.people, rows.held.owner[at]
    had_other = (people.old_seq[owner] != people.seq[owner]) & (people.number_of[owner] == owner)
    old = had_other & (rng.random(len(at)) < read_yaml("rates.yaml")["facts"]["changed_number"] * calm)
    rows.id_number[at] = person_numbers(world, owner, old)
    rows.id_type[at] = "resident_id"
    rows.mark(at[old], "changed_number")
    rows.mark(at[people.number_of[owner] != owner], "shared_number")
    documents = {
        folk.HM_TRAVEL: ("hm_travel", "H"),
        folk.TW_TRAVEL: ("tw_travel", ""),
        folk.PASSPORT: ("passport", "E"),
    }
    for document, (id_type, prefix) in documents.items():
        rare = people.document[owner] == document
        rows.id_number[at[rare]] = numbers.serials(prefix, owner[rare], 8)
        rows.id_type[at[rare]] = id_type
        rows.mark(at[rare], "weak_document")


def _firm_cells(rng: np.random.Generator, world: World, rows: Rows, at: Whole) -> None:
    firms, owner = world.firms, rows.held.owner[at]
    former = (firms.former_brand[owner] != None) & (rng.random(len(at)) < 0.4 * rows.untidiness[at])  # noqa: E711
    rows.name[at] = firm_names(firms, owner, former)
    rows.mark(at[former], "former_name")
    renamed = (firms.former_brand[owner] != None) & ~former  # noqa: E711
    tells = np.flatnonzero(renamed & (rng.random(len(at)) < np.where(rows.held.source[at] == COURT, 0.4, 0.25)))
    rows.former_name[at[tells]] = firm_names(firms, owner[tells], np.ones(len(tells), dtype=bool))
    rows.id_number[at] = numbers.usccs(_FIRM_KINDS[firms.kind[owner]], numbers.org_codes(owner))
    rows.id_type[at] = "uscc"
    rows.address[at] = write_addresses(rng, world.homes, firms.home[owner])
    mobile = rng.random(len(at)) < 0.5
    rows.phone[at] = np.where(
        mobile,
        numbers.serials("154", world.people.phone[firms.owner[owner]], 8),
        numbers.serials("0632-0", firms.landline[owner], 6),
    )
    rows.mark(at[firms.relation[owner] == business.BRANCH], "branch")


def _births(rng: np.random.Generator, rows: Rows) -> None:
    rates = read_yaml("rates.yaml")["facts"]
    known = rows.birth_date != None  # noqa: E711 - elementwise
    blank = np.flatnonzero(known & (rng.random(len(rows)) < rates["birth_placeholder"] * rows.untidiness))
    wrong = np.flatnonzero(known & (rng.random(len(rows)) < rates["birth_error"] * rows.untidiness))
    shift = np.array([-3653, -365, -31, -1, 1, 9, 30, 366, 3653], "timedelta64[D]")[rng.integers(0, 9, len(wrong))]
    days = (rows.birth_date[wrong].astype("datetime64[D]") + shift).astype("datetime64[D]")
    rows.birth_date[wrong] = np.datetime_as_string(days).astype(object)
    rows.birth_date[blank] = "1900-01-01"
    rows.mark(wrong, "birth_error")
    rows.mark(blank, "birth_placeholder")


def _keep_known(rng: np.random.Generator, rows: Rows) -> None:
    known = read_yaml("rates.yaml")["known"]
    for cell in ("birth_date", "sex", "address", "phone"):
        share = np.array([known[source][cell] for source in SOURCES])[rows.held.source]
        gone = rng.random(len(rows)) >= share
        if cell in {"birth_date", "sex"}:
            gone |= rows.held.in_shop
        getattr(rows, cell)[gone] = None
        for kind in _VISIBLE_IN.get(cell, ()):
            rows.unmark(np.flatnonzero(gone), kind)


def _take(words: pa.StringArray, at: Whole) -> Texts:
    taken: Texts = words.take(pa.array(at, pa.int64())).to_numpy(zero_copy_only=False)
    return taken
