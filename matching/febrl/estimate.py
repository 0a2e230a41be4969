"""A Fellegi-Sunter model with a rival to the match, estimated without labels from the patterns of levels of pairs.

By expectation maximisation: how likely a level is for a match is learned from the pairs that share a key, how likely it
is for strangers from pairs drawn without regard to likeness, so that strangers met by a key do not pass for all
strangers. Deterministic.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.training import ENOUGH, ROUNDS, STRENGTH

#: Levels of a field at most, plus one for "not compared".
BASE = 5

Array = NDArray[np.float64]


@dataclass(frozen=True)
class FebrlModel:
    """As ``models/febrl.yaml`` explains key by key. `fields`: field -> level -> likelihood for match and stranger."""

    version: str
    made_on: date
    matched: float
    relatives: float
    household: list[str]
    thresholds: dict[str, float]
    limits: dict[str, int]
    alike: float
    by_rarity: list[str]
    fields: dict[str, dict[str, list[float]]]

    def code_table(self) -> pa.Table:
        """Grain: field, level. `digit`: what it adds to the number that stands for a pattern."""
        rows = [
            {"field": field, "level": level, "digit": number * BASE**place}
            for place, (field, levels) in enumerate(self.fields.items())
            for number, level in enumerate(levels, start=1)
        ]
        return pa.Table.from_pylist(rows)

    def weight_table(self) -> pa.Table:
        """Grain: field, level. `bits` = log2(match / stranger); the others: see ``answer.sql``."""
        rows = [
            {
                "place": place,
                "field": field,
                "level": level,
                "bits": math.log2(match / stranger),
                "household": field in self.household,
                "common": math.log2(stranger) if level == "equal" and field in self.by_rarity else None,
            }
            for place, (field, levels) in enumerate(self.fields.items())
            for level, (match, stranger) in levels.items()
        ]
        return pa.Table.from_pylist(rows)


@dataclass(frozen=True)
class Patterns:
    """A row per pattern: the level of each field (0 = not compared), pairs that share a key, pairs drawn."""

    level: NDArray[np.int64]
    candidates: Array
    drawn: Array

    @classmethod
    def decoded(cls, model: FebrlModel, table: pa.Table) -> Patterns:
        """From pattern (sum of digits), candidates, drawn."""
        powers = np.array([BASE**place for place in range(len(model.fields))])
        level = table["pattern"].to_numpy()[:, None] // powers % BASE
        candidates, drawn = (table[name].to_numpy().astype(np.float64) for name in ("candidates", "drawn"))
        return cls(level, candidates, drawn)


def estimate(model: FebrlModel, patterns: Patterns, lefts: int, rights: int) -> tuple[FebrlModel, float]:
    """The model with its figures estimated, and the prior (log2 odds of any pair).

    With fewer than ENOUGH matches the model's own figures hold.
    """
    start = [np.array(list(levels.values())) for levels in model.fields.values()]
    likelihood = [figures.copy() for figures in start]
    first = prior = math.log2(model.matched / max(lefts, 1))
    relatives, matches = model.relatives, 0.0
    for _ in range(ROUNDS):
        odds = _odds(model, patterns, likelihood, prior, relatives)
        shares = odds / odds.sum(axis=1, keepdims=True)
        match, strangers = patterns.candidates * shares[:, 0], patterns.drawn * shares[:, 2]
        matches, akin = float(match.sum()), float((patterns.candidates * shares[:, 1]).sum())
        prior = math.log2(max(matches, 1.0) / max(lefts * rights, 1))
        relatives = (akin + STRENGTH * model.relatives) / (matches + STRENGTH)
        for place, figures in enumerate(start):
            likelihood[place] = _updated(figures, patterns.level[:, place], match, strangers)
    if matches < ENOUGH:
        return model, round(first, 2)
    fields = {
        field: dict(zip(levels, figures.tolist(), strict=True))
        for (field, levels), figures in zip(model.fields.items(), likelihood, strict=True)
    }
    return replace(model, fields=fields, relatives=relatives), round(prior, 2)


def _odds(model: FebrlModel, patterns: Patterns, likelihood: list[Array], prior: float, relatives: float) -> Array:
    """A row per pattern: the odds of a match, of relatives and of strangers."""
    score = np.zeros((len(patterns.level), 3))
    score[:, 0], score[:, 1] = prior, prior + math.log2(relatives)
    for place, (field, figures) in enumerate(zip(model.fields, likelihood, strict=True)):
        bits = np.concatenate([[0.0], np.log2(figures[:, 0] / figures[:, 1])])[patterns.level[:, place]]
        score[:, 0] += bits
        if field in model.household:
            score[:, 1] += bits
    odds: Array = np.exp2(score)
    return odds


def _updated(start: Array, level: NDArray[np.int64], match: Array, strangers: Array) -> Array:
    """The share of each level among matches and among strangers, held by what the model says where there are few.

    The model's figures weigh as much as STRENGTH matches; of strangers, as much as the pairs in which the level would
    have been seen once, so that a level too rare to be drawn stays as rare as the model says.
    """
    of_matches, of_strangers = (np.bincount(level, weights=w, minlength=len(start) + 1)[1:] for w in (match, strangers))
    learned = (of_matches + STRENGTH * start[:, 0]) / (of_matches.sum() + STRENGTH)
    counted = (of_strangers + 1) / (of_strangers.sum() + 1 / start[:, 1])
    return np.column_stack([learned, counted])
