"""What a figure rests on: the delivered record, its file, hash, time, contract and row."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import duckdb
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

import data_contracts
from core.duck import sql
from core.errors import ChakongError
from core.files import sha256_of
from core.store import Store
from profiles import query
from web.context import context_of, officer_of
from web.masking import masked
from web.pages.debtor import known_cases
from web.publications import Reader
from web.purpose import ground
from web.render import page, refusal

router = APIRouter()
_SHA256 = re.compile("[0-9a-f]{64}")
_TABLE = re.compile("[a-z_]{1,64}")
#: Larger originals are not read again while somebody waits for a page.
_HASHED_AT_ONCE = 64 * 1024 * 1024


@router.get("/debtors/{debtor_id}/evidence/{sha256}/{table}/{row_no}")
def evidence(request: Request, debtor_id: str, sha256: str, table: str, row_no: str) -> Response:
    """One delivered record; only of those that the debtor's profile rests on."""
    if not (_SHA256.fullmatch(sha256) and _TABLE.fullmatch(table) and row_no.isdecimal() and len(row_no) < 12):
        return refusal(request, 404)
    context, session = context_of(request), officer_of(request)
    with context.publications.reading() as reader:
        known_cases(reader, debtor_id)
        purpose = ground(context, session, reader, debtor_id)
        if purpose is None:
            return RedirectResponse(f"/debtors/{debtor_id}", status_code=303)
        record = _record(reader, debtor_id, sha256, table, int(row_no))
        name = query.rows(reader.con, "SELECT name FROM debtor WHERE debtor_id = $debtor", debtor_id)[0]["name"]
    if record is None:
        return refusal(request, 404)
    context.note(
        request, "evidence", debtor_id=debtor_id, case_no=purpose.case_no, reason=purpose.reason,
        subject=f"{sha256[:16]}:{table}:{row_no}",
    )  # fmt: skip
    found = delivered(context.store, record)
    return page(
        request,
        "evidence.html",
        debtor_id=debtor_id,
        name=name,
        record=record,
        table_zh=title(record),
        delivery=found["delivery"],
        values=named(record, found["row"] if purpose.unmasked else masked(found["row"])),
        original=_original(context.store, sha256),
        masked=not purpose.unmasked,
    )


def _record(reader: Reader, debtor_id: str, sha256: str, table: str, row_no: int) -> query.Row | None:
    values = {"debtor": debtor_id, "sha256": sha256, "table_name": table, "row_no": row_no}
    result = reader.con.execute(sql("web.sql", "records"), values)
    names = [column[0] for column in result.description]
    found = result.fetchall()
    return dict(zip(names, found[0], strict=True)) if found else None


def delivered(store: Store, record: query.Row) -> dict[str, Any]:
    """The accepted row (empty when retention has purged it) and what is known of its delivery (None likewise)."""
    day: date = record["business_date"]
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
    named = []
    for name, value in row.items():
        if table.has(name):
            column = table.column(name)
            codes = dict(column.codes.values())
            told = codes.get(value, value) if value is not None else None
            named.append({"name": name, "label": column.label, "title": column.title_zh, "value": told})
    return named


def title(record: query.Row) -> str:
    """The table of a delivered record, in Chinese."""
    try:
        return data_contracts.load(record["source"]).table(record["table_name"]).title_zh
    except ChakongError:
        return str(record["table_name"])


def _original(store: Store, sha256: str) -> str:
    """Whether the archived bytes are still those delivered."""
    file = store.archived(sha256)
    if not file.exists():
        return "原件不在存档中（已按保存期限清除，或存档不完整）"
    if file.stat().st_size > _HASHED_AT_ONCE:
        return f"原件在存档中，{file.stat().st_size:,} 字节；文件较大，此处未重新计算校验值"
    return (
        "原件在存档中，刚刚重新计算的校验值一致"
        if sha256_of(file) == sha256
        else "原件与校验值不一致，请立即报告管理员"
    )
