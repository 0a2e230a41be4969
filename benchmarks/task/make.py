"""Write a task to a folder: what an engine may see (left, right) and what only the measures may (truth, known)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.glyphs import Flags, Whole
from benchmarks.numbers import birth_text, serials_in_order
from benchmarks.task import people as folk
from benchmarks.task.facts import person_names, true_rows
from benchmarks.task.firms import RELATIONS, firm_names
from benchmarks.task.holdings import COURT, FIRM, PERSON, Holdings, make_holdings
from benchmarks.task.name_trouble import trouble_names
from benchmarks.task.number_trouble import trouble_numbers
from benchmarks.task.rows import Rows, kind_lists
from benchmarks.task.world import Size, World, make_world

CHUNK = 200_000
FIRM_BASE = 1 << 32  # owners of both parties in one number


def make_task(folder: Path, size: Size, seed: int) -> None:
    """Files left, right, truth, left_known and right_known; the same seed gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    world_seed, holding_seed, debtor_seed, row_seed = np.random.SeedSequence(seed).spawn(4)
    world = make_world(np.random.default_rng(world_seed), size)
    debtors = _debtor_list(np.random.default_rng(debtor_seed), world, size)
    _write_side(folder / "left", np.random.default_rng(debtor_seed.spawn(1)[0]), world, debtors, "D")
    held = make_holdings(np.random.default_rng(holding_seed), world, size.records)
    starts = range(0, len(held), CHUNK)
    with _Writer(folder / "right.parquet") as records, _Writer(folder / "right_known.parquet") as truths:
        for start, chunk_seed in zip(starts, row_seed.spawn(len(starts)), strict=True):
            part = held.rows(start, start + CHUNK)
            table, about = _render(np.random.default_rng(chunk_seed), world, part, "R", start)
            records.write(table)
            truths.write(about)
    write_truth(folder)


def _debtor_list(rng: np.random.Generator, world: World, size: Size) -> Holdings:
    """Every debtor once, and 2.5 % of the list a second time."""
    people = np.concatenate([world.debtor_people, world.debtor_people])
    firms = np.concatenate([world.debtor_firms, world.debtor_firms])
    missing = size.debtors - size.person_debtors - size.firm_debtors
    people = people[: size.person_debtors + int(missing * 0.85)]
    firms = firms[: size.debtors - len(people)]
    owner = np.concatenate([people, firms])
    party = np.repeat([PERSON, FIRM], [len(people), len(firms)])
    order = rng.permutation(size.debtors)
    count = size.debtors
    return Holdings(
        party[order], owner[order], np.full(count, -1), np.full(count, COURT), np.zeros(count, dtype=np.bool_)
    )


def _write_side(path: Path, rng: np.random.Generator, world: World, held: Holdings, letter: str) -> None:
    table, about = _render(rng, world, held, letter, 0)
    held_by_some = np.zeros(len(world.people), dtype=bool), np.zeros(len(world.firms), dtype=bool)
    held_by_some[PERSON][world.debtor_people[world.people_held]] = True
    held_by_some[FIRM][world.debtor_firms[world.firms_held]] = True
    is_person = held.party == PERSON
    flag = np.where(
        is_person,
        held_by_some[PERSON][np.where(is_person, held.owner, 0)],
        held_by_some[FIRM][np.where(is_person, 0, held.owner)],
    )
    about = about.append_column("held", pa.array(flag))
    pq.write_table(table, path.with_suffix(".parquet"))
    pq.write_table(about, path.with_name(f"{path.name}_known.parquet"))


def _render(
    rng: np.random.Generator, world: World, held: Holdings, letter: str, start: int
) -> tuple[pa.Table, pa.Table]:
    rows = true_rows(rng, world, held)
    trouble_numbers(rng, world, rows)
    trouble_names(rng, world, rows)
    ids = serials_in_order(letter, start + np.arange(len(held)))
    table = rows.table(ids)
    return table, _about(world, rows, table)


def _about(world: World, rows: Rows, table: pa.Table) -> pa.Table:
    """Who a row is about: the owner, those it reaches, the family or group, the true name and birth date."""
    held = rows.held
    is_firm: Flags = held.party == FIRM
    person: Whole = np.where(is_firm, 0, held.owner)
    firm: Whole = np.where(is_firm, held.owner, 0)
    reached = np.where(is_firm, FIRM_BASE + world.firms.reach[firm], held.owner)
    family = np.where(is_firm, FIRM_BASE + world.firms.group[firm], world.people.household[person])
    role = np.where(
        is_firm,
        np.array(RELATIONS, dtype=object)[world.firms.relation[firm]],
        np.array(folk.ROLES, dtype=object)[world.people.role[person]],
    )
    number = np.where(is_firm, FIRM_BASE + held.owner, world.people.number_of[person])
    return pa.table(
        {
            **{name: table[name].combine_chunks() for name in ("record_id", "source", "party_type")},
            "reached": pa.array(reached),
            "co_reached": pa.array(held.co_owner, mask=held.co_owner < 0),
            "family": pa.array(family),
            "role": pa.array(role, pa.string()),
            "number": pa.array(number),
            "true_name": pa.array(
                np.where(is_firm, firm_names(world.firms, firm), person_names(world, person)), pa.string()
            ),
            "true_birth": pa.array(birth_text(world.people.birth[person]), pa.string(), mask=is_firm),
            "kinds": kind_lists(rows.marks),
        }
    )


def write_truth(folder: Path) -> None:
    """All true pairs, with the kinds of both rows; those of the debtor's own row are prefixed."""
    query = Path(__file__).with_name("truth.sql").read_text(encoding="utf-8")
    with duckdb.connect() as connection:
        pq.write_table(connection.execute(query, [str(folder)]).to_arrow_table(), folder / "truth.parquet")


class _Writer:
    """Row groups as they come; the schema is the first one's."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> _Writer:
        return self

    def write(self, table: pa.Table) -> None:
        """Append one chunk."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema)
        self._writer.write_table(table)

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()
