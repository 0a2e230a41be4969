"""The index of one publication. Names are held in memory (some 100 bytes each), numbers in a table of DuckDB's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
from rapidfuzz import process
from rapidfuzz.distance import OSA

from core.duck import sql
from web.search import typed
from web.search.sounds import sound, spelled

#: Nobody reads more.
MOST = 200
_NUMBER_LENGTHS = (15, 18)


@dataclass(frozen=True)
class Hit:
    """A debtor, and why: `kind` is a word of `found_by`, `text` the published name that matched, null for a number."""

    debtor_id: str
    kind: str
    text: str | None = None


class Index:
    """Made from a session that has the publication's views and core's macros; keeps `numbers` in that session."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        con.execute(sql("web.search", "numbers"))
        self._names: list[str] = []
        self._holders: list[list[tuple[str, str]]] = []
        self._places: dict[str, int] = {}
        self._sounds: dict[str, list[int]] = {}
        for key, kind, debtor_id in con.execute(sql("web.search", "names")).fetchall():
            self._add(key, kind, debtor_id)
        self._ids = [row[0] for row in con.execute(_ID_NUMBERS).fetchall()]

    def find(self, con: duckdb.DuckDBPyConnection, wanted: str) -> list[Hit]:
        """Whom `wanted` may mean, the surest first, each debtor once; at most `MOST`. `con`: a cursor of the
        session."""
        name, forms = typed.name(wanted), typed.numbers(wanted)
        hits: dict[str, Hit] = {}
        for hit in [*self._by_number(con, forms), *self._by_name(name, wanted)]:
            hits.setdefault(hit.debtor_id, hit)
        if not hits:
            for hit in [*self._near_number(con, forms), *self._near_name(name)]:
                hits.setdefault(hit.debtor_id, hit)
        return list(hits.values())[:MOST]

    def _add(self, key: str, kind: str, debtor_id: str) -> None:
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self._names)
            self._names.append(key)
            self._holders.append([])
            self._sounds.setdefault(sound(key), []).append(place)
        self._holders[place].append((debtor_id, kind))

    def _by_number(self, con: duckdb.DuckDBPyConnection, forms: list[str]) -> Iterator[Hit]:
        found = con.execute(_BY_NUMBER, {"forms": forms, "most": MOST}).fetchall()
        return (Hit(debtor_id, kind) for debtor_id, kind in found)

    def _by_name(self, name: str, wanted: str) -> Iterator[Hit]:
        if name in self._places:
            yield from self._held(self._places[name])
        if len(name) >= 2:
            inside = [place for place, key in enumerate(self._names) if name in key and key != name]
            # what begins so stands before what only holds it
            inside.sort(key=lambda place: (not self._names[place].startswith(name), len(self._names[place])))
            for place in inside[:MOST]:
                yield from self._held(place, "part")
        heard = spelled(wanted) if wanted.isascii() else sound(name)
        for place in self._sounds.get(heard, []) if heard else []:
            yield from self._held(place, "sound")

    def _near_name(self, name: str) -> Iterator[Hit]:
        """One character wrong, missing or swapped; in long names one of five. Two characters are told by their sound
        alone."""
        if len(name) <= 2:
            return
        allowed = max(1, len(name) // 5)
        near = process.extract(name, self._names, scorer=OSA.distance, score_cutoff=allowed, limit=MOST)
        heard = sound(name)
        for _, _, place in sorted(near, key=lambda one: (one[1], OSA.distance(sound(one[0]), heard))):
            yield from self._held(place, "near")

    def _near_number(self, con: duckdb.DuckDBPyConnection, forms: list[str]) -> Iterator[Hit]:
        """An ID number with one character wrong or two swapped."""
        for form in forms:
            if len(form) in _NUMBER_LENGTHS and form.isascii():
                near = process.extract(form, self._ids, scorer=OSA.distance, score_cutoff=1, limit=20)
                found = con.execute(_BY_NUMBER, {"forms": [number for number, _, _ in near], "most": MOST}).fetchall()
                yield from (Hit(debtor_id, "near_number") for debtor_id, _ in found)

    def _held(self, place: int, kind: str | None = None) -> Iterator[Hit]:
        for debtor_id, own in self._holders[place]:
            yield Hit(debtor_id, kind if kind and own == "name" else own, self._names[place])


_ID_NUMBERS = "SELECT DISTINCT key FROM memory.main.numbers WHERE kind IN ('id_number', 'former_id_number')"
_BY_NUMBER = """
SELECT debtor_id, kind FROM memory.main.numbers
WHERE key IN (SELECT unnest($forms)) ORDER BY kind, debtor_id LIMIT $most"""
