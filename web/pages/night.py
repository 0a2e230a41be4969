"""The night: how every source stands, what was quarantined, which runs led here, and what an operator does about it.
Counts and dates, nobody's name."""

from __future__ import annotations

from collections.abc import Callable
from mimetypes import guess_type

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from core.errors import ChakongError, TransientError
from ledger.signing import reason_given
from profiles import query, status_zh
from web.context import context_of, form_of, officer_of
from web.render import page, refusal
from web.threads import apart

router = APIRouter()

_RUNS = "SELECT * FROM run ORDER BY started_at DESC, run_id DESC LIMIT 15"
_QUARANTINED = """
SELECT business_date, source, table_name, array_to_string(reasons, '、') AS reasons, severity, count(*) AS rows
FROM quarantine GROUP BY ALL ORDER BY business_date DESC, rows DESC, source, table_name, reasons LIMIT 40"""
#: What of the Data Docs is a page or its looks.
_SITE = (".html", ".css")
_BUSY = "这个来源正在接收，夜间对账或他人正在使用：稍后再试"


@router.get("/night")
def night(request: Request) -> Response:
    """Sources, totals, alerts, deliveries that need somebody, quarantine and runs of the newest publication."""
    return _shown(request)


@router.post("/night/release")
@apart
def release(request: Request) -> Response:
    """Let a held delivery in with the next night, for a reason."""
    context, officer = context_of(request), officer_of(request).officer

    def act(delivery_id: str, reason: str) -> list[str]:
        context.beyond.release(delivery_id, reason, officer)
        return [f"已放行到件 {delivery_id}，下一次夜间对账采用；对方须仍保留原件"]

    return _done(request, "release", act)


@router.post("/night/replay")
@apart
def replay(request: Request) -> Response:
    """Read a delivery again from the archive, for a reason; what becomes acceptable is taken."""
    context, officer = context_of(request), officer_of(request).officer
    return _done(request, "replay", lambda delivery_id, reason: context.beyond.read_again(delivery_id, reason, officer))


@router.get("/data-docs")
def data_docs(request: Request) -> Response:
    """Where the validation reports begin."""
    return RedirectResponse("/data-docs/index.html", status_code=303)


@router.get("/data-docs/{path:path}")
def data_docs_page(request: Request, path: str) -> Response:
    """A page of the validation reports: they lie in the store, and nothing beside them is handed out."""
    site = context_of(request).store.data_docs.resolve()
    file = (site / path).resolve() if "\0" not in path else site
    if not (file.is_relative_to(site) and file.suffix in _SITE and file.is_file()):
        return refusal(request, 404)
    return FileResponse(file, media_type=guess_type(file.name)[0])


def _done(request: Request, action: str, act: Callable[[str, str], list[str]]) -> Response:
    """The page again, with what was done or why not."""
    form = form_of(request)
    delivery_id = form.get("delivery_id", "")
    try:
        reason = reason_given(form.get("reason", ""))
        told = act(delivery_id, reason)
    except TransientError:
        return _shown(request, wrong=_BUSY, status=409)
    except ChakongError as error:
        return _shown(request, wrong=f"{error.what}：{error.do}", status=422)
    context_of(request).note(request, action, subject=delivery_id, reason=reason)
    return _shown(request, done=told or ["没有需要重新读取的到件"])


def _shown(request: Request, *, done: list[str] | None = None, wrong: str = "", status: int = 200) -> Response:
    context = context_of(request)
    with context.publications.reading() as reader:
        facts = status_zh.read(reader.con)
        return page(
            request,
            "night.html",
            status,
            run=facts["run"],
            sources=facts["sources"],
            totals=facts["totals"],
            alerts=facts["alerts"],
            quarantined=query.rows(reader.con, _QUARANTINED),
            runs=query.rows(reader.con, _RUNS),
            attention=context.beyond.attention(),
            data_docs=(context.store.data_docs / "index.html").exists(),
            done=done or [],
            wrong=wrong,
        )
