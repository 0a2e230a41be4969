"""Who looked at whom, under which case or for what reason, when, from where. For the supervisor."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from core.identifiers import check_resident_id, check_uscc
from ledger import accounts, audit
from ledger.audit import Entry
from profiles import query
from web.context import Context, context_of, form_of, whole_number
from web.publications import Reader
from web.render import page
from web.search import typed

router = APIRouter()
PER_PAGE = 50
_LAST_ENTRY = 2**63 - 1
_NAMES = "SELECT debtor_id, name FROM debtor WHERE debtor_id IN (SELECT unnest($ids))"
_CASES = """
SELECT DISTINCT case_no FROM debtor_case WHERE debtor_id IN (
  SELECT debtor_id FROM numbers WHERE kind = 'case_no' AND key = $key)"""
_OWN_NUMBER = ("id_number", "former_id_number")


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
        meant = _debtors(context, reader, asked["debtor"])
        case_no = _case(reader, asked["case_no"])
        if any(asked.values()):
            _note(context, request, asked, meant, case_no)
        before = whole_number(form.get("before", ""), _LAST_ENTRY)
        where = {
            "debtor_id": meant,
            "officer": _given(asked["officer"]),
            "case_no": _given(case_no or asked["case_no"]),
        }
        unknown = bool(asked["debtor"]) and not meant
        found = [] if unknown else audit.entries(context.engine, where, before=before, limit=PER_PAGE)
        rows = _named(context, reader, found)
    return page(
        request,
        "audit.html",
        asked=asked,
        rows=rows,
        unknown="没有这名被执行人" if unknown else "",
        meant=len(meant),
        older=found[-1].seq if len(found) == PER_PAGE else None,
        searched=context.words_digest(asked["debtor"]) if asked["debtor"] else None,
        head=audit.head(context.engine),
    )


def _given(value: str) -> list[str]:
    return [value] if value else []


def _note(context: Context, request: Request, asked: dict[str, str], meant: list[str], case_no: str | None) -> None:
    """Who looks into the log stands in it. What names no officer and no case may be a name or a number, typed into the
    wrong field: of that the digest is kept, and so of a name that several bear."""
    officer = asked["officer"]
    is_known = officer in {account.officer for account in accounts.listed(context.engine)}
    unclear = _given("" if is_known else officer) + _given("" if case_no else asked["case_no"])
    unclear += _given("" if len(meant) == 1 else asked["debtor"])
    context.note(
        request,
        "audit",
        debtor_id=meant[0] if len(meant) == 1 else None,
        case_no=case_no,
        subject=" ".join([*_given(officer if is_known else ""), *map(context.words_digest, unclear)]) or None,
    )


def _debtors(context: Context, reader: Reader, told: str) -> list[str]:
    """Everybody who is meant: all who bear a name; by number or id also who is published no more."""
    if not told:
        return []
    if query.DEBTOR_ID.fullmatch(told):
        return [told]
    hits = reader.index.find(reader.con, told)
    if valid := [form for form in typed.numbers(told) if check_resident_id(form) or check_uscc(form)]:
        once = [query.debtor_id_of(context.settings, number) for number in valid]
        return list(dict.fromkeys([*(hit.debtor_id for hit in hits if hit.kind in _OWN_NUMBER), *once]))
    return [hit.debtor_id for hit in hits if (hit.kind, hit.text) == (hits[0].kind, hits[0].text)]


def _case(reader: Reader, told: str) -> str | None:
    """The case that is meant, as it is or was published; None if that is no case number."""
    key = typed.case_key(told)
    published = {row["case_no"] for row in query.rows(reader.con, _CASES, key=key)}
    found = next((case_no for case_no in published if typed.case_key(case_no) == key), None)
    return found or typed.case_written(key)


def _named(context: Context, reader: Reader, entries: list[Entry]) -> list[dict[str, Any]]:
    """Entries with the name that a debtor has now: the log keeps none. Of a list, how many it showed."""
    together = audit.concerned(context.engine, [entry.seq for entry in entries])
    ids = [entry.act.debtor_id for entry in entries if entry.act.debtor_id]
    names = dict(reader.con.execute(_NAMES, {"ids": ids}).fetchall()) if ids else {}
    return [
        {
            "entry": entry,
            "act": entry.act,
            "name": names.get(entry.act.debtor_id, entry.act.debtor_id),
            "together": together.get(entry.seq),
        }
        for entry in entries
    ]
