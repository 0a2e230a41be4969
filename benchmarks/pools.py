"""Weighted pools of words, and names of people and firms drawn from them."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.glyphs import Flags, Texts, code_points, lengths, put, rare_characters, read_yaml

TOP_HUNDRED = 0.86
TAIL = 0.135


class Pool:
    """Words with shares; `draw` is one search in the running sum, whatever the number drawn."""

    def __init__(self, words: list[str], shares: NDArray[np.float64]) -> None:
        self.words = np.array(words, dtype=object)
        self._running = np.cumsum(shares / shares.sum())

    def draw(self, rng: np.random.Generator, count: int) -> Texts:
        """`count` words."""
        at = np.searchsorted(self._running, rng.random(count))
        drawn: Texts = self.words[np.minimum(at, len(self.words) - 1)]
        return drawn


def zipf(words: list[str], flat: float = 8, power: float = 1.0) -> Pool:
    """Words in the order of their frequency; the larger `flat`, the more even the head."""
    return Pool(words, 1 / (np.arange(len(words)) + flat) ** power)


def even(words: str, separator: str | None = None) -> Pool:
    """Words of equal share, given as one text of letters or, with blanks or a separator, of words."""
    parts = words.split(separator) if separator or " " in words else list(words)
    return Pool(parts, np.ones(len(parts)))


@cache
def surnames() -> Pool:
    """The top 100 with 86 %, a tail of single and of compound surnames."""
    names = read_yaml("names.yaml")
    top = re.findall(r"(\D)([\d.]+)", names["surnames"])
    tail = list(names["rare_surnames"])
    compound = names["compound_surnames"].split()
    shares = np.array([float(share) for _, share in top])
    tail_shares = 1 / (np.arange(len(tail)) + 20)
    even_shares = np.ones(len(compound))
    return Pool(
        [surname for surname, _ in top] + tail + compound,
        np.concatenate(
            [
                shares / shares.sum() * TOP_HUNDRED,
                tail_shares / tail_shares.sum() * TAIL,
                even_shares / even_shares.sum() * (1 - TOP_HUNDRED - TAIL),
            ]
        ),
    )


def given_names(rng: np.random.Generator, male: Flags) -> Texts:
    """One given name per person: one character (14 %) or two, 5 % with a rare one."""
    names, count = read_yaml("names.yaml"), len(male)
    single = rng.random(count) < np.where(male, 0.17, 0.11)
    given = np.empty(count, dtype=object)
    for sex, chosen in (("male", male), ("female", ~male)):
        alone, pair = chosen & single, chosen & ~single
        given[alone] = zipf(list(names[f"{sex}_single"]), flat=14).draw(rng, int(alone.sum()))
        first = zipf(list(names[f"{sex}_first"]), flat=14).draw(rng, int(pair.sum()))
        given[pair] = first + zipf(list(names[f"{sex}_second"]), flat=14).draw(rng, int(pair.sum()))
    rare = np.flatnonzero(rng.random(count) < 0.05)
    given[rare] = _with_rare(rng, given[rare])
    return given


def minority_names(rng: np.random.Generator, count: int) -> Texts:
    """Given name, middle dot (U+00B7), father's name."""
    names = read_yaml("names.yaml")
    own = even(names["minority_given"]).draw(rng, count)
    joined: Texts = own + "·" + even(names["minority_father"]).draw(rng, count)
    return joined


def brands(rng: np.random.Generator, count: int) -> Texts:
    """The distinguishing word of a firm's name (字号), two or three characters."""
    names = read_yaml("names.yaml")
    words: Texts = zipf(list(names["firm_first"]), flat=10).draw(rng, count)
    words = words + zipf(list(names["firm_second"]), flat=10).draw(rng, count)
    three = rng.random(count) < 0.45
    words[three] = words[three] + even(names["firm_third"] + names["firm_second"]).draw(rng, int(three.sum()))
    return words


def _with_rare(rng: np.random.Generator, given: Texts) -> Texts:
    letters = code_points("".join(rare_characters()))
    first = rng.random(len(given)) < 0.4
    return put(given, np.where(first, 0, lengths(given) - 1), rng.choice(letters, len(given)))
