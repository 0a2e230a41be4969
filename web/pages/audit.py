"""Who looked at whom, under which case or for what reason, when, from where. For the supervisor."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger import audit
from ledger.audit import Entry
from web.context import context_of, form_of
from web.publications import Reader
from web.render import page
from web.search import typed

router = APIRouter()
PER_PAGE = 50
_NAMES = "SELECT debtor_id, name FROM debtor WHERE debtor_id IN (SELECT unnest($ids))"
_CASE = """
SELECT DISTINCT case_no FROM debtor_case
WHERE case_no = $wanted OR regexp_replace(case_no, '[（）]', '', 'g') = $bare LIMIT 1"""


@router.get("/audit")
def latest(request: Request) -> Response:
    """The newest entries."""
    return _shown(request, {})


@router.post("/audit")
def chosen(request: Request) -> Response:
    """Entries about one debtor, of one officer, under one case; or those older than the page before."""
    return _shown(request, form_of(request))


def _shown(request: Request, form: dict[str, str]) -> Response:
    context = context_of(request)
    asked = {name: form.get(name, "").strip() for name in ("debtor", "officer", "case_no")}
    before = form.get("before", "")
    with context.publications.reading() as reader:
        where, unknown = _where(reader, asked)
        if any(asked.values()):
            context.note(
                request, "audit", debtor_id=where["debtor_id"], case_no=where["case_no"], subject=where["officer"]
            )
        found = (
            []
            if unknown
            else audit.entries(
                context.engine, where, before=int(before) if before.isdecimal() else None, limit=PER_PAGE
            )
        )
        rows = _named(reader, found)
    return page(
        request,
        "audit.html",
        asked=asked,
        rows=rows,
        unknown=unknown,
        older=found[-1].seq if len(found) == PER_PAGE else None,
        searched=context.words_digest(asked["debtor"]) if asked["debtor"] else None,
        head=audit.head(context.engine),
    )


def _where(reader: Reader, asked: dict[str, str]) -> tuple[dict[str, str | None], str]:
    """The columns asked for, and what of it names nobody."""
    where: dict[str, str | None] = {"debtor_id": None, "officer": asked["officer"] or None, "case_no": None}
    if asked["debtor"]:
        hits = reader.index.find(reader.con, asked["debtor"])
        if not hits:
            return where, "没有这名被执行人"
        where["debtor_id"] = hits[0].debtor_id
    if asked["case_no"]:
        bare = typed.case_number(asked["case_no"])
        found = reader.con.execute(_CASE, {"wanted": asked["case_no"], "bare": bare}).fetchall()
        where["case_no"] = found[0][0] if found else asked["case_no"]
    return where, ""


def _named(reader: Reader, entries: list[Entry]) -> list[dict[str, Any]]:
    """Entries with the name that a debtor has now: the log keeps none."""
    ids = [entry.act.debtor_id for entry in entries if entry.act.debtor_id]
    names = dict(reader.con.execute(_NAMES, {"ids": ids}).fetchall()) if ids else {}
    return [
        {"entry": entry, "act": entry.act, "name": names.get(entry.act.debtor_id, entry.act.debtor_id)}
        for entry in entries
    ]
