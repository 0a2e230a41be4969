"""Write the clerks' task in the form of the other: left, right, truth, left_known, right_known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.clerks.clerks import WAYS, Clerks, garble, hire, leave_out, reformat
from benchmarks.clerks.county import County, make_county
from benchmarks.glyphs import Flags, Texts, Whole
from benchmarks.numbers import old_form, serials_in_order
from benchmarks.task.make import write_truth

SOURCES = ("vehicles", "housing", "tax", "banks")
CELLS = ("name", "id_number", "birth_date", "sex", "address", "phone")


def make_clerks_task(folder: Path, debtors: int, records: int, seed: int) -> None:
    """A record in forty is a debtor's; 15 % of the debtors have none."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(np.random.SeedSequence([seed, 2]))
    county = make_county(rng, records)
    listed = rng.choice(len(county), debtors, replace=False)
    held = rng.random(debtors) >= 0.15
    left, about_left = _side(rng, county, listed, ("court_cases",), hire(rng, 20, care=6))
    pq.write_table(left, folder / "left.parquet")
    pq.write_table(about_left.append_column("held", pa.array(held)), folder / "left_known.parquet")
    theirs = np.repeat(listed[held], rng.integers(1, 3, int(held.sum())))
    others = np.setdiff1d(np.arange(len(county)), listed)
    owners = rng.permutation(np.concatenate([theirs, rng.choice(others, records - len(theirs))]))
    right, about_right = _side(rng, county, owners, SOURCES, hire(rng, 300, care=1))
    pq.write_table(right, folder / "right.parquet")
    pq.write_table(about_right, folder / "right_known.parquet")
    write_truth(folder)


def _side(
    rng: np.random.Generator, county: County, owner: Whole, sources: tuple[str, ...], clerks: Clerks
) -> tuple[pa.Table, pa.Table]:
    """The rows as written, and whom they are about."""
    clerk = rng.integers(0, len(clerks.way), len(owner))
    source = np.array(sources, dtype=object)[clerk % len(sources)]
    cells, garbled = _cells(rng, county, owner, clerks, clerk)
    ids = serials_in_order("D" if len(sources) == 1 else "R", np.arange(len(owner)))
    party = np.where(county.organization[owner], "organization", "person").astype(object)
    id_type = np.where(county.organization[owner], "uscc", "resident_id").astype(object)
    head = {"record_id": ids, "source": source, "party_type": party, "id_type": id_type}
    delivered = {name: pa.array(column, pa.string()) for name, column in (head | cells).items()}
    known: dict[str, pa.Array[Any]] = {name: delivered[name] for name in ("record_id", "source", "party_type")}
    known |= {
        "reached": pa.array(owner),
        "co_reached": pa.nulls(len(owner), pa.int64()),
        "family": pa.array(owner),
        "role": pa.array(np.full(len(owner), "party", dtype=object), pa.string()),
        "number": pa.array(owner),
        "true_name": pa.array(county.name[owner], pa.string()),
        "true_birth": pa.array(county.birth[owner], pa.string()),
        "kinds": _kinds(clerks.way[clerk], garbled),
    }
    return pa.table(delivered), pa.table(known)


def _cells(
    rng: np.random.Generator, county: County, owner: Whole, clerks: Clerks, clerk: Whole
) -> tuple[dict[str, Texts], Flags]:
    """The cells as the clerks wrote them, and which rows have a garbled name or number."""
    size, way = len(owner), clerks.way[clerk]
    moved = rng.random(size) < clerks.stale[clerk]
    lived = np.where(moved, rng.integers(0, len(county), size), owner)
    called = np.where(rng.random(size) < clerks.stale[clerk], rng.integers(0, len(county), size), owner)
    number = county.number[owner]
    old = (rng.random(size) < 0.05) & ~county.organization[owner] & (county.number[owner].astype("U8") < "37049920")
    number[old] = old_form(number[old])
    cells = {
        "name": county.name[owner],
        "id_number": number,
        "birth_date": county.birth[owner],
        "sex": county.sex[owner],
        "address": reformat(rng, county.address[lived]),
        "phone": county.phone[called],
    }
    bad_name = rng.random(size) < clerks.garbles_name[clerk]
    bad_number = rng.random(size) < clerks.garbles_number[clerk]
    cells["name"][bad_name] = garble(rng, cells["name"][bad_name], way[bad_name])
    cells["id_number"][bad_number] = garble(rng, cells["id_number"][bad_number], way[bad_number])
    for cell in ("address", "phone"):
        bad = rng.random(size) < 0.3 * clerks.garbles_name[clerk]
        cells[cell][bad] = garble(rng, cells[cell][bad], way[bad])
    for cell, weight in {"id_number": 0.6, "birth_date": 2.2, "sex": 2.0, "address": 1.0, "phone": 1.2}.items():
        leave_out(rng, cells[cell], weight * clerks.leaves_out[clerk])
    return cells, bad_name | bad_number


def _kinds(way: Whole, garbled: Flags) -> pa.Array[Any]:
    words = np.array(WAYS, dtype=object)[way[garbled]]
    offsets = np.concatenate([[0], np.cumsum(garbled)])
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(words, pa.string()))
