"""Columns that line up on a terminal, where a Chinese character is two cells wide."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len


def aligned(rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()) -> str:
    """`rows` as lines, the first one being the titles; columns in `right` are flushed right."""
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(_line(row, widths, right) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> str:
    cells = []
    for column, (text, width) in enumerate(zip(row, widths, strict=True)):
        gap = " " * (width - cell_len(text))
        cells.append(gap + text if column in right else text + gap)
    return "  ".join(cells).rstrip()
