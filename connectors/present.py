"""The present state of a source, merged at read time from its layers: the last full, then the deltas in order.

Nothing is rewritten when a delta comes: views read the layers and leave out what later ones changed (`present_views`).
So a night costs what changed, and an earlier date is another set of layers.

Rules (interface agreements, "Full, delta, reply"): a full replaces everything of its tables; I and U replace by key, D
removes; nested children are replaced with their parent's row; a removed parent removes its children; tables that a
delivery did not bring keep their last state. Replies are not merged: every retained batch stands beside the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from connectors.layers import Layer, Manifest, load, retire_reply_layers
from connectors.present_views import PROVENANCE, Views, parquet, view_name
from connectors.records import delivery_folder, read_deliveries, read_retries, retry_folder
from core.store import Store
from data_contracts import Contract, Table

__all__ = [
    "PROVENANCE",
    "attach",
    "attach_layers",
    "attach_quarantine",
    "layers_until",
    "parents_first",
    "reply_batches",
    "retire_reply_layers",
    "view_name",
]

#: A row of a delivery, and the same row with why it was refused: ``quarantine.parquet`` beside the accepted rows.
PLACE = {"source": "VARCHAR", "business_date": "DATE", "file": "VARCHAR", "table_name": "VARCHAR", "row_no": "BIGINT"}
QUARANTINE = {**PLACE, "reasons": "VARCHAR[]", "fields": "VARCHAR[]", "severity": "VARCHAR", "raw": "VARCHAR"}

#: See `reply_batches`.
REPLY_BATCH: list[tuple[str, pa.DataType]] = [
    ("source", pa.string()),
    ("batch", pa.string()),
    ("business_date", pa.date32()),
    ("data_as_of", pa.timestamp("us")),
    ("extracted_at", pa.timestamp("us")),
    ("complete", pa.bool_()),
]


def attach(con: duckdb.DuckDBPyConnection, store: Store, contract: Contract, as_of: date | None = None) -> None:
    """Create the temporary views ``<source>__<table>``: the rows that hold now, or held on business date `as_of`.

    Columns: those of the contract, then `PROVENANCE` (`_batch` is null for extracts). A source that never delivered
    gives empty views of the same shape.
    """
    attach_layers(con, store, contract, layers_until(load(store, contract.source), as_of))


def layers_until(manifest: Manifest, as_of: date | None, without: Collection[str] = ()) -> tuple[Layer, ...]:
    """Layers of business dates up to `as_of` (None = all), deliveries in `without` left out."""
    return tuple(
        layer
        for layer in manifest.layers
        if (as_of is None or layer.business_date <= as_of) and layer.delivery_id not in without
    )


def attach_layers(
    con: duckdb.DuckDBPyConnection, store: Store, contract: Contract, layers: Sequence[Layer], prefix: str = ""
) -> None:
    """Like `attach`, for given layers in the order in which they apply; view names begin with `prefix`."""
    builder = Views(con, store, contract, layers, prefix)
    for table in parents_first(contract):
        if contract.mode == "reply":
            builder.union(table)
        else:
            builder.merge(table)


def parents_first(contract: Contract) -> list[Table]:
    """Tables ordered so that a parent stands before its children."""
    done: dict[str, Table] = {}
    waiting = list(contract.tables)
    while waiting:
        ready = [table for table in waiting if table.parent is None or table.parent.parent_table in done]
        if not ready:
            ready = waiting[:1]  # a self-reference: any order will do
        done.update({table.name: table for table in ready})
        waiting = [table for table in waiting if table.name not in done]
    return list(done.values())


def attach_quarantine(
    con: duckdb.DuckDBPyConnection, store: Store, sources: Iterable[str], as_of: date | None = None
) -> None:
    """Create the temporary view `quarantine_row`: every row of the deliveries that count which was not accepted.

    Columns as published in view quarantine (source, business_date, file, table_name, row_no, reasons, severity, raw),
    and `fields`: the columns that the reasons name.
    Rows of a delivery that a revision replaced are in no count, and an orphan that found its parent is accepted.
    """
    quarantined, released = [], []
    for source in sources:
        records = read_deliveries(store, source)
        replaced = {old for record in records if record.state == "loaded" for old in record.replaces}
        counting = {
            record.delivery_id: record
            for record in records
            if record.state == "loaded"
            and record.delivery_id not in replaced
            and (as_of is None or record.business_date <= as_of)
        }
        quarantined += [delivery_folder(store, record) / "quarantine.parquet" for record in counting.values()]
        released += [
            retry_folder(store, retry) / "released.parquet"
            for retry in read_retries(store, source)
            if retry.of in counting
        ]
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW quarantine_row AS SELECT q.* FROM ({_read_or_empty(quarantined, QUARANTINE)}) q"
        f" ANTI JOIN ({_read_or_empty(released, PLACE)}) r USING (source, business_date, file, table_name, row_no)"
    )


def reply_batches(store: Store, sources: Iterable[str]) -> pa.Table:
    """Reply batches in the present state: source, batch, business_date, data_as_of, extracted_at, complete.

    `complete` false: a file of the answer is missing or held, or no row of it answers the batch, so the inquiries of
    that batch are at best partial.
    """
    rows = [
        {
            "source": source,
            "batch": layer.batch,
            "business_date": layer.business_date,
            "data_as_of": layer.data_as_of,
            "extracted_at": layer.extracted_at,
            "complete": layer.complete,
        }
        for source in sources
        for layer in load(store, source).layers
        if layer.batch
    ]
    return pa.Table.from_pylist(rows, pa.schema(REPLY_BATCH))


def _read_or_empty(files: Sequence[Path], columns: Mapping[str, str]) -> str:
    if files:
        return f"FROM {parquet(files)}"
    nothing = ", ".join(f"NULL::{kind} AS {name}" for name, kind in columns.items())
    return f"SELECT {nothing} WHERE false"
