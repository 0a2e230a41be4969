"""Links that wait for a person: the queue, one link with both records side by side, and what officers decide."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core.errors import ChakongError, ConflictError, NotFoundError, UsageError
from ledger import deciding, sessions, verdicts
from ledger.deciding import Proposal
from ledger.sessions import Purpose, Session
from ledger.signing import reason_given
from ledger.verdicts import Verdict
from profiles import stakes
from profiles.stakes import Stakes
from web.context import Context, context_of, form_of, officer_of, whole_number
from web.delivered import delivered, named, title
from web.masking import masked
from web.publications import Reader
from web.purpose import ground
from web.render import page, refusal
from web.review import differences, queue

router = APIRouter()
SHOWN = ("waiting", "second", "decided")
_LINK = re.compile("L[0-9a-f]{24}")
_LAST_PAGE = 10_000
#: Under what the reason is kept of who reviews links without a case of his own: once for a session, whosever they are.
REVIEWING = "review"
STATUS = {ConflictError: 409, NotFoundError: 404, UsageError: 422}


@router.get("/review")
def listed(request: Request, show: str = "waiting", mine: str = "", page_no: str = "1") -> Response:
    """The queue, most pressing first; what waits for a second officer; what was decided since the last night."""
    number = whole_number(page_no, _LAST_PAGE)
    if show not in SHOWN or number is None:
        return refusal(request, 404)
    context, session = context_of(request), officer_of(request)
    with context.publications.reading() as reader:
        done = queue.settled(context, reader)
        found = queue.waiting(context, session, reader, done, mine=mine == "1", page_no=number)
        decided = [verdict.subject.link_id for verdict in done.told]
        names = queue.named(reader, [*decided, *(proposal.subject.link_id for proposal in done.proposed)])
    told = [row["debtor_id"] for row in [*found, *names.values()]]
    context.note(request, "review_list", subject=f"{show}:{number}", concerned=told)
    total = found[0]["total"] if found else 0
    return page(
        request,
        "review.html",
        show=show,
        mine=mine == "1",
        rows=found,
        total=total,
        page_no=number,
        pages=-(-total // queue.PER_PAGE),
        done=done,
        names=names,
    )


@router.post("/review/purpose")
def state(request: Request) -> Response:
    """Review links for a stated reason, as long as the session lasts; on to the link that was asked for."""
    context, session, form = context_of(request), officer_of(request), form_of(request)
    link_id = form.get("link_id", "")
    if not _LINK.fullmatch(link_id):
        return refusal(request, 404)
    try:
        reason = reason_given(form.get("reason", ""))
    except UsageError as error:
        return _asked(request, link_id, f"{error.what}：{error.do}")
    sessions.state(context.engine, session, Purpose(REVIEWING, None, reason, unmasked=False))
    context.note(request, "state_reason", subject=REVIEWING, reason=reason)
    return RedirectResponse(f"/review/links/{link_id}", status_code=303)


@router.get("/review/links/{link_id}")
def link(request: Request, link_id: str, after: str = "") -> Response:
    """One link. `after`: the link that was decided just before."""
    return _shown(request, link_id, after=after)


@router.post("/review/links/{link_id}")
def decide(request: Request, link_id: str) -> Response:
    """Decide on the link as it was shown, and go on to the next."""
    context, session, form = context_of(request), officer_of(request), form_of(request)
    found, purpose = _looked_at(request, link_id)
    if purpose is None:
        return _asked(request, link_id)
    with context.publications.reading() as reader:
        following = queue.beside(reader, link_id, queue.settled(context, reader).links)["after"]
    try:
        _require_seen(found, form.get("basis_digest", ""))
        given = deciding.decide(
            context.engine,
            verdicts.Subject(**found.subject(context.settings.id_key)),
            form.get("answer", ""),
            reason=form.get("reason", ""),
            officer=session.officer,
            amount=found.amount,
            limit=context.settings.second_officer_from,
            seen=form.get("seen", ""),
        )
    except ChakongError as error:
        return _shown(request, link_id, error=error)
    action = "propose" if isinstance(given, Proposal) else "verdict"
    context.note(
        request, action, debtor_id=purpose.debtor_id, case_no=purpose.case_no, subject=f"{link_id}:{form['answer']}",
        reason=given.reason,
    )  # fmt: skip
    return RedirectResponse(f"/review/links/{following or link_id}?after={link_id}", status_code=303)


@router.post("/review/links/{link_id}/second")
def second(request: Request, link_id: str) -> Response:
    """Confirm a proposal as the second officer, or end it without a verdict."""
    context, session, form = context_of(request), officer_of(request), form_of(request)
    found, purpose = _looked_at(request, link_id)
    if purpose is None:
        return _asked(request, link_id)
    signed = {"reason": form.get("reason", ""), "officer": session.officer}
    proposal_id, confirms = form.get("proposal_id", ""), form.get("answer") == "confirm"
    try:
        _require_seen(found, form.get("basis_digest", ""))
        if confirms:
            digest = found.link["basis_digest"]
            deciding.confirm(context.engine, proposal_id, basis_digest=digest, **signed)
        else:
            deciding.give_back(context.engine, proposal_id, **signed)
    except ChakongError as error:
        return _shown(request, link_id, error=error)
    context.note(
        request, "confirm" if confirms else "give_back", debtor_id=purpose.debtor_id, case_no=purpose.case_no,
        subject=link_id, reason=" ".join(signed["reason"].split()),
    )  # fmt: skip
    return RedirectResponse(f"/review/links/{link_id}", status_code=303)


@router.post("/review/links/{link_id}/withdraw")
def withdraw(request: Request, link_id: str) -> Response:
    """Take a verdict on the link back; what stood before stands again."""
    context, session, form = context_of(request), officer_of(request), form_of(request)
    _, purpose = _looked_at(request, link_id)
    if purpose is None:
        return _asked(request, link_id)
    try:
        stands = verdicts.on_link(context.engine, link_id)
        if stands is None or stands.verdict_id != form.get("verdict_id"):
            raise ConflictError("这条认定已不是现在的认定", where=link_id, do="看过现在的认定再决定")
        taken_back = verdicts.withdraw(
            context.engine, stands.verdict_id, reason=form.get("reason", ""), officer=session.officer
        )
    except ChakongError as error:
        return _shown(request, link_id, error=error)
    context.note(
        request, "withdraw", debtor_id=purpose.debtor_id, case_no=purpose.case_no,
        subject=f"{link_id}:{stands.verdict}", reason=taken_back.reason,
    )  # fmt: skip
    return RedirectResponse(f"/review/links/{link_id}", status_code=303)


def _found(reader: Reader, link_id: str) -> Stakes:
    """NotFoundError for what is no published link."""
    if not _LINK.fullmatch(link_id):
        raise NotFoundError("no such link is published", where="link", do="look at the queue")
    return stakes.of_link(reader.con, link_id)


def _looked_at(request: Request, link_id: str) -> tuple[Stakes, Purpose | None]:
    """The link as it is published, and on what ground the officer looks at it."""
    context = context_of(request)
    with context.publications.reading() as reader:
        found = _found(reader, link_id)
        return found, _ground(context, officer_of(request), reader, found)


def _ground(context: Context, session: Session, reader: Reader, found: Stakes) -> Purpose | None:
    """On what ground the officer looks at the link's debtor: as at his profile, else the reason to review links."""
    debtor_id: str = found.link["debtor_id"]
    stated = ground(context, session, reader, debtor_id) or sessions.stated(context.engine, session, REVIEWING)
    return stated and replace(stated, debtor_id=debtor_id)


def _asked(request: Request, link_id: str, wrong: str = "") -> Response:
    return page(request, "review_purpose.html", 422 if wrong else 200, link_id=link_id, wrong=wrong)


def _require_seen(found: Stakes, digest: str) -> None:
    if found.link["basis_digest"] != digest:
        raise ConflictError(
            "打开以后记录或被执行人的信息有变化", where=found.link["link_id"], do="看过现在的信息再决定"
        )


def _shown(request: Request, link_id: str, *, after: str = "", error: ChakongError | None = None) -> Response:
    context, session = context_of(request), officer_of(request)
    with context.publications.reading() as reader:
        found = _found(reader, link_id)
        purpose = _ground(context, session, reader, found)
        if purpose is None:
            return _asked(request, link_id)
        done = queue.settled(context, reader)
        neighbours = queue.beside(reader, link_id, done.links)
        record = queue.record(reader, link_id)
        past = queue.named(reader, [after]).get(after) if _LINK.fullmatch(after) else None
    context.note(
        request, "review", debtor_id=purpose.debtor_id, case_no=purpose.case_no, reason=purpose.reason, subject=link_id
    )
    status = 200 if error is None else next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    return page(
        request,
        "link.html",
        status,
        error=error,
        typed=form_of(request).get("reason", ""),
        past=past,
        past_given=done.given.get(after),
        past_proposed=any(one.subject.link_id == after for one in done.proposed),
        masked=not purpose.unmasked,
        neighbours=neighbours,
        **_facts(context, found, record, unmasked=purpose.unmasked),
        **_decisions(context, found, link_id),
    )


def _facts(context: Context, found: Stakes, record: dict[str, Any] | None, *, unmasked: bool) -> dict[str, Any]:
    """Both records, the evidence, and the assets that hang on it."""
    shown = found.assets if unmasked else masked(found.assets)
    values = delivered(context.store, record)["row"] if record else {}
    return {
        "link": found.link if unmasked else masked(found.link),
        "debtor": found.debtor,
        "assets": shown,
        "compared": differences.compared(found, unmasked=unmasked),
        "sentence": context.beyond.sentence(found.link["evidence"] or []),
        "picture": context.beyond.picture(found.link["evidence"] or []),
        "record": record,
        "record_title": title(record) if record else "",
        "values": named(record, values if unmasked else masked(values)) if record else [],
        "effects": {answer: found.effect(answer) for answer in verdicts.ANSWERS},
        "needs_second": deciding.needs_second("same", found.amount, context.settings.second_officer_from),
        "amount": found.amount,
        "limit": Decimal(context.settings.second_officer_from),
    }


def _decisions(context: Context, found: Stakes, link_id: str) -> dict[str, Any]:
    told: list[Verdict] = [
        verdict
        for verdict in verdicts.history(context.engine, debtor_id=found.link["debtor_id"])
        if verdict.subject.link_id == link_id
    ]
    proposed = deciding.waiting(context.engine, link_id)
    return {
        "stands": verdicts.on_link(context.engine, link_id),
        "proposal": proposed[0] if proposed else None,
        "told": told[::-1],
    }
