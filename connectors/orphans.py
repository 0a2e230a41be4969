"""Children that came before their parent: offered again whenever the source has brought something new.

A row that was refused for nothing but its missing parent lies as text beside its delivery. Once the parent is in the
present state the row is filtered again, from that text; if it is accepted now, it counts as accepted in the delivery it
came with (delivered = accepted + quarantined stays true) and joins that delivery's layer.

Only extracts are retried, and only from the last full of the table on: an older layer holds no longer. A reply's
parents come in the same answer, and its revision replaces the whole answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from connectors import layers as layering
from connectors import present
from connectors.layers import Layer
from connectors.records import DeliveryRecord, Retry, as_json, read_deliveries, retry_folder
from connectors.rows import Origin, copy_to, file_accepted
from core.files import write_json
from core.store import Store
from data_contracts import Contract, ForeignKey, Table
from data_contracts.row_filter import FilterContext, FilterResult, filter_table

#: Prefix of the views on the state in which parents are looked for.
PREFIX = "now_"


@dataclass(frozen=True)
class _Waiting:
    """Orphans of one table of one layer."""

    table: Table
    parent: ForeignKey
    text: Path


def retry(
    store: Store, contract: Contract, con: duckdb.DuckDBPyConnection, night: date, work: Path
) -> tuple[date, ...]:
    """Offer waiting orphans again; return the business dates whose deliveries got rows back."""
    layers = layering.load(store, contract.source).layers
    waiting = {layer: found for layer in layers if (found := _waiting(store, contract, layers, layer))}
    if contract.mode != "extract" or not waiting:
        return ()
    present.attach_layers(con, store, contract, layers, prefix=PREFIX)
    records = {record.delivery_id: record for record in read_deliveries(store, contract.source)}
    attempt = _Attempt(store, contract, con, night, work)
    return tuple(
        layer.business_date for layer, items in waiting.items() if attempt.of(records[layer.delivery_id], layer, items)
    )


def _waiting(store: Store, contract: Contract, layers: Sequence[Layer], layer: Layer) -> list[_Waiting]:
    """Tables of `layer` with orphans beside them, as far as the layer still counts for that table."""
    found = []
    for table in contract.tables:
        full = layering.last_full(layers, table.name)
        text = store.root / layer.paths[0] / "orphans" / f"{table.name}.parquet"
        if table.parent and text.exists() and (full is None or layers.index(layer) >= layers.index(full)):
            found.append(_Waiting(table, table.parent, text))
    return found


@dataclass(frozen=True)
class _Attempt:
    """One round of retries of one source."""

    store: Store
    contract: Contract
    con: duckdb.DuckDBPyConnection
    night: date
    work: Path

    def of(self, record: DeliveryRecord, layer: Layer, items: Sequence[_Waiting]) -> bool:
        """Retry one delivery; False when none of its orphans found its parent."""
        number = len(layer.paths)
        folder = self.work / f"{record.delivery_id}.retry{number}"
        results = [result for item in items if (result := self._offer(record, layer, item, folder)) and result.accepted]
        if not results:
            return False
        origin = Origin(record.business_date, record.batch, _files(record))
        for result in results:
            file_accepted(self.con, origin, result.accepted_path, folder / "accepted" / f"{result.table}.parquet")
        self._release(record, results, folder)
        tables = {result.table: result.accepted for result in results}
        retry = Retry(record.delivery_id, record.source, record.business_date, self.night, number, tables)
        write_json(folder / "retry.json", as_json(retry))
        folder.replace(retry_folder(self.store, retry))
        return True

    def _offer(self, record: DeliveryRecord, layer: Layer, item: _Waiting, folder: Path) -> FilterResult | None:
        """Filter what still waits of one table; None when nothing does."""
        text = self._still_waiting(record, layer, item, folder.with_name(f"{folder.name}.text"))
        if not text:
            return None
        parents = {item.parent.parent_table: f'"{PREFIX}{present.view_name(record.source, item.parent.parent_table)}"'}
        context = FilterContext(record.mode, held_parents=parents)
        out = folder.with_name(f"{folder.name}.rows")
        return filter_table(self.con, self.contract, item.table, text, context, out=out)

    def _still_waiting(self, record: DeliveryRecord, layer: Layer, item: _Waiting, folder: Path) -> dict[str, Path]:
        """Text of the orphans that no earlier retry released: delivered file name -> Parquet."""
        folder.mkdir(parents=True, exist_ok=True)
        released = [str(self.store.root / path / "released.parquet") for path in layer.paths[1:]]
        done = (
            "FROM read_parquet($released) WHERE table_name = $table"
            if released
            else "SELECT NULL AS file, NULL AS row_no"
        )
        values: dict[str, object] = {"text": str(item.text)}
        if released:
            values |= {"released": released, "table": item.table.name}
        source = f"""read_parquet($text) t ANTI JOIN ({done}) done ON done.file = t._file AND done.row_no = t._row_no"""
        names = self.con.execute(f"SELECT DISTINCT _file FROM {source} ORDER BY _file", values).fetchall()
        text = {}
        for place, (name,) in enumerate(names):
            text[name] = folder / f"{item.table.name}{place}.parquet"
            copy_to(
                self.con,
                f"SELECT t.* EXCLUDE (_file) FROM {source} WHERE _file = $name",
                {**values, "name": name},
                text[name],
            )
        return text

    def _release(self, record: DeliveryRecord, results: Sequence[FilterResult], folder: Path) -> None:
        """Which rows of the delivery's quarantine are quarantined no longer."""
        arms, values = [], {"source": record.source, "day": record.business_date}
        for place, result in enumerate(results):
            arms.append(
                f"SELECT $source::VARCHAR AS source, $day::DATE AS business_date, _file AS file,"
                f" $table{place}::VARCHAR AS table_name, _row_no AS row_no FROM read_parquet($path{place})"
            )
            values |= {f"table{place}": result.table, f"path{place}": str(result.accepted_path)}
        copy_to(self.con, " UNION ALL ".join(arms), values, folder / "released.parquet")


def _files(record: DeliveryRecord) -> dict[str, tuple[str, datetime]]:
    """Files taken: name -> (SHA-256, data_as_of). What was taken always has a control record."""
    return {
        file.name: (file.sha256, datetime.fromisoformat(file.control["data_as_of"]))
        for file in record.files
        if file.taken and file.control
    }
