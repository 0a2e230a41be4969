"""Edits of many short texts at once: a text is a row of code points, so that an edit is one numpy operation."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml
from numpy.typing import NDArray

Texts = NDArray[np.object_]
Points = NDArray[np.uint32]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

DATA = Path(__file__).parent / "data"


def points(texts: Texts, room: int = 0) -> Points:
    """One row per text, padded with zeros; `room` adds empty columns for what an edit inserts."""
    fixed = texts.astype(np.str_)
    width = max(fixed.dtype.itemsize // 4, 1)
    grid = fixed.view(np.uint32).reshape(len(fixed), width)
    return np.pad(grid, ((0, 0), (0, room)))


def texts_of(grid: Points) -> Texts:
    """The inverse of `points`."""
    if not grid.size:
        return np.empty(len(grid), dtype=object)
    fixed = np.ascontiguousarray(grid).view(f"U{grid.shape[1]}")
    return fixed.reshape(len(grid)).astype(object)


def lengths(texts: Texts) -> Whole:
    """Code points, not bytes."""
    counted: Whole = np.count_nonzero(points(texts), axis=1).astype(np.int64)
    return counted


def put(texts: Texts, at: Whole, letters: Points) -> Texts:
    """The letter at position `at` replaced."""
    grid = points(texts)
    grid[np.arange(len(grid)), at] = letters
    return texts_of(grid)


def drop(texts: Texts, at: Whole) -> Texts:
    """The letter at position `at` left out."""
    grid = points(texts, room=1)
    columns = np.arange(grid.shape[1] - 1)[None, :]
    taken = columns + (columns >= at[:, None])
    return texts_of(np.take_along_axis(grid, taken, axis=1))


def insert(texts: Texts, at: Whole, letters: Points) -> Texts:
    """A letter put in before position `at`."""
    grid = points(texts, room=1)
    columns = np.arange(grid.shape[1])[None, :]
    taken = np.maximum(columns - (columns > at[:, None]), 0)
    wider = np.take_along_axis(grid, taken, axis=1)
    wider[np.arange(len(wider)), at] = letters
    return texts_of(wider)


def swap(texts: Texts, at: Whole) -> Texts:
    """The letters at `at` and `at + 1` change places."""
    grid = points(texts)
    rows = np.arange(len(grid))
    left, right = grid[rows, at].copy(), grid[rows, at + 1].copy()
    grid[rows, at], grid[rows, at + 1] = right, left
    return texts_of(grid)


def replace(texts: Texts, old: str, new: str) -> Texts:
    """A part of the texts written otherwise."""
    replaced: Texts = pc.replace_substring(pa.array(texts, pa.string()), old, new).to_numpy(zero_copy_only=False)
    return replaced


def code_points(letters: str) -> Points:
    """The letters as an array to choose from."""
    return np.array([ord(letter) for letter in letters], dtype=np.uint32)


class Twins:
    """For each character the characters it may be taken for: homophones, look-alikes, traditional forms."""

    def __init__(self, groups: dict[str, str]) -> None:
        self._start = np.zeros(0x10000, dtype=np.int64)
        self._count = np.zeros(0x10000, dtype=np.int64)
        flat: list[int] = []
        for letter, others in groups.items():
            self._start[ord(letter)], self._count[ord(letter)] = len(flat), len(others)
            flat += [ord(other) for other in others]
        self._flat = np.array(flat, dtype=np.uint32)

    def replace_one(self, texts: Texts, rng: np.random.Generator, skip: int = 0) -> tuple[Texts, Flags]:
        """One replaceable letter after the first `skip` of each text replaced, and which texts had such a letter."""
        grid = points(texts)
        known = np.minimum(grid, 0xFFFF)
        dice = rng.random(grid.shape)
        dice[self._count[known] == 0] = -1
        dice[:, :skip] = -1
        at, rows = dice.argmax(axis=1), np.arange(len(grid))
        changed = dice[rows, at] >= 0
        letter = known[rows, at]
        pick = self._start[letter] + (rng.random(len(grid)) * self._count[letter]).astype(np.int64)
        grid[rows[changed], at[changed]] = self._flat[pick[changed]]
        return texts_of(grid), changed


@cache
def homophones() -> Twins:
    """Characters read alike, tone aside."""
    groups: dict[str, str] = {}
    for line in _lines("homophones.tsv"):
        letters = line.split("\t")[1]
        groups |= {letter: letters.replace(letter, "") for letter in letters if len(letters) > 1}
    return Twins(groups)


@cache
def traditional() -> Twins:
    """The traditional twin, and surnames written either way."""
    groups = {pair[0]: pair[1] for line in _lines("traditional.txt") for pair in line.split()}
    for group in read_yaml("names.yaml")["surname_variants"].split():
        for letter in group:
            groups[letter] = groups.get(letter, "") + group.replace(letter, "")
    return Twins(groups)


@cache
def lookalikes() -> Twins:
    """Characters taken for one another by eye."""
    groups: dict[str, str] = {}
    for group in read_yaml("names.yaml")["lookalikes"].split():
        groups |= {letter: group.replace(letter, "") for letter in group}
    return Twins(groups)


def common_letters(rng: np.random.Generator, count: int) -> Points:
    """Characters of GB 2312 level 1, which every system has."""
    letters = code_points("".join(line.split("\t")[1] for line in _lines("homophones.tsv")))
    drawn: Points = rng.choice(letters, count)
    return drawn


@cache
def rare_characters() -> dict[str, str]:
    """Characters of names that ordinary systems lack, with their pinyin in upper case."""
    return {word[0]: word[1:] for word in read_yaml("names.yaml")["rare_characters"].split()}


@cache
def read_yaml(name: str) -> dict[str, Any]:
    """A data file of this package."""
    loaded: dict[str, Any] = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return loaded


def _lines(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]
