"""From JSON objects to rows: nested arrays become tables, numbers keep their literal text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.formats.reading import Reading
from connectors.formats.text_table import UNREADABLE, TextTable

_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}")


def literal(name: str) -> str:
    """NaN and Infinity are no agreed values: they stay text and fail their type later."""
    return name


#: Parses with every number as the text that stood there, never through binary floating point.
DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=literal, strict=False)


_encode = json.JSONEncoder(ensure_ascii=False).encode


@dataclass
class RowObject:
    """An object that is a row: `keys` in the order of its columns, `children` its arrays of further rows."""

    out: TextTable
    #: None where the enclosing object gives the value.
    keys: list[str | None]
    inherited: list[tuple[int, int]] = field(default_factory=list)
    children: dict[str, RowObject] = field(default_factory=dict)
    known: frozenset[str] = frozenset()


def plan(reading: Reading) -> RowObject:
    """The tree of row objects, from the paths of the contract's tables (``$.items[].documents[]``)."""
    tables = [reading.contract.table(name) for name in reading.tables]
    objects: dict[str, RowObject] = {}
    for table in sorted(tables, key=lambda table: table.locator[0].count(".")):
        path = table.locator[0]
        out = reading.tables[table.name]
        columns = list(enumerate(table.columns))
        row = RowObject(out, [None if column.from_parent else column.label for column in table.columns])
        around = [known for known in objects if path.startswith(f"{known}.")]
        if around:
            nearest = max(around, key=len)
            parent = objects[nearest]
            names = parent.out.columns
            row.inherited = [
                (position, names.index(column.name))
                for position, column in columns
                if column.from_parent and column.name in names
            ]
            parent.children[path[len(nearest) + 1 :].removesuffix("[]")] = row
        objects[path] = row
    for row in objects.values():
        row.known = frozenset(key for key in row.keys if key) | frozenset(row.children)
    return next(iter(objects.values()))


def take(reading: Reading, plan: RowObject, item: Any, parent: Sequence[str | None] = ()) -> None:
    """Write the row of one object and the rows of its arrays. What is no object is an unreadable record."""
    if not isinstance(item, dict):
        plan.out.refuse(UNREADABLE, _encode(item))
        return
    get = item.get
    values = [value if value.__class__ is str or value is None else as_text(value) for value in map(get, plan.keys)]
    for position, source in plan.inherited:
        values[position] = parent[source]
    plan.out.append(values)
    if not item.keys() <= plan.known:
        reading.drifted("added_column", f"unknown keys in {plan.out.table.name}: {shown_keys(item, plan.known)}")
    for key, child in plan.children.items():
        rows = item.get(key)
        for row in rows if isinstance(rows, list) else () if rows is None else (rows,):
            take(reading, child, row, values)


def shown_keys(item: Mapping[str, Any], known: frozenset[str]) -> str:
    """Unknown keys for a message; a key that is no plain name could be anything and is only counted."""
    unknown = sorted(set(item) - known)
    plain = [key for key in unknown if _PLAIN_KEY.fullmatch(key)][:5]
    return ", ".join(plain) if plain else f"{len(unknown)} without a plain name"


def refuse_record(reading: Reading, plan: RowObject, raw: str) -> None:
    """One unreadable record; how many rows its arrays held nobody can say."""
    plan.out.refuse(UNREADABLE, raw)
    reading.uncounted.update(child.out.table.name for child in plan.children.values())


def as_text(value: Any) -> str:
    """A JSON value that is no string, as text: true, false, or an array as JSON."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    return value if isinstance(value, str) else _encode(value)
