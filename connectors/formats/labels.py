"""Matches a delivered header with the columns of a table: by label, never by position."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data_contracts import Column

#: Byte order marks, zero-width characters and blanks inside a label; the comparison ignores them.
_NOISE = re.compile("[\ufeff\u200b-\u200f\u2060\u00ad\\s\u3000]+")


@dataclass(frozen=True)
class Header:
    """A delivered header beside the agreed columns.

    `positions`: agreed label -> place in the header, from 0; without those that are `missing`. `added` are places of
    unknown labels, from 1: what stands there is not repeated, because a file that lost its header has a person there.
    `twice` are agreed labels there more than once; `renamed` those read under an alias.
    """

    positions: Mapping[str, int]
    added: tuple[int, ...]
    missing: tuple[Column, ...]
    twice: tuple[str, ...]
    renamed: tuple[str, ...]

    def reordered(self, columns: Iterable[Column]) -> bool:
        """Whether `columns` stand in another order than agreed."""
        places = [self.positions[column.label] for column in columns if column.label in self.positions]
        return places != sorted(places)


def clean(label: str) -> str:
    """A label as it is compared."""
    return _NOISE.sub("", label)


def match(delivered: Sequence[str], columns: Iterable[Column], aliases: Mapping[str, str]) -> Header:
    """What each label of a header means: by its text, never by its place."""
    agreed = {clean(column.label): column for column in columns}
    known = {clean(alias): clean(label) for alias, label in aliases.items()}
    labels = [known.get(clean(label), clean(label)) for label in delivered]
    counts = Counter(labels)
    return Header(
        positions={agreed[label].label: place for place, label in enumerate(labels) if label in agreed},
        added=tuple(place for place, label in enumerate(labels, 1) if label not in agreed),
        missing=tuple(column for label, column in agreed.items() if column.delivered and label not in counts),
        twice=tuple(agreed[label].label for label, count in counts.items() if count > 1 and label in agreed),
        renamed=tuple(agreed[known[text]].label for text in map(clean, delivered) if known.get(text) in agreed),
    )
