"""Logging in and out."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import accounts, audit, sessions
from web.context import COOKIE, address_of, context_of, form_of, officer_of, session_of
from web.render import page, refusal

router = APIRouter()

#: Where each role starts.
STARTS = {"operator": "/night", "administrator": "/night", "supervisor": "/audit"}
FAILED = "工号或口令不对，或账户已锁定、停用。连续五次不对将锁定十五分钟。"


@router.get("/login")
def login_form(request: Request) -> Response:
    """The form; who is there already goes to his start."""
    if session_of(request) is not None:
        return RedirectResponse("/", status_code=303)
    return login_page(request)


@router.post("/login")
def log_in(request: Request) -> Response:
    """A session for who knows a password. Why it failed is not told."""
    context, form = context_of(request), form_of(request)
    if not context.settings.console_passwords:
        return refusal(request, 403)
    officer, address = form.get("officer", "").strip(), address_of(request)
    account = accounts.checked(context.engine, officer, form.get("password", ""))
    if account is None:
        # what was typed may be a name, or a password in the wrong field
        act = audit.Act("login_failed", outcome="refused", subject=context.words_digest(officer), address=address)
        audit.append(context.engine, context.audit_key, act)
        return login_page(request, FAILED, 401)
    return let_in(request, account, RedirectResponse(STARTS.get(account.role, "/"), status_code=303))


def login_page(request: Request, failed: str = "", status: int = 200) -> Response:
    """The form, the way to the identity provider, or both; `failed` says what went wrong before."""
    context = context_of(request)
    by_password, by_provider = context.settings.console_passwords, context.provider is not None
    return page(request, "login.html", status, failed=failed, by_password=by_password, by_provider=by_provider)


def let_in(request: Request, account: accounts.Account, answer: Response) -> Response:
    """A new session for an officer who has proved who he is, its token in a cookie of the answer."""
    context, address = context_of(request), address_of(request)
    if (earlier := session_of(request)) is not None:
        sessions.end(context.engine, earlier.digest)
    token = sessions.begin(context.engine, account.officer, address)
    act = audit.Act("login", officer=account.officer, role=account.role, address=address)
    audit.append(context.engine, context.audit_key, act)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=context.behind_tls, path="/")
    return answer


@router.post("/logout")
def log_out(request: Request) -> Response:
    """The session is over, here and in the ledger."""
    context, session = context_of(request), officer_of(request)
    context.note(request, "logout")
    sessions.end(context.engine, session.digest)
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer
