"""Asking the index of one publication (`profiles.searching`)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import duckdb
from rapidfuzz import process
from rapidfuzz.distance import OSA

from core.duck import sql
from profiles.searching.sounds import sound, spelled
from web.search import slips, typed

#: Nobody reads more.
MOST = 200
#: Searches whose hits are kept: what was found is shown under another address a moment later, and page by page.
_KEPT = 256
_PACKAGE = "web.search"
_NUMBER_LENGTHS = (15, 18)
_QUERIES = ("by_number", "near_numbers", "by_name", "like_names", "holders")


@dataclass(frozen=True)
class Hit:
    """A debtor, and why: `kind` is a word of `found_by`, `text` the published name that matched, null for a number."""

    debtor_id: str
    kind: str
    text: str | None = None


class Index:
    """Asked through cursors whose search path holds the index."""

    def __init__(self) -> None:
        self._queries = {name: sql(_PACKAGE, name) for name in _QUERIES}
        self._lock = Lock()
        self._kept: OrderedDict[str, Sequence[Hit]] = OrderedDict()

    def find(self, con: duckdb.DuckDBPyConnection, wanted: str) -> Sequence[Hit]:
        """Whom `wanted` may mean, the surest first, each debtor once; at most `MOST`. `con`: a cursor of the
        session."""
        with self._lock:
            kept = self._kept.get(wanted)
        if kept is not None:
            return kept
        hits = self._found(con, wanted)
        with self._lock:
            self._kept[wanted] = hits
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return hits

    def _found(self, con: duckdb.DuckDBPyConnection, wanted: str) -> Sequence[Hit]:
        name, forms = typed.name(wanted), typed.numbers(wanted)
        hits: dict[str, Hit] = {}
        for hit in [*self._by_number(con, forms), *self._by_name(con, name, wanted)]:
            hits.setdefault(hit.debtor_id, hit)
        if not hits:
            for hit in [*self._near_number(con, forms), *self._near_name(con, name)]:
                hits.setdefault(hit.debtor_id, hit)
        return list(hits.values())[:MOST]

    def _by_number(self, con: duckdb.DuckDBPyConnection, forms: list[str]) -> list[Hit]:
        return [Hit(debtor_id, kind) for debtor_id, kind in self._asked(con, "by_number", forms=forms, most=MOST)]

    def _by_name(self, con: duckdb.DuckDBPyConnection, name: str, wanted: str) -> Iterator[Hit]:
        heard = spelled(wanted) if wanted.isascii() else sound(name)
        # what sounds like nothing sounds like no name
        found = self._asked(con, "by_name", name=name, heard=heard or None, most=MOST)
        return (Hit(*row) for row in found)

    def _near_number(self, con: duckdb.DuckDBPyConnection, forms: list[str]) -> Iterator[Hit]:
        """An ID number with one slip."""
        for form in forms:
            if len(form) in _NUMBER_LENGTHS and form.isascii():
                near = self._asked(con, "near_numbers", forms=slips.numbers_near(form), most=MOST)
                yield from (Hit(debtor_id, "near_number") for (debtor_id,) in near)

    def _near_name(self, con: duckdb.DuckDBPyConnection, name: str) -> Iterator[Hit]:
        allowed = slips.allowed(name)
        if not allowed:
            return
        pieces = slips.unhurt(name, allowed)
        sizes = {"shortest": len(name) - allowed, "longest": len(name) + allowed}
        like = self._asked(con, "like_names", pieces=pieces, **sizes)
        keys = [key for _, key in like]
        near = process.extract(name, keys, scorer=OSA.distance, score_cutoff=allowed, limit=MOST)
        heard = sound(name)
        near.sort(key=lambda one: (one[1], OSA.distance(sound(one[0]), heard)))
        places = [like[nth][0] for _, _, nth in near]
        yield from (Hit(*row) for row in self._asked(con, "holders", places=places))

    def _asked(self, con: duckdb.DuckDBPyConnection, query: str, **values: object) -> list[Any]:
        return con.execute(self._queries[query], values).fetchall()
