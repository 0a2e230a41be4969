"""Two values side by side, the characters that differ marked, the rest of a number hidden where it must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rapidfuzz.distance import Levenshtein

from profiles import words_zh
from profiles.stakes import Stakes
from web.masking import masked

FIELDS = ("name", "id_number", "birth_date", "sex", "address", "phone")


@dataclass(frozen=True)
class Span:
    """Characters that stand together; `differs` from the other side."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Compared:
    """One field of both records; empty on the side that does not tell it. `weight` in bits, null if not compared."""

    title: str
    left: list[Span]
    right: list[Span]
    weight: float | None


def compared(found: Stakes, *, unmasked: bool) -> list[Compared]:
    """What the debtor's file and the record say of each field: as matching compared them, else as published."""
    entries: dict[str, Mapping[str, Any]] = {}
    for entry in found.link["evidence"] or []:
        entries.setdefault(entry["field"], entry)
    rows = []
    for field in FIELDS:
        entry = entries.get(field, {})
        left, right = entry.get("left") or found.debtor.get(field), entry.get("right")
        if left or right:
            title = words_zh.say("evidence", field)
            weight = entry.get("weight")
            rows.append(Compared(title, *sides(_shown(field, left), _shown(field, right), unmasked), weight))
    return rows


def sides(left: str, right: str, unmasked: bool = True) -> tuple[list[Span], list[Span]]:
    """Both values in spans. Where one side is empty nothing differs: it is not told."""
    marks = _marks(left, right) if left and right else ([False] * len(left), [False] * len(right))
    return _spans(left, marks[0], unmasked), _spans(right, marks[1], unmasked)


def _marks(left: str, right: str) -> tuple[list[bool], list[bool]]:
    ours, theirs = [False] * len(left), [False] * len(right)
    for step in Levenshtein.opcodes(left, right):
        if step.tag != "equal":
            ours[step.src_start : step.src_end] = [True] * (step.src_end - step.src_start)
            theirs[step.dest_start : step.dest_end] = [True] * (step.dest_end - step.dest_start)
    return ours, theirs


def _spans(value: str, marks: list[bool], unmasked: bool) -> list[Span]:
    """Hidden characters that differ are shown all the same: whether they are a slip is what is to be judged."""
    hidden = value if unmasked else masked(value)
    shown = [char if mark else cover for char, cover, mark in zip(value, hidden, marks, strict=True)]
    pairs = groupby(zip(shown, marks, strict=True), key=lambda pair: pair[1])
    return [Span("".join(char for char, _ in group), mark) for mark, group in pairs]


def _shown(field: str, value: str | None) -> str:
    return words_zh.say("sex", value) if field == "sex" and value else value or ""
