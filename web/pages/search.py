"""Finding a debtor. The words travel in the body of a form and never in an address, where browsers and proxies keep
them."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core.duck import sql
from profiles import query
from web.context import context_of, form_of, officer_of, whole_number
from web.masking import masked
from web.pages.login import STARTS
from web.publications import Reader
from web.render import page, refusal
from web.search.index import MOST, Hit

router = APIRouter()
PER_PAGE = 20
LONGEST = 100


@router.get("/")
def start(request: Request) -> Response:
    """Where the officer's role starts; for most, the search."""
    role = officer_of(request).role
    if role in STARTS:
        return RedirectResponse(STARTS[role], status_code=303)
    with context_of(request).publications.reading() as reader:
        return page(request, "search.html", run=reader.run, words="", found=None)


@router.post("/search")
def search(request: Request) -> Response:
    """Keep the words and show what they mean under an address that does not tell them."""
    context, words = context_of(request), form_of(request).get("words", "").strip()[:LONGEST]
    if not words:
        return RedirectResponse("/", status_code=303)
    with context.publications.reading() as reader:
        hits = reader.index.find(reader.con, words)
    _note(request, words, hits, 1)
    search_id = context.recent.keep(officer_of(request).officer, words)
    return RedirectResponse(f"/search/{search_id}", status_code=303)


@router.get("/search/{search_id}")
def results(request: Request, search_id: str, page_no: str = "1") -> Response:
    """Whom the words may mean, twenty a page, each with why."""
    context = context_of(request)
    words = context.recent.words(officer_of(request).officer, search_id)
    if words is None:
        return RedirectResponse("/", status_code=303)
    number = whole_number(page_no, MOST // PER_PAGE)
    if number is None:
        return refusal(request, 404)
    start = (number - 1) * PER_PAGE
    with context.publications.reading() as reader:
        hits = reader.index.find(reader.con, words)
        found = shown(reader, hits[start : start + PER_PAGE])
        if number > 1:
            _note(request, words, hits, number)
        return page(
            request,
            "search.html",
            run=reader.run,
            words=words,
            found=found,
            total=len(hits),
            most=MOST,
            search_id=search_id,
            page_no=number,
            pages=-(-len(hits) // PER_PAGE),
        )


def _note(request: Request, words: str, hits: Sequence[Hit], page_no: int) -> None:
    """Of the words the log keeps the digest, and whom the page showed: the first with the search itself, as looking at
    it again is no other act."""
    context, start = context_of(request), (page_no - 1) * PER_PAGE
    context.note(
        request,
        "search",
        subject=f"{context.words_digest(words)}:{len(hits)}{f':{page_no}' if page_no > 1 else ''}",
        concerned=(hit.debtor_id for hit in hits[start : start + PER_PAGE]),
    )


def shown(reader: Reader, hits: Sequence[Hit]) -> list[query.Row]:
    """What tells one debtor of a name from another, numbers hidden; in the order of the hits."""
    result = reader.con.execute(sql("web.sql", "found"), {"wanted": [hit.debtor_id for hit in hits]})
    names = [column[0] for column in result.description]
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in result.fetchall()}
    return [
        {**masked(rows[hit.debtor_id]), "found_by": hit.kind, "matched": hit.text}
        for hit in hits
        if hit.debtor_id in rows
    ]
