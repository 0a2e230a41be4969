"""The weights file decides the order between free cash and what may only be frozen (profiles/rules/targeting.yaml)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from given import Given, Person, Told
from nights import car, case_of
from scenario import Scenario
from test_debtor_values import accounts, claim
from test_targets import freeze, house

from core.errors import NotFoundError, SettingsError
from profiles import reranking, targeting
from profiles.targeting import Weights

given = Given()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    made = Told(Scenario(tmp_path_factory.mktemp("targeting")), given)
    yield made
    made.scenario.close()


@given
def house_or_frozen_account(s: Scenario, who: Person) -> None:
    """A house for 620,000 and an account of 300,000 behind another court's freeze: what is worth more pains?"""
    claim(s, "5000000.00")
    inquiry_no = accounts(s, who, {"balance": "300000.00", "available": "300000.00"}, {"balance": "10.00"})
    freeze(s, inquiry_no, sequence=1, authority="别的法院", document="（2026）测0498执1号之一", amount="1.00")
    house(s, who)
    car(s, who)


def kinds(told: Told, weights: Weights | None = None) -> list[tuple[int, str]]:
    """Rank and kind: as published, or under other weights."""
    if weights is None:
        assets = {row["asset_id"]: row["kind"] for row in told.rows("asset", house_or_frozen_account)}
        published = told.rows("target", house_or_frozen_account)
        return [(row["rank"], assets[row["asset_id"]]) for row in published]
    return [(row["rank"], row["kind"]) for row in reranked(told, weights)]


def reranked(told: Told, weights: Weights) -> list[dict[str, Any]]:
    case = case_of(told.who(house_or_frozen_account))
    return reranking.rerank(told.published.path, case, weights)


def test_the_published_order_and_what_is_expected(told: Told) -> None:
    assert kinds(told) == [(1, "deposit"), (2, "housing"), (3, "deposit"), (4, "vehicle")]
    second, third = told.rows("target", house_or_frozen_account)[1:3]
    # 620,000 × 0.75 × 0.9 (price paid) × 0.5 (perhaps the only home) × 0.99^8
    assert "净值 620,000.00 元，预计可得 193,084.33 元（把握 34%，约 8 个月）" in second["reasons"]
    # 300,000 × 0.98 × 0.4 (another court's freeze comes first) × 0.99^0.5
    assert "净值 300,000.00 元，预计可得 117,010.52 元（把握 39%，约 0.5 个月）" in third["reasons"]


def test_other_weights_turn_the_order(told: Told) -> None:
    shipped = targeting.load()
    slow = replace(shipped, kinds={**shipped.kinds, "housing": {"certainty": 0.4, "months": 24}})
    assert kinds(told, slow) == [(1, "deposit"), (2, "deposit"), (3, "housing"), (4, "vehicle")]
    assert [row["rank_before"] for row in reranked(told, slow)] == [1, 3, 2, 4]


def test_reranking_under_the_same_weights_changes_nothing(told: Told) -> None:
    case = case_of(told.who(house_or_frozen_account))
    again = reranking.rerank(told.published.path, case, targeting.load())
    published = told.rows("target", house_or_frozen_account)
    assert [{name: row[name] for name in published[0]} for row in again] == published


def test_a_case_that_nobody_has_is_not_found(told: Told) -> None:
    with pytest.raises(NotFoundError):
        reranking.rerank(told.published.path, "（2020）测0499执1号", targeting.load())


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"discount_per_month": 1.5}, "discount_per_month is not between 0 and 1"),
        ({"kinds": {}}, "kinds:"),
        ({"conditions": {"co_owned": 0.5}}, "conditions:"),
        ({"bases": {"balance": -1}}, "bases:"),
        ({"more": 1}, "another form"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, change: dict[str, Any], wrong: str) -> None:
    file = tmp_path / "weights.yaml"
    file.write_text(yaml.safe_dump(asdict(targeting.load()) | change), encoding="utf-8")
    with pytest.raises(SettingsError, match=wrong):
        targeting.load(file)


def test_a_kind_without_months_is_refused(tmp_path: Path) -> None:
    document = asdict(targeting.load())
    document["kinds"]["deposit"] = {"certainty": 0.9}
    file = tmp_path / "weights.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"kinds\.deposit needs certainty and months"):
        targeting.load(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        targeting.load(tmp_path / "none.yaml")
