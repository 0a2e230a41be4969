"""Tonight's links: only what changed is compared, under a model that is learned anew with each weekly rebuild.

``<store>/models/<version>/``    a learned model; never changed, kept for whoever asks why a link was made
``<store>/links/<folder>/``      what one night leaves for the next (matching.Memory), with ``current.json`` beside it,
                                 which names the folder and the model and is written last
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import matching
from core.files import write_json, written_whole
from core.store import Store
from flows.places import Places

#: The model that a learned one begins from.
BASE = "v3"
#: Fields of matching.Memory in its order: tables as files, counts in the pointer.
PARTS = ("left", "right", "answer")
LEFT_OUT = ("leads_beyond_limit", "pairs_not_compared")


@dataclass(frozen=True)
class Linked:
    """`links` as matching.LINKS; `incremental`: the night before was carried on; `left_out`: counts of what was not
    compared or not shown (of matching.Memory), by name."""

    links: pa.Table
    model: str
    incremental: bool
    left_out: dict[str, int | None]


def link(place: Places, left: pa.Table, right: Path, run_id: str, *, rebuild: bool) -> Linked:
    """Link debtors to records and remember it for tomorrow. `rebuild`, or no memory: learn and compare everything."""
    settings, store = place.settings, place.store
    before = None if rebuild else _recall(store)
    if before is None:
        links, memory, model = matching.begin(left, right, BASE, threads=settings.threads, memory=settings.memory_limit)
        matching.save_model(model, store.models / model.version)
    else:
        model = matching.load_model(str(store.models / before.model))
        links, memory = matching.relink(
            left, right, model, before, threads=settings.threads, memory=settings.memory_limit
        )
    _remember(store, memory, run_id)
    return Linked(links, model.version, before is not None, _left_out(memory))


def _left_out(memory: matching.Memory) -> dict[str, int | None]:
    return {name: getattr(memory, name) for name in LEFT_OUT}


def _recall(store: Store) -> matching.Memory | None:
    """What the last night left; None if it left nothing, or rests on a base model that is no longer used."""
    pointer = _pointer(store)
    if not pointer.exists():
        return None
    current: dict[str, Any] = json.loads(pointer.read_text(encoding="utf-8"))
    if current["base"] != BASE or not (store.models / current["model"] / "model.yaml").exists():
        return None
    left, right, answer = (pq.read_table(store.links / current["folder"] / f"{name}.parquet") for name in PARTS)
    return matching.Memory(current["model"], left, right, answer, *(current.get(name) for name in LEFT_OUT))


def _remember(store: Store, memory: matching.Memory, run_id: str) -> None:
    """Write tonight's folder, name it, then remove the older ones: a run killed in between leaves the old one valid."""
    for name in PARTS:
        with written_whole(store.links / run_id / f"{name}.parquet") as part:
            pq.write_table(getattr(memory, name), part, compression="zstd")
    pointer = {"base": BASE, "model": memory.model, "folder": run_id, **_left_out(memory)}
    write_json(_pointer(store), pointer)
    for folder in store.links.iterdir():
        if folder.is_dir() and folder.name != run_id:
            shutil.rmtree(folder)


def _pointer(store: Store) -> Path:
    return store.links / "current.json"
