"""The present state of a source, merged at read time from its layers: the last full, then the deltas in order.

Nothing is rewritten when a delta comes. A view reads the layers' Parquet and leaves out, by an anti-join against the
small key sets of the later deltas, what those changed. So a night costs what changed, and an earlier date is another
set of layers.

Rules (interface agreements, "Full, delta, reply"): a full replaces everything of its tables; I and U replace by key, D
removes; nested children are replaced with their parent's row; a removed parent removes its children; tables that a
delivery did not bring keep their last state. Replies are not merged: every retained batch stands beside the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from connectors.layers import Layer, Manifest, load, retire_reply_layers
from connectors.records import delivery_folder, read_deliveries, read_retries, retry_folder
from core.store import Store
from data_contracts import Contract, Table, arrow_schema

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

#: Where a row stands: what intake adds to the contract's columns of every accepted row.
PROVENANCE = {
    "_business_date": "DATE",
    "_file": "VARCHAR",
    "_file_sha256": "VARCHAR",
    "_row_no": "BIGINT",
    "_data_as_of": "TIMESTAMP",
    "_warnings": "VARCHAR[]",
    "_batch": "VARCHAR",
}

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
    builder = _Views(con, store, contract, layers, prefix)
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


def view_name(source: str, table: str) -> str:
    """The name of the view on the present rows of a table."""
    return f"{source}__{table}"


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


@dataclass(frozen=True)
class _Views:
    """Writes the views of one source. `layers` are numbered by their place: later numbers win."""

    con: duckdb.DuckDBPyConnection
    store: Store
    contract: Contract
    layers: Sequence[Layer]
    prefix: str

    def union(self, table: Table) -> None:
        """A reply table: all batches side by side."""
        carrying = [layer for layer in self.layers if layer.carries(table.name)]
        arms = [self._rows(table, layer) for layer in carrying]
        if carrying and len({layer.contract_version for layer in carrying}) == 1:
            files = [path for layer in carrying for path in layer.files(self.store, table.name)]
            arms = [f"SELECT {self._columns(table, carrying[-1])} FROM {_parquet(files)} WHERE NOT _repeated"]
        self._create(table, arms)

    def merge(self, table: Table) -> None:
        """An extract table: the last full and what the deltas after it left of it."""
        start = self._base(table.name)
        carrying = [
            (place, layer) for place, layer in enumerate(self.layers) if layer.carries(table.name) and place >= start
        ]
        removals = self._removals(table, start)
        arms = []
        for place, layer in carrying:
            conditions = ["op IS DISTINCT FROM 'D'"] if table.has("op") and layer.mode != "full" else []
            conditions += [condition(place) for condition in removals]
            arms.append(" AND ".join([self._rows(table, layer), *conditions]))
        self._create(table, arms)

    def _base(self, table: str) -> int:
        """Place of the last full that carries `table`; 0 when there is none, so that deltas alone still count."""
        places = [place for place, layer in enumerate(self.layers) if layer.carries(table) and layer.mode == "full"]
        return places[-1] if places else 0

    def _removals(self, table: Table, start: int) -> list[Callable[[int], str]]:
        """Conditions, per layer place, that a row of that layer must meet to hold still."""
        if table.parent is None:
            found = [self._changed(table, table.key, "key", start)]
            return [condition for condition in found if condition]
        parent = self.contract.table(table.parent.parent_table)
        if table.nested:
            also = (parent, table.parent.parent_columns)
            found = [self._changed(table, table.parent.columns, "parent", start, also)]
        else:
            found = [self._changed(table, table.key, "key", start), self._removed_parents(table, parent, start)]
        if (parent_base := self._base(parent.name)) > start:
            found.append(self._held_parent(table, parent, parent_base))
        return [condition for condition in found if condition]

    def _changed(
        self,
        table: Table,
        columns: Sequence[str],
        suffix: str,
        start: int,
        also: tuple[Table, Sequence[str]] | None = None,
    ) -> Callable[[int], str] | None:
        """Rows whose `columns` come again in a later delta, there or in the parent table `also`, no longer hold."""
        arms = self._key_arms(table, columns, columns, start)
        if also:
            arms += self._key_arms(also[0], also[1], columns, start)
        if not arms:
            return None
        name = self._key_table(table, suffix, columns, arms)
        return lambda place: self._unless(table, name, columns, f"k._place > {place}")

    def _removed_parents(self, table: Table, parent: Table, start: int) -> Callable[[int], str] | None:
        """Rows of a parent that a delta of the same night or a later one removed are gone with it."""
        if table.parent is None or not parent.has("op"):
            return None
        arms = self._key_arms(parent, table.parent.parent_columns, table.parent.columns, start, only="op = 'D'")
        if not arms:
            return None
        columns = table.parent.columns
        name = self._key_table(table, "removed", columns, arms)
        return lambda place: self._unless(table, name, columns, f"k._place >= {place}")

    def _held_parent(self, table: Table, parent: Table, parent_base: int) -> Callable[[int], str]:
        """The parents' full is newer than the children's: children of parents that are absent there are gone."""
        if table.parent is None:
            raise ValueError(table.name)
        pairs = list(zip(table.parent.columns, table.parent.parent_columns, strict=True))
        missing = " OR ".join(f"l.{_q(column)} IS NULL" for column, _ in pairs)
        same = " AND ".join(f"p.{_q(theirs)} = l.{_q(ours)}" for ours, theirs in pairs)
        held = f"({missing} OR EXISTS (FROM {self._view(parent)} p WHERE {same}))"
        return lambda place: held if place < parent_base else "true"

    def _key_arms(
        self, table: Table, columns: Sequence[str], names: Sequence[str], start: int, only: str = "true"
    ) -> list[str]:
        listed = ", ".join(f"{_q(column)} AS {_q(name)}" for column, name in zip(columns, names, strict=True))
        return [
            f"SELECT {listed}, {place} AS _place FROM {_parquet(layer.files(self.store, table.name))} WHERE {only}"
            for place, layer in enumerate(self.layers)
            if place >= start and layer.mode == "delta" and layer.carries(table.name)
        ]

    def _key_table(self, table: Table, suffix: str, columns: Sequence[str], arms: Sequence[str]) -> str:
        """The key sets of the deltas, read once per session: they are small, and every view asks them."""
        name = _q(f"_{self.prefix}{self.contract.source}__{table.name}__{suffix}")
        keys = ", ".join(_q(column) for column in columns)
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS"
            f" SELECT {keys}, max(_place) AS _place FROM ({' UNION ALL '.join(arms)}) GROUP BY {keys}"
        )
        return name

    def _unless(self, table: Table, keys: str, columns: Sequence[str], when: str) -> str:
        same = " AND ".join(f"k.{_q(column)} = l.{_q(column)}" for column in columns)
        return f"NOT EXISTS (FROM {keys} k WHERE {same} AND {when})"

    def _rows(self, table: Table, layer: Layer) -> str:
        files = _parquet(layer.files(self.store, table.name))
        return f"SELECT {self._columns(table, layer)} FROM {files} l WHERE NOT l._repeated"

    def _columns(self, table: Table, layer: Layer) -> str:
        """The view's columns; those that the layer's older contract did not know are null."""
        wanted = [*table.column_names, *PROVENANCE]
        known = set(wanted)
        if layer.contract_version != self.contract.version:
            described = self.con.execute(f"DESCRIBE FROM {_parquet(layer.files(self.store, table.name))}").fetchall()
            known = {row[0] for row in described}
        types = {**_types(table), **PROVENANCE}
        return ", ".join(_q(name) if name in known else f"NULL::{types[name]} AS {_q(name)}" for name in wanted)

    def _create(self, table: Table, arms: Sequence[str]) -> None:
        types = {**_types(table), **PROVENANCE}
        nothing = ", ".join(f"NULL::{kind} AS {_q(name)}" for name, kind in types.items())
        body = " UNION ALL ".join(arms) if arms else f"SELECT {nothing} WHERE false"
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW {self._view(table)} AS {body}")

    def _view(self, table: Table) -> str:
        return _q(self.prefix + view_name(self.contract.source, table.name))


def _types(table: Table) -> dict[str, str]:
    return {column.name: arrow_schema.duckdb_type(column) for column in table.columns}


def _read_or_empty(files: Sequence[Path], columns: Mapping[str, str]) -> str:
    if files:
        return f"FROM {_parquet(files)}"
    nothing = ", ".join(f"NULL::{kind} AS {name}" for name, kind in columns.items())
    return f"SELECT {nothing} WHERE false"


def _parquet(files: Sequence[Path]) -> str:
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    return f"read_parquet([{listed}])"


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
