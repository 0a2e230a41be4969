"""Text for a terminal in which a Chinese character takes two columns: widths, padding, wrapping, tables."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

WIDTH = 100


def width(text: str) -> int:
    """Columns that `text` takes; combining marks take none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """`text` filled with blanks to `columns`; longer text stays whole."""
    filling = " " * max(0, columns - width(text))
    return filling + text if right else text + filling


def wrap(text: str, columns: int = WIDTH, *, first: str = "", rest: str | None = None) -> list[str]:
    """Lines of at most `columns`, the first after `first`, the others after `rest` (as many blanks as `first` is wide).

    Breaks between Chinese characters and at blanks; numbers and words stay whole; closing punctuation begins no line.
    """
    indent = " " * width(first) if rest is None else rest
    lines: list[str] = []
    line = first
    used = False
    for piece in _pieces(text):
        if used and width(line) + width(piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line, used = indent, False
        line += piece if used else piece.lstrip()
        used = used or bool(piece.strip())
    lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for char in text:
        joins = pieces and (
            char in "，。；：、）】》」』！？,.;:)]%"
            or pieces[-1][-1] in "（【《「『(["
            or not _breaks(pieces[-1][-1], char)
        )
        if joins:
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _breaks(before: str, after: str) -> bool:
    if after == " ":
        return False
    return before == " " or width(before) == 2 or width(after) == 2


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, indent: str = "  ", right: Sequence[int] = ()
) -> list[str]:
    """Aligned columns under their headings; columns numbered in `right` are aligned to the right."""
    if not rows:
        return []
    widths = [max(width(str(row[place])) for row in [head, *rows]) for place in range(len(head))]
    return [
        (
            indent + "  ".join(pad(str(cell), widths[place], right=place in right) for place, cell in enumerate(row))
        ).rstrip()
        for row in [head, *rows]
    ]


def heading(text: str) -> str:
    """A section's title with a line to the right edge."""
    title = f"━━ {text} "
    return title + "━" * max(0, WIDTH - width(title))
