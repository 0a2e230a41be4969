"""The published views as data, from ``schema.yaml``: used to publish, to read what was published, and to test it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml


@dataclass(frozen=True)
class Column:
    """A published column: DuckDB type and Chinese meaning."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class View:
    """A published view; the order of `columns` is part of the promise."""

    name: str
    comment: str
    columns: tuple[Column, ...]


@cache
def load() -> tuple[View, ...]:
    """All views in publishing order."""
    document = yaml.safe_load(resources.files("profiles").joinpath("schema.yaml").read_text(encoding="utf-8"))
    return tuple(
        View(
            name=name,
            comment=entry["comment"],
            columns=tuple(Column(column, kind, comment) for column, (kind, comment) in entry["columns"].items()),
        )
        for name, entry in document["views"].items()
    )
