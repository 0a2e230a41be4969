"""Matches a delivered header with the columns of a table: by label, never by position."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from data_contracts import Column

#: Byte order marks, zero-width characters and blanks inside a label; the comparison ignores them.
_NOISE = re.compile("[\ufeff\u200b-\u200f\u2060\u00ad\\s\u3000]+")


class LabelMismatch(Exception):  # noqa: N818 - the reader turns it into its own error
    """The header is not the agreed one. The text names agreed labels and positions, never what stood there instead."""


def clean(label: str) -> str:
    """A label as it is compared."""
    return _NOISE.sub("", label)


def match(delivered: Sequence[str], columns: Iterable[Column], aliases: Mapping[str, str]) -> dict[str, int]:
    """Agreed label -> position in `delivered`. LabelMismatch when a label is unknown, missing or there twice.

    What stands in an unknown header cell is not repeated: a file that lost its header has a person there.
    """
    agreed = {clean(column.label): column for column in columns}
    known = {clean(alias): clean(label) for alias, label in aliases.items()}
    labels = [known.get(clean(label), clean(label)) for label in delivered]
    unknown = [position for position, label in enumerate(labels, 1) if label not in agreed]
    missing = [column.label for label, column in agreed.items() if column.delivered and label not in labels]
    twice = [label for label, count in Counter(labels).items() if count > 1 and label in agreed]
    problems = (
        [f"labels missing: {', '.join(missing)}"] * bool(missing)
        + [f"unknown labels in columns {', '.join(map(str, unknown))}"] * bool(unknown)
        + [f"labels there twice: {', '.join(twice)}"] * bool(twice)
    )
    if problems:
        raise LabelMismatch("; ".join(problems))
    return {agreed[label].label: position for position, label in enumerate(labels)}
