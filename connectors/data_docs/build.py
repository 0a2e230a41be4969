"""Brings the site up to date: adds pages of new deliveries, removes those of vanished ones, leaves the rest alone.

What stands in it is remembered in ``site.json``, written last: a build that was killed is done again. The whole site is
made anew when the contracts or the code of the pages have changed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import data_contracts
from connectors import validations
from connectors.data_docs.markup import STYLE
from connectors.data_docs.pages import Entry, delivery, index, suite, suite_path
from connectors.records import read_delivery
from core.files import write_json, written_whole
from core.store import Store
from data_contracts import Contract
from data_contracts.reasons import reasons

HERE = Path(__file__).parent
REMEMBERED = "site.json"


def build(store: Store, full_volume_floor: float) -> int:
    """Bring ``data_docs`` up to date with the deliveries that were judged; returns how many files were written."""
    site = store.data_docs
    contracts = {source: data_contracts.load(source) for source in data_contracts.sources()}
    standing = _standing(contracts.values(), full_volume_floor)
    made_by = _digest(standing)
    listed = _listed(site, made_by)
    anew = listed is None
    entries = listed or {}
    judged = {folder.name: folder for source in contracts for folder in validations.judged_folders(store, source)}
    added, removed = sorted(judged.keys() - entries.keys()), sorted(entries.keys() - judged.keys())
    if not anew and not added and not removed:
        return 0
    pages = standing if anew else {}
    for delivery_id in added:
        record, validation = read_delivery(judged[delivery_id]), validations.read(judged[delivery_id])
        entries[delivery_id] = Entry.of(record, validation)
        pages[entries[delivery_id].path] = delivery(contracts[record.source], record, validation)
    if anew:
        shutil.rmtree(site, ignore_errors=True)
    for delivery_id in removed:
        (site / entries.pop(delivery_id).path).unlink(missing_ok=True)
    pages["index.html"] = index(entries.values(), list(contracts.values()))
    for path, text in pages.items():
        with written_whole(site / path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    kept = [asdict(entries[delivery_id]) for delivery_id in sorted(entries)]
    write_json(site / REMEMBERED, {"made_by": made_by, "deliveries": kept})
    return len(pages) + 1


def _standing(contracts: Iterable[Contract], full_volume_floor: float) -> dict[str, str]:
    """What is in the site whatever is delivered."""
    suites = {suite_path(contract.source): suite(contract, full_volume_floor) for contract in contracts}
    return {**suites, STYLE: (HERE / STYLE).read_text(encoding="utf-8")}


def _listed(site: Path, made_by: str) -> dict[str, Entry] | None:
    """Deliveries in the site by id; None if there is no site, or one that others than we have made."""
    try:
        remembered: dict[str, Any] = json.loads((site / REMEMBERED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if remembered.get("made_by") != made_by or not (site / "index.html").exists():
        return None
    return {entry["delivery_id"]: Entry(**entry) for entry in remembered["deliveries"]}


def _digest(standing: Mapping[str, str]) -> str:
    """SHA-256 over everything but the deliveries that decides what pages look like."""
    code = [path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.py"))]
    digest = hashlib.sha256()
    for part in (*code, *map(repr, sorted(standing.items())), repr(sorted(reasons().items()))):
        digest.update(part.encode())
    return digest.hexdigest()
