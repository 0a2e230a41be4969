"""Registers over time: every table as it stands in a neighbourhood, changed night by night, and what is delivered.

A register is a set of typed tables. On a Sunday all of it is delivered; on other nights the rows (of nested formats:
the whole records) that changed since the last delivery.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from data_contracts import Contract, load
from data_contracts import Table as DeclaredTable
from demo.arrow import Column, Table, pa, pc
from demo.stories.tale import Change, Row
from demo.writing.text import typed_rows

_NESTED = ("xml", "jsonl", "json_pages", "xlsx_by_hand")


def record_ids(table: DeclaredTable, rows: Table) -> Column:
    """Key columns joined by a slash: how every part of the demo names a record."""
    keys = [rows[name].combine_chunks().cast(pa.string()) for name in table.key]
    return keys[0] if len(keys) == 1 else pc.binary_join_element_wise(*keys, "/")


def record_id(table: DeclaredTable, row: Mapping[str, object]) -> str:
    """The same of one row."""
    return "/".join(str(row[name]) for name in table.key)


@dataclass
class Register:
    """One source in one neighbourhood: its tables as they stand, and what has changed since the last delivery."""

    contract: Contract
    state: dict[str, Table]
    #: table -> record id -> op, of rows changed since the last delivery
    pending: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def founded(
        cls, source: str, strangers: Mapping[str, Table], told: Mapping[tuple[str, str], list[Row]]
    ) -> Register:
        """The register of the first night: the mass of strangers' rows and those of the stories."""
        contract = load(source)
        state = {}
        for table in contract.tables:
            parts = [strangers[table.name]] if table.name in strangers else []
            if told.get((source, table.name)):
                parts.append(typed_rows(table, told[source, table.name]))
            state[table.name] = pa.concat_tables(parts) if parts else typed_rows(table, [])
        return cls(contract, state)

    @property
    def nested(self) -> bool:
        """Whether records carry their children inside."""
        return self.contract.format.kind in _NESTED

    def apply(self, changes: Iterable[Change]) -> None:
        """Write the changes of one night into the state."""
        by_table: dict[str, dict[str, Change]] = {}
        for change in changes:
            table = self.contract.table(change.table)
            by_table.setdefault(change.table, {})[record_id(table, change.row)] = change
        for name, latest in by_table.items():
            table = self.contract.table(name)
            known = self.pending.setdefault(name, {})
            gone = pc.is_in(record_ids(table, self.state[name]), pa.array(list(latest)))
            kept = self.state[name].filter(pc.invert(gone))
            rows = [change.row for change in latest.values() if change.op != "D"]
            self.state[name] = pa.concat_tables([kept, typed_rows(table, rows)]) if rows else kept
            for key, change in latest.items():
                # New and changed before anybody saw it is still new to the court.
                known[key] = "I" if known.get(key) == "I" and change.op == "U" else change.op
        self._drop_orphans({name for name, latest in by_table.items() if any(c.op == "D" for c in latest.values())})

    def _drop_orphans(self, emptied: set[str]) -> None:
        """What stood in a record that is gone is gone with it: the next full extract must not tell it."""
        for table in self.contract.tables:
            if table.parent is None or table.parent.parent_table not in emptied:
                continue
            parents = self.state[table.parent.parent_table][table.parent.parent_columns[0]]
            rows = self.state[table.name]
            here = pc.is_in(rows[table.parent.columns[0]], parents.combine_chunks())
            self.state[table.name] = rows.filter(pc.or_kleene(here, pc.is_null(rows[table.parent.columns[0]])))
            emptied.add(table.name)

    def full(self) -> dict[str, Table]:
        """Everything, in the order of delivery; the changes so far are thereby delivered."""
        self.pending = {}
        return self._in_order({name: _with_op(rows, self._op_of_full(rows)) for name, rows in self.state.items()})

    def delta(self) -> dict[str, Table]:
        """What changed since the last delivery."""
        pending, self.pending = self.pending, {}
        chosen = self._records(pending) if self.nested else self._rows(pending)
        return self._in_order(chosen)

    @property
    def has_changed(self) -> bool:
        """Whether a delta would hold anything."""
        return any(self.pending.values())

    def _rows(self, pending: Mapping[str, Mapping[str, str]]) -> dict[str, Table]:
        tables = {}
        for table in self.contract.tables:
            tables[table.name] = _changed(table, self.state[table.name], pending.get(table.name, {}))
        return tables

    def _records(self, pending: Mapping[str, Mapping[str, str]]) -> dict[str, Table]:
        """Whole records: a change of a child counts as a change of its record."""
        top = next(table for table in self.contract.tables if table.parent is None)
        touched: dict[str, str] = {}
        for table in self.contract.tables:
            for key, op in pending.get(table.name, {}).items():
                if table is top:
                    touched[key] = op
                else:
                    touched.setdefault(self._root_of(table, key), "U")
        tables = {top.name: _changed(top, self.state[top.name], touched)}
        present = pa.array([key for key, op in touched.items() if op != "D"], pa.string())
        for table in self.contract.tables:
            if table.parent is not None:
                rows = self.state[table.name]
                tables[table.name] = rows.filter(pc.is_in(rows[table.parent.columns[0]], present))
        return tables

    def _root_of(self, table: DeclaredTable, key: str) -> str:
        """The record a child belongs to; children of projects have numbers of their own and are looked up."""
        if table.parent is not None and table.key[0] == table.parent.columns[0]:
            return key.split("/", 1)[0]
        rows = self.state[table.name]
        parent = table.parent.columns[0] if table.parent is not None else table.key[0]
        return str(rows.filter(pc.equal(record_ids(table, rows), key))[parent][0].as_py())

    def _in_order(self, tables: dict[str, Table]) -> dict[str, Table]:
        """Children behind their parents, parents by key: row numbers can then be told in advance."""
        ordered = {}
        for table in self.contract.tables:
            rows = tables[table.name]
            first = table.parent.columns[0] if table.parent is not None else table.key[0]
            keys = [first, *(name for name in table.key if name != first)]
            if self.contract.format.kind == "xlsx_by_hand":
                ordered[table.name] = _by_sheet(rows, keys)
            else:
                ordered[table.name] = rows.sort_by([(name, "ascending") for name in keys]) if self.nested else rows
        return ordered

    def _op_of_full(self, rows: Table) -> str | None:
        return None if self.contract.format.kind == "xlsx_by_hand" or "op" not in rows.column_names else "I"


def _by_sheet(rows: Table, keys: list[str]) -> Table:
    """Exploration rights stand on the first sheet of the mining workbook."""
    second = pc.invert(pc.starts_with(rows["permit_no"], "T"))
    ordered = rows.append_column("_second", second).sort_by([(name, "ascending") for name in ("_second", *keys)])
    return ordered.drop_columns(["_second"])


def _with_op(rows: Table, op: str | None) -> Table:
    if op is None:
        return rows
    return rows.set_column(rows.column_names.index("op"), "op", pa.repeat(op, len(rows)))


def _changed(table: DeclaredTable, state: Table, ops: Mapping[str, str]) -> Table:
    """The rows with these record ids and their op; deleted ones carry their key only."""
    if not ops:
        return state.slice(0, 0)
    ids = record_ids(table, state)
    rows = state.filter(pc.is_in(ids, pa.array(list(ops))))
    if "op" in rows.column_names:
        place = pc.index_in(record_ids(table, rows), pa.array(list(ops)))
        values = pa.array(list(ops.values())).take(place)
        rows = rows.set_column(rows.column_names.index("op"), "op", values)
    deleted = [dict(zip(table.key, key.split("/"), strict=True)) | {"op": "D"} for key, op in ops.items() if op == "D"]
    if deleted:
        rows = pa.concat_tables([rows, typed_rows(table, deleted)])
    return rows
