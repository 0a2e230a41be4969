"""A debtor's profile, after saying why one looks."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core.errors import NotFoundError, UsageError
from ledger import sessions
from ledger.sessions import Purpose
from ledger.signing import reason_given
from profiles import query
from web import profile_view
from web.context import context_of, form_of, officer_of
from web.masking import masked
from web.publications import Reader
from web.purpose import cases, ground, own_cases
from web.render import page, refusal

router = APIRouter()


@router.get("/debtors/{debtor_id}")
def debtor(request: Request, debtor_id: str) -> Response:
    """The profile under the ground that was stated or is the officer's own; else the question why."""
    context, session = context_of(request), officer_of(request)
    with context.publications.reading() as reader:
        purpose = ground(context, session, reader, debtor_id)
        if purpose is None:
            return _asked(request, debtor_id, known_cases(reader, debtor_id))
        profile = query.profile(reader.con, debtor_id, reader.night)
    context.note(request, "view", debtor_id=debtor_id, case_no=purpose.case_no, reason=purpose.reason)
    shown = profile if purpose.unmasked else masked(profile)
    return page(
        request,
        "debtor.html",
        purpose=purpose,
        may_unmask=not purpose.unmasked and session.role in context.permissions.numbers_on_request,
        **profile_view.facts(shown),
    )


@router.post("/debtors/{debtor_id}/purpose")
def state(request: Request, debtor_id: str) -> Response:
    """Look at the debtor for a stated reason, or under a case of one's own."""
    context, session, form = context_of(request), officer_of(request), form_of(request)
    with context.publications.reading() as reader:
        listed = known_cases(reader, debtor_id)
    own = own_cases(context, session, listed)
    if form.get("case_no"):
        if form["case_no"] not in own:
            return refusal(request, 403)
        at_once = session.role in context.permissions.numbers_under_own_case
        purpose = Purpose(debtor_id, form["case_no"], None, unmasked=at_once)
    else:
        try:
            purpose = Purpose(debtor_id, None, reason_given(form.get("reason", "")), unmasked=False)
        except UsageError as error:
            return _asked(request, debtor_id, listed, f"{error.what}：{error.do}")
    sessions.state(context.engine, session, purpose)
    context.note(request, "state_reason", debtor_id=debtor_id, case_no=purpose.case_no, reason=purpose.reason)
    return RedirectResponse(f"/debtors/{debtor_id}", status_code=303)


@router.post("/debtors/{debtor_id}/numbers")
def unmask(request: Request, debtor_id: str) -> Response:
    """Show full numbers for the rest of the session; the audit log says so."""
    context, session = context_of(request), officer_of(request)
    with context.publications.reading() as reader:
        known_cases(reader, debtor_id)
    purpose = sessions.stated(context.engine, session, debtor_id)
    if purpose is None:
        return RedirectResponse(f"/debtors/{debtor_id}", status_code=303)
    if session.role not in context.permissions.numbers_on_request:
        return refusal(request, 403)
    sessions.state(context.engine, session, replace(purpose, unmasked=True))
    context.note(request, "numbers", debtor_id=debtor_id, case_no=purpose.case_no, reason=purpose.reason)
    return RedirectResponse(f"/debtors/{debtor_id}", status_code=303)


def known_cases(reader: Reader, debtor_id: str) -> list[query.Row]:
    """The debtor's cases. NotFoundError if nobody of that id is published."""
    listed = cases(reader, debtor_id) if query.DEBTOR_ID.fullmatch(debtor_id) else []
    if not listed:
        raise NotFoundError("档案库中没有这名被执行人", where=debtor_id, do="重新查找")
    return listed


def _asked(request: Request, debtor_id: str, listed: list[query.Row], wrong: str = "") -> Response:
    return page(request, "purpose.html", 422 if wrong else 200, debtor_id=debtor_id, cases=listed, wrong=wrong)
