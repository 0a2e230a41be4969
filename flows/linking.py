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

import matching
from core.files import write_json
from core.store import Store
from flows.places import Places

#: The model that a learned one begins from.
BASE = "v3"
#: Of matching.Memory: counts of what was left out.
LEFT_OUT = ("leads_beyond_limit", "pairs_not_compared")


@dataclass(frozen=True)
class Linked:
    """`links` with the columns of matching.LINKS, to be read once; `incremental`: the night before was carried on;
    `left_out`: counts of what was not compared or not shown (of matching.Memory), by name."""

    links: pa.RecordBatchReader
    model: str
    incremental: bool
    left_out: dict[str, int | None]


def link(place: Places, left: pa.Table, right: Path, run_id: str, *, rebuild: bool) -> Linked:
    """Link debtors to records and remember it for tomorrow. `rebuild`, or no memory: learn and compare everything."""
    settings, store = place.settings, place.store
    limits: dict[str, Any] = {"threads": settings.threads, "memory": settings.memory_limit}
    before = None if rebuild else _recall(store)
    folder = store.links / run_id
    shutil.rmtree(folder, ignore_errors=True)
    if before is None:
        memory, model = matching.begin(left, right, folder, BASE, **limits)
        matching.save_model(model, store.models / model.version)
    else:
        model = matching.load_model(str(store.models / before.model))
        memory = matching.relink(left, right, model, before, folder, **limits)
    _remember(store, memory)
    shown = memory.links(model.limits["leads_per_left"])
    return Linked(shown, model.version, before is not None, _left_out(memory))


def _left_out(memory: matching.Memory) -> dict[str, int | None]:
    return {name: getattr(memory, name) for name in LEFT_OUT}


def _recall(store: Store) -> matching.Memory | None:
    """What the last night left; None if it left nothing, or rests on a base model or a form that is no longer used."""
    pointer = _pointer(store)
    if not pointer.exists():
        return None
    current: dict[str, Any] = json.loads(pointer.read_text(encoding="utf-8"))
    if current["base"] != BASE or not (store.models / current["model"] / "model.yaml").exists():
        return None
    counts = (current.get(name) for name in LEFT_OUT)
    memory = matching.Memory(current["model"], store.links / current["folder"], *counts)
    return memory if memory.is_whole() else None


def _remember(store: Store, memory: matching.Memory) -> None:
    """Name tonight's folder, then remove the older ones: a run killed in between leaves the old one valid."""
    pointer = {"base": BASE, "model": memory.model, "folder": memory.folder.name, **_left_out(memory)}
    write_json(_pointer(store), pointer)
    for folder in store.links.iterdir():
        if folder.is_dir() and folder != memory.folder:
            shutil.rmtree(folder)


def _pointer(store: Store) -> Path:
    return store.links / "current.json"
