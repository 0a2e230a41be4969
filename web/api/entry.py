"""Who asks over the API, in whose name and why: a key, an officer, and a case of his or a reason, in headers.

A session opens nothing here, and no token of a form is asked for: a browser sends no key by itself.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from urllib.parse import unquote_to_bytes

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Message, Send

from core.errors import NotFoundError, RefusedError, UsageError
from ledger import accounts, api_keys
from ledger.accounts import Account
from ledger.api_keys import ApiKey
from ledger.signing import officer_number, reason_given
from web.api.problems import of_error, problem
from web.context import Caller, Context, address_of, caller_of, context_of

#: For whom, and why. A header holds ASCII alone, so what stands in the last two is percent-encoded UTF-8.
OFFICER, CASE, REASON = "Chakong-Officer", "Chakong-Case", "Chakong-Reason"
_LONGEST_CASE = 100
#: What stands in the audit log for a key that nobody was given.
NO_KEY = "unknown-key"


def judged(context: Context, request: Request, route: str | None) -> Response | None:
    """None lets the request through, with its `Caller` in the scope. `route`: as the permissions name it; None if the
    request reaches none."""
    if route is not None and context.permissions.is_public(route):
        return None
    key = _key(context, request, route)
    if key is None:
        return problem(401, headers={"WWW-Authenticate": "Bearer"})
    if wait := context.rate.wait(key.key_id):
        return _too_many(context, request, key, route, wait)
    if route is None:
        return _nowhere(request)
    try:
        account = _officer(context, request)
        caller = Caller(key, account.officer, account.name, account.role, account.sole, None, None)
        request.scope["chakong.caller"] = caller
        _require_allowed(context, caller, route)
        case_no, reason = _ground(request)
    except (UsageError, RefusedError) as error:
        subject = route if caller_of(request) else f"{key.key_id} {route}"
        context.note(request, "refused", outcome="refused", subject=subject)
        return of_error(error)
    request.scope["chakong.caller"] = replace(caller, case_no=case_no, reason=reason)
    return None


def logging(request: Request, send: Send) -> Send:
    """`send`, but an answer that nothing was noted about (because it failed) is noted before it goes."""
    context = context_of(request)

    async def told(message: Message) -> None:
        starts = message["type"] == "http.response.start"
        if starts and caller_of(request) is not None and "chakong.noted" not in request.scope:
            route = getattr(request.scope.get("route"), "path", "")
            subject = f"{request.method} {route} {message['status']}"
            await to_thread.run_sync(lambda: context.note(request, "api", subject=subject))
        await send(message)

    return told


def _key(context: Context, request: Request, route: str | None) -> ApiKey | None:
    """The key that is shown, if it is let in. One that is known and is not, is noted; who shows none, now and then."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    key, is_let_in = api_keys.tried(context.engine, token.strip()) if kind.lower() == "bearer" else (None, False)
    if is_let_in:
        return key
    if key is not None or context.strangers.is_news(address_of(request)):
        subject = f"{key.key_id if key else NO_KEY} {route or ''}".strip()
        context.note(request, "refused", outcome="refused", subject=subject)
    return None


def _too_many(context: Context, request: Request, key: ApiKey, route: str | None, wait: float) -> Response:
    """Noted now and then: the log is not to be flooded by who asks too often."""
    if context.hasty.is_news(key.key_id):
        context.note(request, "refused", outcome="refused", subject=f"{key.key_id} {route or ''}".strip())
    return problem(429, headers={"Retry-After": str(ceil(wait))})


def _officer(context: Context, request: Request) -> Account:
    number = request.headers.get(OFFICER)
    if number is None:
        raise UsageError(f"缺少请求头 {OFFICER}", do="写明为哪位人员查询：其工号")
    try:
        account = accounts.one(context.engine, officer_number(number))
    except NotFoundError:
        account = None
    if account is None or account.disabled_at is not None:
        raise RefusedError("所称人员没有账户，或账户已停用", do="核对工号")
    return account


def _require_allowed(context: Context, caller: Caller, route: str) -> None:
    if context.permissions.allows_key(caller.key.scopes, caller.role, route):
        return
    rule = context.permissions.api.get(route)
    if rule is not None and rule.scope not in caller.key.scopes:
        raise RefusedError(f"密钥没有权限范围 {rule.scope}", do="请管理员另建密钥")
    raise RefusedError("所称人员的角色没有这项权限", do="核对工号")


def _ground(request: Request) -> tuple[str | None, str | None]:
    """The case or the reason that is stated. Whether the case is the officer's own is asked where a debtor is known."""
    case_no, reason = (_text(request, name) for name in (CASE, REASON))
    if (case_no is None) == (reason is None):
        raise UsageError(f"请求头 {CASE} 和 {REASON} 须写且只写一个", do="写明案号，或者查询事由")
    if reason is not None:
        return None, reason_given(reason)
    if case_no is None or not case_no.isprintable() or not 0 < len(case_no) <= _LONGEST_CASE:
        raise UsageError(f"请求头 {CASE} 不是案号", do="核对案号")
    return case_no, None


def _text(request: Request, name: str) -> str | None:
    value = request.headers.get(name)
    if value is None:
        return None
    try:
        return unquote_to_bytes(value.encode("ascii")).decode("utf-8").strip()
    except UnicodeError:
        raise UsageError(f"请求头 {name} 不是百分号编码的 UTF-8", do="编码后再发送") from None


def _nowhere(request: Request) -> Response:
    """404; 405 where the address is right and the method is not."""
    allowed: set[str] = set()
    for route in request.app.routes:
        if route.matches(request.scope)[0] is Match.PARTIAL:
            allowed |= set(getattr(route, "methods", None) or ())
    return problem(405, headers={"Allow": ", ".join(sorted(allowed))}) if allowed else problem(404)
