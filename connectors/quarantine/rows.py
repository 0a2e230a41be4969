"""Quarantined rows as a person looks at them: in groups, one by one, or whole with the text as delivered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import duckdb
import pyarrow as pa

from connectors import present
from connectors.records import DeliveryRecord, read_deliveries
from core.duck import run_sql, sql
from core.errors import NotFoundError
from core.store import Store

PACKAGE = "connectors.quarantine"
SIZE = 50

#: What people set aside: one row, or all rows of a delivery that are refused for reasons which are set aside there.
WAIVER = pa.schema([pa.field(name, pa.string()) for name in ("waiver_id", "row_id", "origin", "reason_code")])
#: One row per file that was taken. `origin` is the delivery as it first came, `since` the night that took it.
_TYPES: dict[str, pa.DataType] = {
    "source": pa.string(),
    "business_date": pa.date32(),
    "file": pa.string(),
    "sha256": pa.string(),
    "delivery_id": pa.string(),
    "origin": pa.string(),
    "since": pa.date32(),
    "contract_version": pa.string(),
}
_FILE = pa.schema(_TYPES)


@dataclass(frozen=True)
class Choice:
    """Which rows; null asks for nothing. `since`: quarantined in that night or later."""

    source: str | None = None
    reason: str | None = None
    delivery: str | None = None
    since: date | None = None
    state: Literal["open", "waived", "all"] = "open"


def standing(records: Iterable[DeliveryRecord]) -> list[DeliveryRecord]:
    """Deliveries that no newer one replaces and of which rows or files are not taken, in their order."""
    known = list(records)
    replaced = {old for record in known for old in record.replaces}
    return [
        record
        for record in known
        if record.delivery_id not in replaced
        and (record.holds or any(count.quarantined for count in record.tables.values()))
    ]


def origin(record: DeliveryRecord) -> str:
    """The delivery as it first came, however often it was read again."""
    return record.replays or record.delivery_id


def attach(con: duckdb.DuckDBPyConnection, store: Store, sources: Sequence[str], waivers: pa.Table) -> None:
    """Create the temporary view ``quarantine_case`` over the quarantined rows of `sources`. `waivers` as `WAIVER`."""
    present.attach_quarantine(con, store, sources)
    files = [
        {
            "source": record.source,
            "business_date": record.business_date,
            "file": file.name,
            "sha256": file.sha256,
            "delivery_id": record.delivery_id,
            "origin": origin(record),
            "since": record.night,
            "contract_version": record.contract_version,
        }
        for source in sources
        for record in standing(read_deliveries(store, source))
        for file in record.files
        if file.taken
    ]
    con.register("quarantine_file", pa.Table.from_pylist(files, _FILE))
    con.register("waiver", waivers)
    run_sql(con, PACKAGE, "rows")


def groups(con: duckdb.DuckDBPyConnection, choice: Choice, *, page: int = 1, size: int = SIZE) -> list[dict[str, Any]]:
    """Rows per source, table and reason; `groups` is how many there are on all pages."""
    _choose(con, choice)
    return _rows(con, "groups", {"reason": choice.reason, "skip": (page - 1) * size, "size": size})


def listed(con: duckdb.DuckDBPyConnection, choice: Choice, *, page: int = 1, size: int = SIZE) -> list[dict[str, Any]]:
    """Rows one by one, without their text; `total` is how many there are on all pages."""
    _choose(con, choice)
    return _rows(con, "listed", {"skip": (page - 1) * size, "size": size})


def one(con: duckdb.DuckDBPyConnection, row_id: str) -> dict[str, Any]:
    """Everything about one row, the delivered text in `raw` too: for the eyes of the operator, never for a log.

    NotFoundError when it is not in quarantine (any more).
    """
    found = con.execute("FROM quarantine_case WHERE row_id = $row_id", {"row_id": row_id})
    names = [column[0] for column in found.description or ()]
    rows = found.fetchall()
    if not rows:
        raise NotFoundError("隔离区中没有这一行", where=row_id, do="用 chakong quarantine list --rows 查看行编号")
    return dict(zip(names, rows[0], strict=True))


def waived_rows(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Delivery -> rows of it that are set aside."""
    query = "SELECT delivery_id, count(*) FROM quarantine_case WHERE waiver_id IS NOT NULL GROUP BY delivery_id"
    return dict(con.execute(query).fetchall())


def _choose(con: duckdb.DuckDBPyConnection, choice: Choice) -> None:
    run_sql(con, PACKAGE, "chosen", **{f"chosen_{name}": value for name, value in vars(choice).items()})


def _rows(con: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
    found = con.execute(sql(PACKAGE, name), dict(values))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
