"""Estimate a model from the pairs compared, without labels: expectation maximisation over their patterns of levels.

Five explanations compete for each pair (``models/v3.yaml``). By expectation maximisation are estimated: the prior, how
likely each level is for a match, how many numbers are somebody else's and what else agrees then, how often strangers
are found by a name spelt otherwise and live in one street. How likely a stranger has the same birth date or telephone
is counted in the registers. What is rare is held near the model's figures by a prior of so many pairs. Deterministic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.model import HYPOTHESES, KINDS, Levels, Model

#: Pairs that the model's own figures weigh as much as: of a field's levels, of names spelt otherwise, of rivals.
STRENGTH, NAME_STRENGTH, RIVAL_STRENGTH = 40.0, 10.0, 5.0
#: Matches by number and name below which nothing can be learned.
ENOUGH = 300
ROUNDS = 60
#: Levels whose likelihood for a match stays the model's: what a match and a rival explain alike cannot be told apart
#: without labels, and a branch is a match by law and not by likeness.
GIVEN = {
    "branch",
    "branch_form",
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

STRANGER, OTHER_HOLDER = HYPOTHESES.index("stranger"), HYPOTHESES.index("other_holder")
#: Rivals that a number leads to: all their pairs are compared, so that they can be counted, and what agrees beside it.
BY_NUMBER = ("other_holder", "shared_number")
LEARNED_OF_OTHER_HOLDERS = ("address", "phone")
#: Names at these levels are found by the name itself, whatever else agrees: the pairs show how often strangers are.
FOUND_BY_NAME = {
    "person": {"exact", "former", "variant", "part", "lost", "masked", "truncated"},
    "organization": {
        *("exact", "former", "variant", "part", "lost", "masked", "truncated"),
        *("org_form", "one_edit", "homophone", "look_alike"),
    },
}
#: Levels of which a namesake has one or the other: how often which is seen on namesakes.
STREET, MASKED = ("near", "different"), ("masked_agrees_little", "masked_differs")
#: How a number is written says nothing about whose it is: levels of one manner of writing weigh together the same among
#: strangers as among matches.
WRITTEN = (
    ("masked_agrees", "masked_agrees_little", "masked_differs"),
    ("upgraded_equal", "weak_equal", "unformed_equal", "near", "rounded_agrees", "different"),
)

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

    column: str
    groups: tuple[str, ...]
    names: list[str]
    likelihood: Array
    start: Array
    place: NDArray[np.int64]
    by_rarity: NDArray[np.bool_]
    counted: set[str]

    def rows(self, levels: Iterable[str]) -> list[int]:
        """The places of these levels, of those the field has."""
        return [place for place, name in enumerate(self.names) if name in levels]

    def count(self, pairs: Array) -> Array:
        """Pairs at each level."""
        seen = self.place >= 0
        return np.bincount(self.place[seen], weights=pairs[seen], minlength=len(self.names)).astype(np.float64)


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
        prior={kind: round(prior, 4) for kind, (prior, _, _) in found.items()},
        rivals={
            kind: {name: _rounded(share) for name, share in rivals.items()} for kind, (_, rivals, _) in found.items()
        },
        person=found["person"][2],
        organization=found["organization"][2],
    )


def _estimate_kind(
    model: Model, kind: str, patterns: Patterns, pairs: float, chances: list[dict[str, Any]]
) -> tuple[float, dict[str, float], Levels]:
    sure = (patterns["id_level"] == "strong_equal") & (patterns["name_level"] == "exact")
    if patterns["pairs"][sure].sum() < ENOUGH:
        return model.prior[kind], model.rivals[kind], model.fields(kind)
    fields = [_field(model, kind, column, groups, patterns[column]) for groups, column in FIELDS.items()]
    for row in chances:
        _set_chance(fields, row["field"], row["level"], row["likelihood"])
    number, worth = patterns["pairs"].astype(np.float64), patterns["worth"].astype(np.float64)
    exact = patterns["name_level"] == "exact"
    numberless = np.array([level is None for level in patterns["id_level"]])
    prior, rivals = model.prior[kind], dict(model.rivals[kind])
    for _ in range(ROUNDS):
        found = number[:, None] * _posterior(fields, worth, prior, rivals)
        match, stranger = found[:, 0], found[:, STRANGER]
        prior = math.log2(max(float(match.sum()), 1.0) / pairs)
        for place, rival in enumerate(HYPOTHESES):
            if rival in BY_NUMBER:
                rivals[rival] = _share(float(found[:, place].sum()), float(match.sum()), model.rivals[kind][rival])
        for field in fields:
            _update_match(field, match)
            if field.groups[0] in LEARNED_OF_OTHER_HOLDERS:
                _learn(field, OTHER_HOLDER, found[:, OTHER_HOLDER], field.names)
            if field.column == "address_level":
                # beside a number, addresses are compared of those only whom something else brought together
                _learn(field, STRANGER, stranger * (exact & numberless), STREET)
            elif field.column == "id_level":
                _learn(field, STRANGER, stranger * exact, MASKED)
                _weigh_as_written(field)
            elif field.column == "name_level":
                namesakes = number * _posterior([_with_unit_rate(field)], worth, prior, rivals)[:, STRANGER]
                expected = float(namesakes[exact & numberless].sum())
                _learn_name_rates(field, FOUND_BY_NAME[kind], stranger * numberless, expected)
            _keep_order(field)
    levels = {group: _levels(model, kind, group, field) for field in fields for group in field.groups}
    return prior, rivals, levels


def _field(model: Model, kind: str, column: str, groups: tuple[str, ...], levels: NDArray[Any]) -> _Field:
    table = {level: figures for group in groups for level, figures in model.fields(kind)[group].items()}
    likelihood = np.array(
        [[np.nan if figure is None else figure for figure in figures] for figures in table.values()], dtype=np.float64
    )
    places = {level: place for place, level in enumerate(table)}
    place = np.array([places.get(level, -1) for level in levels], dtype=np.int64)
    by_rarity = np.array(["name" in groups and level in model.fields(kind)["name"] for level in table])
    return _Field(column, groups, list(table), likelihood, likelihood.copy(), place, by_rarity, set())


def _set_chance(fields: list[_Field], group: str, level: str, likelihood: float) -> None:
    for field in fields:
        if field.groups == (group,):
            field.likelihood[field.names.index(level), 1] = likelihood
            field.counted.add(level)


def _posterior(fields: list[_Field], worth: Array, prior: float, rivals: Mapping[str, float]) -> Array:
    """How likely each pattern is which of HYPOTHESES: a row per pattern, a column per hypothesis."""
    begin = [prior, 0.0, *(prior + math.log2(rivals[rival]) for rival in HYPOTHESES[2:])]
    score = np.repeat(np.array([begin]), len(worth), axis=0)
    for field in fields:
        seen = (field.place >= 0)[:, None]
        bits = np.log2(field.likelihood / field.likelihood[:, 1:2])
        score += np.where(seen, np.nan_to_num(bits)[field.place], 0.0)
        gains = ~np.isnan(field.likelihood) & field.by_rarity[:, None]
        gains[:, 1] = False
        score += np.where(seen & gains[field.place], worth[:, None], 0.0)
    odds = np.exp2(score - score.max(axis=1, keepdims=True))
    share: Array = odds / odds.sum(axis=1, keepdims=True)
    return share


def _share(pairs: float, matches: float, start: float) -> float:
    """Pairs of a rival for each match."""
    return (pairs + RIVAL_STRENGTH) / (matches + RIVAL_STRENGTH / start)


def _update_match(field: _Field, match: Array) -> None:
    """The share of each level among the matches, held near the model's figures."""
    given = np.array([name in GIVEN for name in field.names])
    if given.all():
        return
    count = field.count(match)
    start = field.start[:, 0]
    share = start / start.sum()
    learned = (count + STRENGTH * share) / (count.sum() + STRENGTH)
    learned *= (1 - share[given].sum()) / learned[~given].sum()
    field.likelihood[:, 0] = start.sum() * np.where(given, share, learned)


def _learn(field: _Field, hypothesis: int, pairs: Array, levels: Iterable[str]) -> None:
    """The share of each of these levels among the pairs of a hypothesis; together they keep their weight."""
    rows = [row for row in field.rows(levels) if not np.isnan(field.start[row, hypothesis])]
    start, count = field.start[rows, hypothesis], field.count(pairs)[rows]
    share = (count + STRENGTH * start / start.sum()) / (count.sum() + STRENGTH)
    field.likelihood[rows, hypothesis] = start.sum() * share


def _weigh_as_written(field: _Field) -> None:
    for levels in WRITTEN:
        rows = field.rows(levels)
        field.likelihood[rows, STRANGER] *= field.likelihood[rows, 0].sum() / field.likelihood[rows, STRANGER].sum()


def _with_unit_rate(field: _Field) -> _Field:
    """The names as if strangers bore the very name as often as its rarity says."""
    likelihood = field.likelihood.copy()
    likelihood[field.names.index("exact"), STRANGER] = 1.0
    return replace(field, likelihood=likelihood)


def _learn_name_rates(field: _Field, levels: set[str], strangers: Array, expected: float) -> None:
    """How many strangers stand at each level of a name for each who bears it; by its rarity that are `expected` in all.

    A name that is spelt otherwise is never worth more than the name itself.
    """
    rows = field.rows(levels)
    count = field.count(strangers)[rows]
    rate = (count + NAME_STRENGTH * field.start[rows, STRANGER]) / (expected + NAME_STRENGTH)
    field.likelihood[rows, STRANGER] = rate
    match, stranger, exact = field.likelihood[:, 0], field.likelihood[:, STRANGER], field.names.index("exact")
    respelt = field.by_rarity & (np.array(field.names) != "branch")
    stranger[respelt] = np.maximum(stranger[respelt], match[respelt] * stranger[exact] / match[exact])


def _keep_order(field: _Field) -> None:
    """A level that speaks for a match never speaks more for a rival: further agreement must not lower a score."""
    agreeing = (field.start[:, 0] > field.start[:, 1]) & ~field.by_rarity
    for hypothesis in range(1, len(HYPOTHESES)):
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
    return None if np.isnan(value) else _rounded(value)


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")
