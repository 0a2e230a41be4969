"""What a figure rests on: the delivered record, its file, hash, time, contract and row."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from profiles import query
from web import delivered, words
from web.context import context_of, officer_of
from web.masking import masked
from web.pages.debtor import known_cases
from web.purpose import ground
from web.render import page, refusal

router = APIRouter()
_SHA256 = re.compile("[0-9a-f]{64}")
_TABLE = re.compile("[a-z_]{1,64}")


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
        record = delivered.record(reader, debtor_id, sha256, table, int(row_no))
        name = query.rows(reader.con, "SELECT name FROM debtor WHERE debtor_id = $debtor", debtor_id)[0]["name"]
    if record is None:
        return refusal(request, 404)
    context.note(
        request, "evidence", debtor_id=debtor_id, case_no=purpose.case_no, reason=purpose.reason,
        subject=f"{sha256[:16]}:{table}:{row_no}",
    )  # fmt: skip
    found = delivered.delivered(context.store, record)
    return page(
        request,
        "evidence.html",
        debtor_id=debtor_id,
        name=name,
        record=record,
        table_zh=delivered.title(record),
        delivery=found["delivery"],
        values=delivered.named(record, found["row"] if purpose.unmasked else masked(found["row"])),
        original=words.say("original", delivered.original(context.store, sha256)),
        masked=not purpose.unmasked,
    )
