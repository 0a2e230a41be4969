"""Who looked at whom, under which case or for what reason, when, from where. For the supervisor."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ledger import accounts, audit
from ledger.audit import Entry
from web.context import Context, context_of, form_of, whole_number
from web.publications import Reader
from web.render import page
from web.search import typed

router = APIRouter()
PER_PAGE = 50
_LAST_ENTRY = 2**63 - 1
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
    with context.publications.reading() as reader:
        where, unknown = _where(reader, asked)
        if any(asked.values()):
            _note(context, request, reader, where)
        before = whole_number(form.get("before", ""), _LAST_ENTRY)
        found = [] if unknown else audit.entries(context.engine, where, before=before, limit=PER_PAGE)
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


def _note(context: Context, request: Request, reader: Reader, where: dict[str, str | None]) -> None:
    """Who looks into the log stands in it. What names no officer and no case may be a name or a number, typed into the
    wrong field: of that the digest is kept."""
    officer, case_no = where["officer"], where["case_no"]
    officers = {account.officer for account in accounts.listed(context.engine)}
    unknown = [told for told in (officer, case_no) if told and told not in officers and not _case(reader, told)]
    subject = " ".join(map(context.words_digest, unknown)) or officer
    context.note(
        request,
        "audit",
        debtor_id=where["debtor_id"],
        case_no=None if case_no in unknown else case_no,
        subject=subject,
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
        where["case_no"] = _case(reader, asked["case_no"]) or asked["case_no"]
    return where, ""


def _case(reader: Reader, told: str) -> str | None:
    """The published case that is meant."""
    found = reader.con.execute(_CASE, {"wanted": told, "bare": typed.case_number(told)}).fetchall()
    return found[0][0] if found else None


def _named(reader: Reader, entries: list[Entry]) -> list[dict[str, Any]]:
    """Entries with the name that a debtor has now: the log keeps none."""
    ids = [entry.act.debtor_id for entry in entries if entry.act.debtor_id]
    names = dict(reader.con.execute(_NAMES, {"ids": ids}).fetchall()) if ids else {}
    return [
        {"entry": entry, "act": entry.act, "name": names.get(entry.act.debtor_id, entry.act.debtor_id)}
        for entry in entries
    ]
