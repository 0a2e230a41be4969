"""Which deliveries make up the present state of a source: the manifest ``present/<source>.json``.

The manifest is derived: `rebuild` computes it from the delivery records alone (plus the batches retired on purpose), so
a run killed between a delivery and its registration leaves nothing that the next run does not put right.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import data_contracts
from connectors.records import (
    DeliveryRecord,
    Retry,
    delivery_folder,
    read_deliveries,
    read_retries,
    retry_folder,
)
from core.files import write_json
from core.store import Store


@dataclass(frozen=True)
class Layer:
    """One loaded delivery as far as the present state needs it. `paths` are folders below the store, oldest rows first:
    the delivery itself, then the orphans of it that found their parents later. `answers` is false for a reply without
    an accepted row of the contract's first table, which has one for every inquiry: its rows answer another list, say.
    `complete` is false for a delivery that answers nothing, or of which a declared file is missing or held."""

    delivery_id: str
    business_date: date
    mode: str
    batch: str | None
    data_as_of: datetime
    extracted_at: datetime | None
    tables: tuple[str, ...]
    rows: tuple[int, ...]
    paths: tuple[str, ...]
    retried: tuple[tuple[str, ...], ...]
    contract_version: str
    answers: bool
    complete: bool

    def carries(self, table: str) -> bool:
        return table in self.tables

    def rows_of(self, table: str) -> int:
        """Rows delivered of that table; 0 when it does not carry it."""
        return self.rows[self.tables.index(table)] if table in self.tables else 0

    def files(self, store: Store, table: str) -> list[Path]:
        """Parquet files that hold the accepted rows of `table`."""
        found = [store.root / self.paths[0] / "accepted" / f"{table}.parquet"]
        for path, tables in zip(self.paths[1:], self.retried, strict=True):
            if table in tables:
                found.append(store.root / path / "accepted" / f"{table}.parquet")
        return found


@dataclass(frozen=True)
class Manifest:
    """Layers in the order in which they apply (data_as_of), and reply batches that no case needs any more."""

    source: str
    layers: tuple[Layer, ...]
    retired: tuple[str, ...]


def current(records: Iterable[DeliveryRecord]) -> list[DeliveryRecord]:
    """Loaded deliveries that no other loaded delivery replaces, in the order in which they apply."""
    loaded = [record for record in records if record.state == "loaded"]
    replaced = {old for record in loaded for old in record.replaces}
    alive = [record for record in loaded if record.delivery_id not in replaced]
    return sorted(
        alive, key=lambda record: (record.data_as_of or datetime.min, record.business_date, record.delivery_id)
    )


def taken_before(store: Store, source: str, business_date: date) -> datetime | None:
    """data_as_of of the last delivery that is held of a date before `business_date`; None when none is."""
    moments = (
        record.data_as_of for record in current(read_deliveries(store, source)) if record.business_date < business_date
    )
    return max((moment for moment in moments if moment), default=None)


def rebuild(store: Store, source: str) -> Manifest:
    """Compute the manifest anew and write it if it differs from the one that stands."""
    before = load(store, source)
    retries = read_retries(store, source)
    layers = tuple(
        _layer(store, record, retries)
        for record in current(read_deliveries(store, source))
        if record.batch is None or record.batch not in before.retired
    )
    after = replace(before, layers=layers)
    if after != before:
        _write(store, after)
    return after


def load(store: Store, source: str) -> Manifest:
    """The manifest as it stands; empty for a source that never delivered."""
    path = store.present / f"{source}.json"
    if not path.exists():
        return Manifest(source, (), ())
    document = json.loads(path.read_text(encoding="utf-8"))
    return Manifest(source, tuple(_read_layer(entry) for entry in document["layers"]), tuple(document["retired"]))


def retire_reply_layers(store: Store, source: str, keep: Collection[str]) -> tuple[str, ...]:
    """Take every reply batch that is not in `keep` out of the present state; return the batches taken out.

    Their files stay until the retention job removes them; a rebuild does not bring them back.
    """
    manifest = load(store, source)
    gone = tuple(sorted({layer.batch for layer in manifest.layers if layer.batch and layer.batch not in keep}))
    if gone:
        layers = tuple(layer for layer in manifest.layers if layer.batch not in gone)
        _write(store, Manifest(source, layers, tuple(sorted({*manifest.retired, *gone}))))
    return gone


def last_full(layers: Iterable[Layer], table: str) -> Layer | None:
    """The newest full that carries `table`."""
    fulls = [layer for layer in layers if layer.mode == "full" and layer.carries(table)]
    return fulls[-1] if fulls else None


def _layer(store: Store, record: DeliveryRecord, retries: Iterable[Retry]) -> Layer:
    own = [retry for retry in retries if retry.of == record.delivery_id]
    if record.data_as_of is None:
        raise ValueError(record.delivery_id)
    folders = [delivery_folder(store, record), *(retry_folder(store, retry) for retry in own)]
    answers = record.batch is None or _answers(record)
    return Layer(
        delivery_id=record.delivery_id,
        business_date=record.business_date,
        mode=record.mode,
        batch=record.batch,
        data_as_of=record.data_as_of,
        extracted_at=record.extracted_at,
        tables=tuple(record.tables),
        rows=tuple(count.delivered for count in record.tables.values()),
        paths=tuple(str(folder.relative_to(store.root)) for folder in folders),
        retried=tuple(tuple(retry.tables) for retry in own),
        contract_version=record.contract_version,
        answers=answers,
        complete=answers and not record.missing_files and not record.holds,
    )


def _answers(record: DeliveryRecord) -> bool:
    """Every inquiry has a row there, also one of which nothing is known; nobody is sent an empty list."""
    count = record.tables.get(data_contracts.load(record.source).tables[0].name)
    return count is not None and count.accepted > 0


def _write(store: Store, manifest: Manifest) -> None:
    layers = [{**vars(layer), "business_date": layer.business_date.isoformat()} for layer in manifest.layers]
    for entry in layers:
        for name in ("data_as_of", "extracted_at"):
            entry[name] = entry[name].isoformat() if entry[name] else None
    write_json(
        store.present / f"{manifest.source}.json",
        {"source": manifest.source, "layers": layers, "retired": list(manifest.retired)},
    )


def _read_layer(entry: dict[str, Any]) -> Layer:
    moments = {
        name: datetime.fromisoformat(entry[name]) if entry[name] else None for name in ("data_as_of", "extracted_at")
    }
    lists = {name: tuple(entry[name]) for name in ("tables", "rows", "paths")}
    return Layer(
        **{
            **entry,
            **moments,
            **lists,
            "answers": entry.get("answers", True),  # manifests of before: the next rebuild knows better
            "retried": tuple(tuple(tables) for tables in entry["retried"]),
            "business_date": date.fromisoformat(entry["business_date"]),
        }
    )
