"""Delimited records one by one: the slow and patient way for blocks that hold something odd."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from connectors.formats import marks

#: A single line or record longer than this (in characters) is refused: no agreed value comes near.
LONGEST_LINE = 128 << 10
#: Stands for a carriage return while the csv module splits, which would take it for a line end.
_RETURN = marks.control(13)
#: A quoted value may span this many lines; an open quote beyond is a stray one.
MOST_LINES = 200


@dataclass(frozen=True)
class Dialect:
    """`quoting`: none (quotes are ordinary), all (every field, no line breaks) or minimal (line breaks inside)."""

    delimiter: str
    quoting: str

    @property
    def quoted(self) -> bool:
        return self.quoting != "none"

    @property
    def multiline(self) -> bool:
        return self.quoting == "minimal"


class Record(NamedTuple):
    """`fields` is null when the text cannot be split; `open` records wait for the lines of the next block."""

    raw: str
    fields: list[str] | None
    open: bool = False


def records(text: str, dialect: Dialect, width: int, *, final: bool) -> Iterator[Record]:
    """Split whole lines into records of `width` fields. Empty lines are none. `final`: no further lines will come.

    An unbalanced quote either opens a value with line breaks, and the lines up to its end are one record, or it is a
    stray one, and only its own line is lost: whichever leaves the following line a record of its own.
    """
    lines = text.removesuffix("\n").split("\n")
    position = 0
    while position < len(lines):
        line = lines[position].removesuffix("\r")
        if not _unbalanced(line, dialect):
            position += 1
            if line:
                yield Record(line, _split(line, dialect))
            continue
        end = _closing_line(lines, position, dialect) if dialect.multiline else None
        if end is None and dialect.multiline and not final and len(lines) - position <= MOST_LINES:
            rest = "\n".join(lines[position:]) + "\n"
            if len(rest) <= LONGEST_LINE:
                yield Record(rest, None, open=True)
                return
        joined = "\n".join(lines[position : end + 1]).removesuffix("\r") if end is not None else line
        fields = _split(joined, dialect, lenient=False) if end is not None else None
        if fields is not None and len(fields) == width:
            yield Record(joined, fields)
            position = (end or position) + 1
        elif end is None or _is_record(lines[position + 1].removesuffix("\r"), dialect, width):
            yield Record(line, None)
            position += 1
        else:
            yield Record(joined, fields)
            position = end + 1


def _unbalanced(line: str, dialect: Dialect) -> bool:
    return dialect.quoted and line.count('"') % 2 == 1


def _closing_line(lines: list[str], start: int, dialect: Dialect) -> int | None:
    """The line on which the quote opened on line `start` closes."""
    size = len(lines[start])
    for position in range(start + 1, min(start + MOST_LINES, len(lines))):
        size += len(lines[position])
        if size > LONGEST_LINE:
            return None
        if _unbalanced(lines[position], dialect):
            return position
    return None


def _is_record(line: str, dialect: Dialect, width: int) -> bool:
    fields = None if _unbalanced(line, dialect) else _split(line, dialect)
    return fields is not None and len(fields) == width


def _split(text: str, dialect: Dialect, *, lenient: bool = True) -> list[str] | None:
    """The fields of one record; None when it is no record at all. A carriage return inside a value stays.

    `lenient`: text behind a closing quote joins the value, as Arrow does it. Over lines it betrays a stray quote.
    """
    if len(text) > LONGEST_LINE:
        return None
    if not dialect.quoted:
        return text.split(dialect.delimiter)
    held = text.replace("\r", _RETURN)
    try:
        fields = next(csv.reader([held], delimiter=dialect.delimiter, strict=True))
    except csv.Error as error:
        if not lenient or "end of data" in str(error):
            return None
        try:
            fields = next(csv.reader([held], delimiter=dialect.delimiter))
        except csv.Error:
            return None
    return [field.replace(_RETURN, "\r") for field in fields]
