"""The application: what it opens at its start, its routes, and what stands before and behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from core.errors import NotFoundError, SettingsError
from core.settings import Settings
from core.store import Store
from ledger import audit_key, database
from web import permissions, threads
from web.api import openapi
from web.api.problems import problem
from web.api.rate import Rate
from web.beyond import Beyond
from web.context import Context, is_api
from web.gate import Gate
from web.headers import Headers
from web.identity import provider
from web.pages import audit, debtor, evidence, files, login, night, review, search, single_sign_on, worklist
from web.publications import Publications
from web.render import refusal
from web.search.recent import Recent

#: Each brings its routes.
PAGES = (login, single_sign_on, search, debtor, evidence, files, worklist, review, night, audit)


def create_app(settings: Settings, store: Store, beyond: Beyond) -> FastAPI:
    """The console over a store. SettingsError if a route and the permissions do not agree; StoreError, when it
    starts, if nothing is published."""
    table, identity, rate = permissions.load(), provider(settings), Rate(settings.api_requests_per_minute)

    @asynccontextmanager
    async def opened(app: FastAPI) -> AsyncIterator[None]:
        with database.opened(database.url_of(settings, store)) as engine:
            publications = Publications(store.profiles, settings)
            key = audit_key.read_or_make(store.audit_key)
            app.state.context = Context(
                settings, store, engine, key, publications, table, Recent(), beyond, rate, identity
            )
            threads.limit()
            yield
            publications.close()

    app = FastAPI(
        title="查控",
        lifespan=opened,
        openapi_url=None,  # no page of it: it would load its script from elsewhere; the API describes itself
        middleware=[
            Middleware(Headers, tls=settings.console_proxy is not None),
            Middleware(Gate, refuse=_refused),
        ],
    )
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    for module in PAGES:
        # not included but added: the gate wants to see each route, not a router that hides them
        app.router.routes.extend(module.router.routes)
    app.router.routes.extend(openapi.routes())
    app.add_exception_handler(NotFoundError, _not_found)
    require_agreement(app.routes, table)
    return app


def declared(routes: list[BaseRoute]) -> set[str]:
    """ "METHOD /path" of every route, as the permissions name it."""
    return {
        f"{method} {getattr(route, 'path', '?')}"
        for route in routes
        for method in sorted(getattr(route, "methods", None) or {"GET"})
    }


def require_agreement(routes: list[BaseRoute], table: permissions.Permissions) -> None:
    """SettingsError if a route has no permission (nobody would reach it) or a permission no route (it says nothing)."""
    named = set(table.routes) | set(table.api) | table.public
    differing = sorted(declared(routes) ^ named)
    if differing:
        raise SettingsError(
            f"routes and permissions differ: {', '.join(differing)}",
            where="permissions.yaml",
            do="name each route once",
        )


def _not_found(request: Request, _error: Exception) -> Response:
    return _refused(request, 404)


def _refused(request: Request, status: int) -> Response:
    return problem(status) if is_api(request) else refusal(request, status)
