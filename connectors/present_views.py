"""SQL of the views on the present state of one source, from its layers.

A view reads the layers' Parquet and leaves out, by an anti-join against the small key sets of the later deltas, what
those changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.layers import Layer
from core.store import Store
from data_contracts import Contract, Table, arrow_schema

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


def view_name(source: str, table: str) -> str:
    """The name of the view on the present rows of a table."""
    return f"{source}__{table}"


@dataclass(frozen=True)
class Views:
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
            arms = [f"SELECT {self._columns(table, carrying[-1])} FROM {parquet(files)} WHERE NOT _repeated"]
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
            f"SELECT {listed}, {place} AS _place FROM {parquet(layer.files(self.store, table.name))} WHERE {only}"
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
        files = parquet(layer.files(self.store, table.name))
        return f"SELECT {self._columns(table, layer)} FROM {files} l WHERE NOT l._repeated"

    def _columns(self, table: Table, layer: Layer) -> str:
        """The view's columns; those that the layer's older contract did not know are null."""
        wanted = [*table.column_names, *PROVENANCE]
        known = set(wanted)
        if layer.contract_version != self.contract.version:
            described = self.con.execute(f"DESCRIBE FROM {parquet(layer.files(self.store, table.name))}").fetchall()
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


def parquet(files: Sequence[Path]) -> str:
    """SQL that reads the Parquet files together."""
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    return f"read_parquet([{listed}])"


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
