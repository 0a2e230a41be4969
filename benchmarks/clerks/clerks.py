"""Clerks: each has rates of his own, drawn once, and one way of getting text wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, reduce

import numpy as np
from numpy.typing import NDArray

from benchmarks.glyphs import (
    DATA,
    Flags,
    Texts,
    Twins,
    Whole,
    code_points,
    common_letters,
    drop,
    homophones,
    insert,
    lengths,
    lookalikes,
    points,
    put,
    replace,
    swap,
    texts_of,
)

WAYS = ("pinyin keyboard", "optical reader", "dictation", "careless")
_MISREAD = dict(zip("0123456789", ["8O6D", "7I4", "7Z", "8", "9", "6S", "58b", "1", "30B", "4q"], strict=True))
_NEIGHBOURS = dict(zip("0123456789", ["9", "2", "13", "24", "35", "46", "57", "68", "79", "80"], strict=True))
_BLURRED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an"), ("n", "l"), ("hu", "f"))


@dataclass(frozen=True)
class Clerks:
    """One row per clerk: his way, and how often he garbles a name, garbles a number, leaves out a cell."""

    way: Whole
    garbles_name: NDArray[np.float64]
    garbles_number: NDArray[np.float64]
    leaves_out: NDArray[np.float64]
    stale: NDArray[np.float64]


def hire(rng: np.random.Generator, count: int, care: float) -> Clerks:
    """Clerks of very different quality; the smaller `care`, the worse."""
    return Clerks(
        rng.integers(0, len(WAYS), count),
        rng.beta(0.8, 6 * care, count),
        rng.beta(0.8, 5 * care, count),
        rng.beta(1.2, 4 * care, count),
        rng.beta(1.0, 6 * care, count),
    )


def garble(rng: np.random.Generator, texts: Texts, way: Whole) -> Texts:
    """Every text with one error of its clerk's way."""
    wrong = texts.copy()
    for place, change in enumerate((_by_keyboard, _by_reader, _by_ear, _by_haste)):
        rows = np.flatnonzero((way == place) & (texts != None))  # noqa: E711 - elementwise
        if len(rows):
            wrong[rows] = change(rng, texts[rows])
    return wrong


def leave_out(rng: np.random.Generator, texts: Texts, chance: NDArray[np.float64]) -> Flags:
    """Empty some cells in place; tells which."""
    gone: Flags = rng.random(len(texts)) < chance
    texts[gone] = None
    return gone


def _by_keyboard(rng: np.random.Generator, texts: Texts) -> Texts:
    """The next candidate of the input method; among digits, the neighbouring key."""
    other, changed = homophones().replace_one(texts, rng)
    typed, _ = Twins(_NEIGHBOURS).replace_one(texts, rng)
    return np.where(changed, other, typed)


def _by_reader(rng: np.random.Generator, texts: Texts) -> Texts:
    """A shape for another, or a blot."""
    shapes, changed = lookalikes().replace_one(texts, rng)
    digits, read = Twins(_MISREAD).replace_one(texts, rng)
    width = lengths(texts)
    blots = code_points("■□?·")[rng.integers(0, 4, len(texts))]
    blotted = put(texts, (rng.random(len(texts)) * width).astype(np.int64), blots)
    return np.where(changed, shapes, np.where(read, digits, blotted))


def _by_ear(rng: np.random.Generator, texts: Texts) -> Texts:
    """Sounds that dialects do not tell apart; a digit dropped or said twice."""
    heard, changed = _sounds().replace_one(texts, rng)
    at = (rng.random(len(texts)) * lengths(texts)).astype(np.int64)
    letters = points(texts)[np.arange(len(texts)), at]
    counted = np.where(rng.random(len(texts)) < 0.5, drop(texts, at), insert(texts, at, letters))
    return np.where(changed, heard, counted)


def _by_haste(rng: np.random.Generator, texts: Texts) -> Texts:
    """Swapped, dropped, doubled, cut or wrong characters, and blanks between."""
    width, size = lengths(texts), len(texts)
    at = (rng.random(size) * width).astype(np.int64)
    pair = np.minimum(at, np.maximum(width - 2, 0))
    safe = np.where(width > 1, texts, texts + "?")
    foreign = put(texts, at, common_letters(rng, size))
    letters = points(texts)[np.arange(size), at]
    cut = _cut(texts, np.maximum(width * 3 // 4, 2))
    gap = np.full(size, ord(" "), dtype=np.uint32)
    ways = [swap(safe, pair), drop(safe, at), insert(texts, at, letters), cut, foreign, insert(texts, at, gap)]
    chosen: Texts = np.choose(rng.integers(0, len(ways), size), ways)
    return chosen


def reformat(rng: np.random.Generator, addresses: Texts) -> Texts:
    """The same address with or without its head, with other words for house and flat."""
    ways = [
        addresses,
        replace(addresses, "枣庄市", ""),
        replace(replace(addresses, "号", "-"), "栋", "-"),
        replace(addresses, "栋", "号楼"),
    ]
    chosen: Texts = np.choose(rng.integers(0, len(ways), len(addresses)), ways)
    return chosen


def _cut(texts: Texts, kept: Whole) -> Texts:
    grid = points(texts)
    return texts_of(np.where(np.arange(grid.shape[1])[None, :] < kept[:, None], grid, 0).astype(np.uint32))


@cache
def _sounds() -> Twins:
    """Characters whose pinyin is the same once the blurred sounds are one."""
    alike: dict[str, str] = {}
    lines = (DATA / "homophones.tsv").read_text(encoding="utf-8").splitlines()[1:]
    for sound, letters in (line.split("\t") for line in lines):
        blurred = reduce(lambda heard, pair: heard.replace(*pair), _BLURRED, sound)
        alike[blurred] = alike.get(blurred, "") + letters
    return Twins({letter: group.replace(letter, "") for group in alike.values() for letter in group if len(group) > 1})
