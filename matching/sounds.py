"""Which Chinese characters sound alike: syllables without tone, and without what dialects and keyboards blur."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

#: zh, ch, sh as z, c, s; -ng as -n; l as n; f and h before a vowel stay apart.
_BLURRED = ((re.compile("^(z|c|s)h"), r"\1"), (re.compile("ng$"), "n"), (re.compile("^l"), "n"))


@lru_cache(maxsize=30000)
def syllables(letter: str) -> frozenset[str]:
    """Every reading of one character, blurred; empty for what is no Chinese character."""
    # the dictionary of phrases costs a second and says nothing about single characters
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    if not letter or letter < "\u3400":
        return frozenset()
    readings = pinyin(letter, style=Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(_blurred(reading) for group in readings for reading in group)


def alike(one: str, other: str) -> bool:
    """Whether two texts of the same length sound alike, character by character; False when they are the same text."""
    if one == other or len(one) != len(other):
        return False
    return all(a == b or not syllables(a).isdisjoint(syllables(b)) for a, b in zip(one, other, strict=True))


def alike_pairs(ones: Iterable[Any], others: Iterable[Any]) -> list[bool]:
    """`alike` of each pair of texts."""
    return [alike(one, other) for one, other in zip(ones, others, strict=True)]


def _blurred(reading: str) -> str:
    for pattern, plain in _BLURRED:
        reading = pattern.sub(plain, reading)
    return reading
