"""Chance that can be repeated: draws that depend on nothing but the texts they are keyed with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

T = TypeVar("T")

#: One thing in fifty changes its value on any night, which makes two per cent.
NIGHTS_BETWEEN_MOVES = 50


class Draws(Random):
    """A stream of draws for one purpose, e.g. ``Draws(seed, "bank_boc", holder_key)``."""

    def __init__(self, *purpose: object) -> None:
        super().__init__("|".join(str(part) for part in purpose))

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.random() * len(options))]

    def digits(self, width: int) -> str:
        return f"{self.getrandbits(64) % 10**width:0{width}d}"

    def fen(self, median_yuan: float, spread: float, most_yuan: float) -> int:
        """An amount in fen, log-normal around the median; `spread` is the standard deviation of the logarithm."""
        return int(min(median_yuan * self.lognormvariate(0.0, spread), most_yuan) * 100)

    def day(self, first: date, last: date) -> date:
        """A day of the closed interval; the first one when it is empty."""
        return first + timedelta(days=int(self.random() * max(1, (last - first).days + 1)))


def moves_until(business_date: date, phase: int) -> int:
    """How many times a thing of that phase has moved by the business date. Grows by one every 50 nights."""
    return (business_date.toordinal() - phase) // NIGHTS_BETWEEN_MOVES


def scattered(ordinal: int, width: int) -> str:
    """`ordinal` as `width` digits that do not look like a counter; different ordinals below 10**width never collide."""
    modulus = 10**width
    # Odd and no multiple of five, hence coprime to a power of ten: the map is a permutation.
    factor = 61_803_398_874_989_484_821 % modulus
    return f"{(ordinal * factor + 271_828_182_845_904 % modulus) % modulus:0{width}d}"


def scattered_unrounded(ordinal: int, width: int) -> str:
    """The same for numbers that a reader watches for rounding by spreadsheets: the last digit is never 0."""
    return scattered(ordinal, width - 1) + str(ordinal % 9 + 1)
