"""A report as plain data: what stands in it, not how it looks. `pdf` and `word` make files of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from exports.imprint import Imprint


@dataclass(frozen=True)
class Heading:
    """The title of a section."""

    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph; `warning`: to be seen before anything else."""

    text: str
    warning: bool = False


@dataclass(frozen=True)
class Facts:
    """Titles with their values, one pair a line."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Column:
    """A column of a table; `share` of the width beside the others, `right` aligned (amounts, counts)."""

    title: str
    share: float
    right: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of printed cells; a line feed in a cell begins a new line. The header is repeated on every page."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


Block = Heading | Text | Facts | Table


@dataclass(frozen=True)
class Document:
    """One report. `about`: what it is of, printed on every page (ids, never a name); `landscape`: wide tables."""

    title: str
    about: str
    imprint: Imprint
    blocks: Sequence[Block] = field(default_factory=tuple)
    landscape: bool = False
