"""Estimate a model from the pairs compared, without labels: expectation maximisation over their patterns of levels.

Four explanations compete for each pair (``models/v2.yaml``). Estimated are the prior and how likely each level is for a
match, by expectation maximisation; how likely a stranger has the same birth date or telephone is counted in the
registers. What is rare is held near the model's figures by a prior of `STRENGTH` pairs. Deterministic.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.model import HYPOTHESES, KINDS, Levels, Model

#: Pairs that the model's own figures weigh as much as.
STRENGTH = 40.0
#: Matches by number and name below which nothing can be learned.
ENOUGH = 300
ROUNDS = 60
#: Levels whose likelihood for a match stays the model's: what a match and a rival explain alike cannot be told apart
#: without labels, and a branch is a match by law and not by likeness.
GIVEN = {
    "branch",
    "branch_form",
    "unlike",
    "other_surname",
    "head_office",
    "different_beside_id",
    "equal_beside_id",
    "equal_respelt",
}
#: Groups of levels that exclude each other -> column of the patterns.
FIELDS = {
    ("id_number",): "id_level",
    ("name", "name_apart"): "name_level",
    ("birth_date",): "birth_level",
    ("birth_respelt",): "birth_level",
    ("birth_beside_id",): "birth_level",
    ("sex",): "sex_level",
    ("phone",): "phone_level",
    ("address",): "address_level",
}

Array = NDArray[np.float64]
#: Column of the patterns -> its values.
Patterns = Mapping[str, NDArray[Any]]


@dataclass
class _Field:
    """One field of one kind of party.

    `likelihood`: a row per level, a column per hypothesis; nan = as a stranger. `start`: where it began. `place`: the
    level of each pattern, -1 where nothing was compared. `by_rarity`: levels to which the rarity of the name is added.
    `counted`: levels whose likelihood for a stranger was counted in the registers.
    """

    groups: tuple[str, ...]
    names: list[str]
    likelihood: Array
    start: Array
    place: NDArray[np.int64]
    by_rarity: NDArray[np.bool_]
    counted: set[str]


def estimate(model: Model, patterns: pa.Table, pairs: Mapping[str, float], chance: pa.Table) -> Model:
    """The model with its figures estimated.

    `patterns`: is_org, the level columns of FIELDS, worth (rarity of the name in bits), pairs. `pairs`: kind of party
    -> all pairs there could be. `chance`: is_org, field, level, how likely strangers are at it. A kind of party with
    fewer than ENOUGH matches keeps the model's figures.
    """
    columns = {name: np.array(patterns[name].to_pylist()) for name in patterns.column_names}
    found = {}
    for kind in KINDS:
        is_org = kind == "organization"
        chosen = {name: values[columns["is_org"] == is_org] for name, values in columns.items()}
        chances = [row for row in chance.to_pylist() if row["is_org"] == is_org]
        found[kind] = _estimate_kind(model, kind, chosen, pairs[kind], chances)
    return replace(
        model,
        prior={kind: round(prior, 4) for kind, (prior, _) in found.items()},
        person=found["person"][1],
        organization=found["organization"][1],
    )


def _estimate_kind(
    model: Model, kind: str, patterns: Patterns, pairs: float, chances: list[dict[str, Any]]
) -> tuple[float, Levels]:
    sure = (patterns["id_level"] == "strong_equal") & (patterns["name_level"] == "exact")
    if patterns["pairs"][sure].sum() < ENOUGH:
        return model.prior[kind], model.fields(kind)
    fields = [_field(model, kind, groups, patterns[column]) for groups, column in FIELDS.items()]
    for row in chances:
        _set_chance(fields, row["field"], row["level"], row["likelihood"])
    number, worth = patterns["pairs"].astype(np.float64), patterns["worth"].astype(np.float64)
    prior = model.prior[kind]
    for _ in range(ROUNDS):
        match = number * _posterior(model, fields, worth, prior)
        prior = math.log2(max(float(match.sum()), 1.0) / pairs)
        for field in fields:
            _update(field, match)
            _keep_order(field)
    return prior, {group: _levels(model, kind, group, field) for field in fields for group in field.groups}


def _field(model: Model, kind: str, groups: tuple[str, ...], levels: NDArray[Any]) -> _Field:
    table = {level: figures for group in groups for level, figures in model.fields(kind)[group].items()}
    likelihood = np.array(
        [[np.nan if figure is None else figure for figure in figures] for figures in table.values()], dtype=np.float64
    )
    places = {level: place for place, level in enumerate(table)}
    place = np.array([places.get(level, -1) for level in levels], dtype=np.int64)
    by_rarity = np.array(["name" in groups and level in model.fields(kind)["name"] for level in table])
    return _Field(groups, list(table), likelihood, likelihood.copy(), place, by_rarity, set())


def _set_chance(fields: list[_Field], group: str, level: str, likelihood: float) -> None:
    for field in fields:
        if field.groups == (group,):
            field.likelihood[field.names.index(level), 1] = likelihood
            field.counted.add(level)


def _posterior(model: Model, fields: list[_Field], worth: Array, prior: float) -> Array:
    """How likely each pattern is a match."""
    rivals = [prior + math.log2(model.rivals["relative"]), prior + math.log2(model.rivals["other_holder"])]
    score = np.repeat(np.array([[prior, 0.0, *rivals]]), len(worth), axis=0)
    for field in fields:
        seen = (field.place >= 0)[:, None]
        bits = np.log2(field.likelihood / field.likelihood[:, 1:2])
        score += np.where(seen, np.nan_to_num(bits)[field.place], 0.0)
        gains = ~np.isnan(field.likelihood) & field.by_rarity[:, None]
        gains[:, 1] = False
        score += np.where(seen & gains[field.place], worth[:, None], 0.0)
    odds = np.exp2(score - score.max(axis=1, keepdims=True))
    share: Array = odds[:, 0] / odds.sum(axis=1)
    return share


def _update(field: _Field, match: Array) -> None:
    """The share of each level among the matches, held near the model's figures."""
    given = np.array([name in GIVEN for name in field.names])
    if given.all():
        return
    seen = field.place >= 0
    count = np.bincount(field.place[seen], weights=match[seen], minlength=len(field.names))
    start = field.start[:, 0]
    share = start / start.sum()
    learned = (count + STRENGTH * share) / (count.sum() + STRENGTH)
    learned *= (1 - share[given].sum()) / learned[~given].sum()
    field.likelihood[:, 0] = start.sum() * np.where(given, share, learned)


def _keep_order(field: _Field) -> None:
    """A level that speaks for a match never speaks more for a rival: further agreement must not lower a score."""
    agreeing = (field.start[:, 0] > field.start[:, 1]) & ~field.by_rarity
    for hypothesis in (1, 2, 3):
        column = field.likelihood[:, hypothesis]
        capped = np.minimum(column, field.likelihood[:, 0])
        field.likelihood[:, hypothesis] = np.where(agreeing & ~np.isnan(column), capped, column)
    if "equal" in field.counted and "near" in field.names:
        # a slip is never worth more than agreement
        equal, near = field.likelihood[field.names.index("equal")], field.likelihood[field.names.index("near")]
        near[1] = max(near[1], near[0] * equal[1] / equal[0])


def _levels(model: Model, kind: str, group: str, field: _Field) -> dict[str, list[float | None]]:
    return {
        level: [_figure(x) for x in field.likelihood[field.names.index(level), : len(HYPOTHESES)]]
        for level in model.fields(kind)[group]
    }


def _figure(value: float) -> float | None:
    return None if np.isnan(value) else float(f"{value:.6g}")
