"""Golden scenarios: debtors' situations across all sources in one build, and the second night of some."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
from expecting import differences
from invariants import INVARIANTS
from scenario import BUSINESS_DATE, Published, Scenario
from story import Story, load_all, made
from telling import decide, tell

import data_contracts
from core.settings import Settings
from profiles import measures, words_zh

STORIES = load_all()
TOLD = [(story, nth) for story in STORIES for nth in story.nights]

#: What a debtor keeps of wages and pensions. The second night stands for a court that has not set it.
LIVING_RESERVE = Decimal(2000)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Published]]:
    """Night -> what was published."""
    folder = tmp_path_factory.mktemp("scenarios")
    first = Scenario(folder, settings=replace(Settings(), living_reserve=LIVING_RESERVE))
    second = Scenario(folder, settings=Settings(), business_date=BUSINESS_DATE + timedelta(days=1))
    published: dict[int, Published] = {}
    for nth, scenario in enumerate((first, second), start=1):
        told = [story for story in STORIES if nth in story.nights]
        silent = {source for story in told for source in story.night(nth)["missing"]}
        for story in told:
            tell(scenario, story, nth)
            if nth > 1:
                decide(scenario, story, published[nth - 1])
        for source in data_contracts.sources():
            scenario.outcome(source, outcome="missing" if source in silent else "loaded")
        published[nth] = scenario.build(previous=published.get(nth - 1), name=f"night{nth}.duckdb")
    yield published
    first.close()
    second.close()


@pytest.mark.parametrize(("story", "nth"), TOLD, ids=[f"{story.name}:{nth}" for story, nth in TOLD])
def test_scenario(nights: dict[int, Published], story: Story, nth: int) -> None:
    found = differences(nights[nth], story, nth)
    assert not found, "\n".join([f"{story.name}, night {nth}", *found])


@pytest.mark.parametrize("name", INVARIANTS)
def test_what_always_holds(nights: dict[int, Published], name: str) -> None:
    for published in nights.values():
        assert published.con.execute(INVARIANTS[name]).fetchall() == []


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(titel="x"),
        lambda said: said["expect"]["甲"].update(net="1"),
        lambda said: said["expect"]["甲"]["assets"]["大户"].update(gross=1),
        lambda said: said["expect"]["甲"]["targets"][0].update(amount=1),
        lambda said: said["rules"].append({"statute": "x"}),
        lambda said: said.pop("sentence"),
    ],
)
def test_a_key_that_nothing_reads_is_an_error(change: Callable[[dict[str, Any]], Any]) -> None:
    said = copy.deepcopy(_named("targeting/order").said)
    change(said)
    with pytest.raises(AssertionError):
        made(said, 1, "altered")


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said["assets"].pop("车辆"),
        lambda said: said["assets"].update(另一辆={"kind": "vehicle"}),
        lambda said: said["assets"]["大户"].update(gross_value=901),
        lambda said: said["targets"].pop(),
        lambda said: said["targets"].reverse(),
        lambda said: said["targets"][0].update(cautions=["不存在的注意事项"]),
        lambda said: said.update(alerts=[{"kind": "debtor_deceased"}]),
        lambda said: said.update(net_value=1),
    ],
)
def test_a_wrong_expectation_fails(nights: dict[int, Published], change: Callable[[dict[str, Any]], Any]) -> None:
    story = _named("targeting/order")
    said = copy.deepcopy(story.said)
    change(said["expect"]["甲"])
    assert differences(nights[1], replace(story, said=said), 1)


def test_the_scenarios_are_many_and_each_has_a_title_of_its_own() -> None:
    assert len(STORIES) >= 60
    assert len({story.said["title"] for story in STORIES}) == len(STORIES)


#: About a source as a whole, and so no debtor's.
OF_NOBODY = {"source_missing"}


@pytest.mark.parametrize("kind", words_zh.words("change"))
def test_every_kind_of_change_has_a_scenario(kind: str) -> None:
    assert kind in _kinds("events")


@pytest.mark.parametrize("kind", sorted(measures.document()["alerts"].keys() - OF_NOBODY))
def test_every_kind_of_alert_has_a_scenario(kind: str) -> None:
    assert kind in _kinds("alerts")


def test_every_kind_that_reconciliation_tells_has_a_word() -> None:
    sql = resources.files("profiles").joinpath("change_events.sql").read_text(encoding="utf-8")
    assert set(re.findall(r"(?:SELECT|DISTINCT|THEN|ELSE) '([a-z]+_[a-z_]+)'", sql)) == set(words_zh.words("change"))


def _kinds(said: str) -> set[str]:
    """Kinds of the list `said` that some scenario expects."""
    return {
        row["kind"]
        for story in STORIES
        for nth in story.nights
        for expected in story.night(nth)["expect"].values()
        for row in expected.get(said, [])
    }


def _named(name: str) -> Story:
    return next(story for story in STORIES if story.name == name)
