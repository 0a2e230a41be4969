"""Worklists across debtors: filtered, sorted, paged; kept as views; exported as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core.errors import ChakongError, NotFoundError, UsageError
from exports import imprint, workbook, worklists
from exports.sheets import Sheet
from ledger import saved_views
from web.context import context_of, form_of, officer_of, whole_number
from web.download import attachment
from web.masking import masked
from web.render import page
from web.threads import apart
from web.worklists import lists
from web.worklists.lists import WORKLISTS, Worklist

router = APIRouter()


@router.get("/worklists")
def first(request: Request) -> Response:
    """The first worklist, unfiltered."""
    return _shown(request, next(iter(WORKLISTS.values())), {})


@router.get("/worklists/{name}")
def unfiltered(request: Request, name: str) -> Response:
    """A worklist without filters."""
    return _shown(request, _known(name), {})


@router.post("/worklists/{name}")
def filtered(request: Request, name: str) -> Response:
    """A worklist under the filters of the form, which hold names and so stand in no address."""
    return _shown(request, _known(name), form_of(request))


@router.post("/worklists/{name}/export")
@apart
def export(request: Request, name: str) -> Response:
    """The rows under the filters of the form, as a workbook; numbers stay hidden."""
    context, session, worklist = context_of(request), officer_of(request), _known(name)
    try:
        asked = worklist.accepted(form_of(request))
    except UsageError as error:
        return _shown(request, worklist, {}, error=error)
    with context.publications.reading() as reader:
        found = masked(lists.rows(context, session, reader, worklist, asked, skip=0, size=lists.EXPORTED))
        stamp = imprint.read(reader.con, context.settings)
    more = "，后面还有" if len(found) == lists.EXPORTED else ""
    sheet = Sheet(worklist.title, worklists.COLUMNS[name], found, f"{worklist.told}，{len(found)} 行{more}")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        workbook.write_list(sheet, stamp, path, lists.told(worklist, asked))
        content = path.read_bytes()
    told = f"worklist:{name}:{len(found)} {lists.noted(worklist, asked)}".strip()
    context.note(request, "export", subject=told, concerned=(row["debtor_id"] for row in found))
    return attachment(content, f"{worklist.title}_{stamp.business_date:%Y%m%d}.xlsx")


@router.post("/worklists/{name}/views")
def keep(request: Request, name: str) -> Response:
    """Keep the filters of the form under a title."""
    context, session, form, worklist = context_of(request), officer_of(request), form_of(request), _known(name)
    try:
        view = saved_views.keep(
            context.engine,
            session.officer,
            form.get("title", ""),
            worklist=name,
            filters=worklist.accepted(form),
            shared=form.get("shared") == "1",
        )
    except UsageError as error:
        return _shown(request, worklist, form, error=error)
    context.note(request, "keep_view", subject=view.view_id)
    return RedirectResponse(f"/worklists/views/{view.view_id}", status_code=303)


@router.get("/worklists/views/{view_id}")
def view(request: Request, view_id: str) -> Response:
    """A worklist under filters that were kept."""
    kept = saved_views.one(context_of(request).engine, officer_of(request).officer, view_id)
    return _shown(request, _known(kept.worklist), kept.filters, kept=kept)


@router.post("/worklists/views/{view_id}/drop")
def drop(request: Request, view_id: str) -> Response:
    """Delete a view of one's own."""
    context, session = context_of(request), officer_of(request)
    kept = saved_views.one(context.engine, session.officer, view_id)
    saved_views.drop(context.engine, session.officer, view_id)
    context.note(request, "drop_view", subject=view_id)
    return RedirectResponse(f"/worklists/{kept.worklist}", status_code=303)


def _known(name: str) -> Worklist:
    if name not in WORKLISTS:
        raise NotFoundError("no such worklist", where="worklist", do="choose one of the list")
    return WORKLISTS[name]


def _shown(
    request: Request,
    worklist: Worklist,
    form: Mapping[str, str],
    *,
    kept: saved_views.SavedView | None = None,
    error: ChakongError | None = None,
) -> Response:
    context, session = context_of(request), officer_of(request)
    try:
        asked = worklist.accepted(form)
    except UsageError as wrong:
        asked, error = worklist.accepted({}), error or wrong
    page_no = whole_number(form.get("page_no", "1"), lists.LAST_PAGE) or 1
    with context.publications.reading() as reader:
        total = lists.count(context, session, reader, worklist, asked)
        skip = (page_no - 1) * lists.PER_PAGE
        found = lists.rows(context, session, reader, worklist, asked, skip=skip, size=lists.PER_PAGE)
        run = reader.run
    told = f"{worklist.name}:{page_no}:{total} {lists.noted(worklist, asked)}".strip()
    context.note(request, "worklist", subject=told, concerned=(row["debtor_id"] for row in found))
    return page(
        request,
        "worklist.html",
        422 if error else 200,
        worklist=worklist,
        worklists=WORKLISTS,
        titles=lists.TITLES,
        asked=asked,
        columns=worklists.COLUMNS[worklist.name],
        rows=[(row, masked(row)) for row in found],
        total=total,
        counted=lists.COUNTED,
        page_no=page_no,
        pages=min(-(-total // lists.PER_PAGE), lists.LAST_PAGE),
        views=saved_views.known(context.engine, session.officer),
        kept=kept,
        error=error,
        run=run,
    )
