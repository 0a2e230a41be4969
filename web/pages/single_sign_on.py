"""Logging in by way of the court's identity provider."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger import accounts, audit
from web.context import address_of, context_of
from web.identity import BACK, PATIENCE, IdentityError
from web.pages.login import let_in, login_page
from web.render import page, refusal

router = APIRouter()
#: Not strict like the session's: the provider's page sends the browser back.
_COOKIE = "chakong-oidc"
_PATH = "/login/oidc"


@router.get(_PATH)
def leave(request: Request) -> Response:
    """To the provider."""
    context = context_of(request)
    if context.provider is None:
        return refusal(request, 404)
    try:
        address, token = context.provider.begin()
    except IdentityError as error:
        return _failed(request, error)
    answer = RedirectResponse(address, status_code=303)
    answer.set_cookie(
        _COOKIE, token, httponly=True, samesite="lax", secure=context.behind_tls, path=_PATH, max_age=PATIENCE
    )
    return answer


@router.get(BACK)
def come_back(request: Request, state: str = "", code: str = "") -> Response:
    """From the provider, with its word on who it is: a session for who has an account here."""
    context = context_of(request)
    if context.provider is None:
        return refusal(request, 404)
    try:
        officer = context.provider.officer(request.cookies.get(_COOKIE, ""), state, code)
    except IdentityError as error:
        return _failed(request, error)
    account = accounts.able(context.engine, officer)
    if account is None:
        return _failed(request, IdentityError("没有可用的查控账户", do="请管理员建立或启用账户"), officer)
    # a page and no redirect: what follows one from another site gets no strict cookie
    answer = let_in(request, account, page(request, "signed_on.html"))
    answer.delete_cookie(_COOKIE, path=_PATH)
    return answer


def _failed(request: Request, error: IdentityError, officer: str = "") -> Response:
    """The login page that says why; the audit log knows of it."""
    context = context_of(request)
    subject = context.words_digest(officer) if officer else "oidc"
    act = audit.Act("login_failed", outcome="refused", subject=subject, address=address_of(request))
    audit.append(context.engine, context.audit_key, act)
    return login_page(request, f"{error.what}。{error.do}。", 401)
