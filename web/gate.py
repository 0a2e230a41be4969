"""The gate before every page: who is it, may they, and did they mean it. What no rule allows is refused. Requests of
the API are judged by `web.api.entry`, and by nothing that holds for pages.

It stands outside of the application's routing, finds out itself which route a request will reach, and so holds also
for a route that somebody adds by another way (`app.mount`, `add_route`)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.log import record_failure
from ledger import sessions
from web.api import entry
from web.context import COOKIE, Context, context_of, is_api

#: Nothing that is posted here is longer.
LARGEST_BODY = 64 * 1024
_FORM_FIELDS = 50
_SAFE = ("GET", "HEAD", "OPTIONS")

Refuse = Callable[[Request, int], Response]


class Gate:
    """ASGI middleware. `refuse` makes the answer of a refusal: 403 or 404 (413 for a body too large)."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self._app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        request = Request(scope, receive)
        try:
            answer = await self._judged(request)
            if answer is None:
                told = entry.logging(request, sent) if is_api(request) else sent
                await self._app(scope, _replayed(scope, receive), told)
            else:
                await answer(scope, receive, sent)
        except Exception as error:  # whoever logged it would log the row it failed on
            record_failure(error)
            if not begun:
                await self._refuse(request, 500)(scope, receive, send)

    async def _judged(self, request: Request) -> Response | None:
        """None lets the request through."""
        context = context_of(request)
        route = route_of(request.app.routes, request.scope)
        token = request.cookies.get(COOKIE, "")
        if is_api(request):
            if not await _read_body(request):
                return self._refuse(request, 413)
            return await to_thread.run_sync(entry.judged, context, request, route)
        if token and not (route or "").endswith("/static"):
            request.scope["chakong.session"] = await to_thread.run_sync(
                sessions.found, context.engine, token, context.idle
            )
        if request.method not in _SAFE and not (await _read_body(request) and _read_form(request)):
            return self._refuse(request, 413)
        if request.method not in _SAFE and not meant(request):
            return await self._refused(context, request, route)
        if route is not None and context.permissions.is_public(route):
            return None
        return await self._permitted(context, request, route)

    async def _permitted(self, context: Context, request: Request, route: str | None) -> Response | None:
        session = request.scope.get("chakong.session")
        if session is None:
            return RedirectResponse("/login", status_code=303)
        if route is None:
            return self._refuse(request, 404)
        if not context.permissions.allows(session.role, route):
            return await self._refused(context, request, route)
        return None

    async def _refused(self, context: Context, request: Request, route: str | None) -> Response:
        def note() -> None:
            context.note(request, "refused", outcome="refused", subject=route)

        await to_thread.run_sync(note)
        return self._refuse(request, 403)


def route_of(routes: Sequence[BaseRoute], scope: Scope) -> str | None:
    """ "METHOD /path/{as_declared}" of the route that the request will reach; None if it reaches none."""
    for route in routes:
        match, _ = route.matches(scope)
        if match is Match.FULL:
            return f"{scope['method']} {getattr(route, 'path', '?')}"
    return None


def meant(request: Request) -> bool:
    """Whether a request that changes something was sent from a page of ours: same origin, and the session's token."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return False
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    session = request.scope.get("chakong.session")
    if session is None:
        return True
    return hmac.compare_digest(request.scope["chakong.form"].get("csrf", "").encode(), session.csrf.encode())


async def _read_body(request: Request) -> bool:
    """Keep the body in the scope; False if it is too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return False
    request.scope["chakong.body"] = body
    return True


def _read_form(request: Request) -> bool:
    """Keep the fields of the body in the scope; False if it is no form, or has a NUL, which no text has."""
    try:
        text = request.scope["chakong.body"].decode("utf-8")
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=_FORM_FIELDS)
    except ValueError:
        return False
    request.scope["chakong.form"] = {name: values[-1] for name, values in fields.items()}
    return not any("\0" in value for value in request.scope["chakong.form"].values())


def _replayed(scope: Scope, receive: Receive) -> Receive:
    """The body once more, for whoever reads it behind the gate; what nobody has read is read as ever."""
    told = "chakong.body" not in scope

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": scope["chakong.body"], "more_body": False}

    return again
