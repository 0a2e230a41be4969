"""The delivered record that a published row rests on: its values, its delivery, and whether the original is intact."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Literal

import duckdb

import data_contracts
from core.duck import sql
from core.errors import ChakongError
from core.files import sha256_of
from core.store import Store
from profiles import query
from web.publications import Reader

#: Larger originals are not read again while somebody waits.
_HASHED_AT_ONCE = 64 * 1024 * 1024

Original = Literal["intact", "altered", "missing", "not_checked"]


def records(reader: Reader, debtor_id: str) -> list[query.Row]:
    """Every record that the debtor's profile rests on."""
    return query.rows(reader.con, sql("web.sql", "records"), debtor_id, sha256=None, table_name=None, row_no=None)


def record(reader: Reader, debtor_id: str, sha256: str, table: str, row_no: int) -> query.Row | None:
    """The one in this place; None if nothing of the debtor's rests on it."""
    values = {"sha256": sha256, "table_name": table, "row_no": row_no}
    return next(iter(query.rows(reader.con, sql("web.sql", "records"), debtor_id, **values)), None)


def delivered(store: Store, record: query.Row) -> dict[str, Any]:
    """The accepted row (empty when retention has purged it) and what is known of its delivery (None likewise)."""
    day = date.fromisoformat(str(record["business_date"]))
    for folder in sorted(store.delivery_folder(record["source"], day).glob("*")):
        rows = folder / "accepted" / f"{record['table_name']}.parquet"
        if rows.exists() and (row := _accepted(str(rows), record)):
            facts = folder / "delivery.json"
            return {"row": row, "delivery": json.loads(facts.read_text(encoding="utf-8")) if facts.exists() else None}
    return {"row": {}, "delivery": None}


def _accepted(rows: str, record: query.Row) -> query.Row | None:
    with duckdb.connect(":memory:", config={"threads": 1}) as con:
        result = con.execute(
            "SELECT * FROM read_parquet($rows) WHERE _file_sha256 = $sha256 AND _row_no = $row_no LIMIT 1",
            {"rows": rows, "sha256": record["file_sha256"], "row_no": record["row_no"]},
        )
        names = [column[0] for column in result.description]
        found = result.fetchall()
    return {name: _text(value) for name, value in zip(names, found[0], strict=True)} if found else None


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return value if value is None else str(value)


def named(record: query.Row, row: query.Row) -> list[dict[str, Any]]:
    """The row's columns as the contract names them: in Chinese, and as delivered."""
    try:
        table = data_contracts.load(record["source"]).table(record["table_name"])
    except ChakongError:
        return [{"name": name, "label": "", "title": name, "value": value} for name, value in row.items()]
    rows = []
    for name, value in row.items():
        if table.has(name):
            column = table.column(name)
            codes = dict(column.codes.values())
            told = codes.get(value, value) if value is not None else None
            rows.append({"name": name, "label": column.label, "title": column.title_zh, "value": told})
    return rows


def title(record: query.Row) -> str:
    """What the contract calls its table."""
    try:
        return data_contracts.load(record["source"]).table(record["table_name"]).title_zh
    except ChakongError:
        return str(record["table_name"])


def original(store: Store, sha256: str) -> Original:
    """Whether the archived bytes are still those delivered."""
    file = store.archived(sha256)
    if not file.exists():
        return "missing"
    if file.stat().st_size > _HASHED_AT_ONCE:
        return "not_checked"
    return "intact" if sha256_of(file) == sha256 else "altered"
