"""A seizure that its register tells no more and nobody released: fault silent_release of the three registers."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from applied import assert_events_tell
from given import Person
from nights import (
    DAYS,
    NEXT,
    SEIZED,
    THEIRS,
    Nights,
    Stories,
    car,
    case_of,
    deposit,
    plate,
    renumbered_house,
    seize_car,
)
from scenario import Scenario

from core.settings import Settings

stories = Stories()


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    made = Nights(tmp_path_factory.mktemp("silent_releases"), stories)
    yield made
    made.close()


def assets(nights: Nights, story: Any, run: int) -> list[dict[str, Any]]:
    return nights.published[run].rows("asset", debtor_id=nights.people[story].debtor_id)


def seizures(nights: Nights, story: Any, run: int) -> list[dict[str, Any]]:
    (asset,) = assets(nights, story, run)
    return nights.published[run].rows("seizure", asset_id=asset["asset_id"])


def is_doubted(nights: Nights, story: Any, run: int) -> bool:
    """Marked on the asset, asked about in an alert, and a caution on the target: all of them or none."""
    (asset,) = assets(nights, story, run)
    published, of = nights.published[run], {"asset_id": asset["asset_id"]}
    told = {
        "seizure_unconfirmed" in asset["detail"],
        any("核对" in row["message_zh"] for row in published.rows("alert", kind="review_waiting", **of)),
        any("无解除记录" in text for row in published.rows("target", **of) for text in row["cautions"]),
    }
    assert len(told) == 1
    return told.pop()


@stories
def dropped(s: Scenario, who: Person, run: int) -> None:
    """Told on the first night and never again."""
    car(s, who)
    if run == 0:
        seize_car(s, who)


def test_a_seizure_that_is_told_no_more_stays_in_doubt(nights: Nights) -> None:
    (before,) = seizures(nights, dropped, 0)
    assert not is_doubted(nights, dropped, 0)
    for run in (1, 2, 3):
        left = (date(2027, 12, 31) - DAYS[run]).days
        assert seizures(nights, dropped, run) == [before | {"days_to_expiry": left}]
        assert nights.events(dropped, run) == []
        assert is_doubted(nights, dropped, run)
    alert = nights.alerts(dropped)["review_waiting"]
    assert alert["severity"] == "normal"
    assert "公安车辆管理所" in alert["message_zh"]


def test_it_counts_as_before(nights: Nights) -> None:
    measure = [
        nights.published[run].one("target", debtor_id=nights.people[dropped].debtor_id)["recommended_measure"]
        for run in range(4)
    ]
    assert measure == [measure[0]] * 4


def test_the_same_night_again_changes_nothing(nights: Nights) -> None:
    for view in ("asset", "seizure", "change_event", "alert", "target", "debtor"):
        first, again = (nights.published[run].rows(view) for run in (1, 2))
        assert first == again, view


@stories.firm
def firms_land(s: Scenario, who: Person, run: int) -> None:
    """Another court's seizure for an unknown amount, told on the first night and never again."""
    key = who.key("TD")
    s.add(
        "land", "rights", right_id=key, unit_no=who.unit(), register_status="current", location=f"地{who.n}", price="10"
    )
    s.add("land", "holders", right_id=key, seq=1, name=who.name, id_type="uscc", id_number=who.id_number)
    if run == 0:
        s.add("land", "seizures", seizure_no=who.key("CF"), right_id=key, **THEIRS)


def test_what_may_stand_before_us_is_still_deducted_from_a_firms_asset(nights: Nights) -> None:
    for run in range(4):
        (asset,) = assets(nights, firms_land, run)
        assert (asset["gross_value"], asset["net_value"]) == (100_000, None)
    assert nights.events(firms_land) == []


@stories
def released_later(s: Scenario, who: Person, run: int) -> None:
    car(s, who)
    if run in {0, 3}:
        seize_car(s, who, released_at="2026-11-25 10:00:00" if run == 3 else None)


@stories
def told_again(s: Scenario, who: Person, run: int) -> None:
    car(s, who)
    if run in {0, 3}:
        seize_car(s, who)


@stories
def takes_effect(s: Scenario, who: Person, run: int) -> None:
    """A waiting entry is away for a night and comes back in force, under the same document."""
    car(s, who)
    if run == 0:
        seize_car(s, who, kind="waiting", wait_order=1, from_date=None, to_date=None)
    elif run == 3:
        seize_car(s, who)


def test_doubt_ends_when_the_register_tells_it_again(nights: Nights) -> None:
    for story in (released_later, told_again, takes_effect):
        assert is_doubted(nights, story, 1)
        assert not is_doubted(nights, story, 3)
        assert nights.events(story) == []
        assert len(seizures(nights, story, 3)) == 1
    assert nights.events(released_later, 3) == [("seizure_released", SEIZED, None)]
    assert nights.events(told_again, 3) == []
    assert nights.events(takes_effect, 3) == [("seizure_added", None, SEIZED)]


@stories
def runs_out(s: Scenario, who: Person, run: int) -> None:
    car(s, who)
    if run == 0:
        seize_car(s, who, to_date=str(NEXT))


def test_it_ends_with_its_term(nights: Nights) -> None:
    assert [len(seizures(nights, runs_out, run)) for run in range(4)] == [1, 1, 1, 0]
    assert nights.events(runs_out) == []
    assert nights.events(runs_out, 3) == [("seizure_expired", SEIZED, str(NEXT))]


@stories
def scrapped(s: Scenario, who: Person, run: int) -> None:
    car(s, who, **({"status": ["scrapped"]} if run else {}))
    if run == 0:
        seize_car(s, who)


def test_it_ends_with_its_asset(nights: Nights) -> None:
    assert seizures(nights, scrapped, 1) == []
    assert nights.events(scrapped) == [("asset_gone", f"02:{plate(nights.people[scrapped])}", None)]


@stories
def renumbered(s: Scenario, who: Person, run: int) -> None:
    """An old property certificate gives way to a unit number, and the seizure is not taken over."""
    key = renumbered_house(s, who, run)
    if run == 0:
        s.add("housing", "seizures", unit_id=key, seizure_no=who.key("CF"), **THEIRS)


def test_it_stays_with_a_thing_that_got_another_number(nights: Nights) -> None:
    numbers = {assets(nights, renumbered, run)[0]["asset_id"] for run in (0, 1)}
    assert len(numbers) == 2
    for run in (1, 2, 3):
        assert [row["doc_no"] for row in seizures(nights, renumbered, run)] == [THEIRS["document"]]
        assert nights.events(renumbered, run) == []


def ours(s: Scenario, who: Person, status: str) -> None:
    """Our court's own measure on the debtor's car, told by the court and, on the first night, by the register."""
    notice = f"{case_of(who)}之一"
    s.add(
        "court_cases", "measures", case_no=case_of(who), debtor_key=f"P{who.n + 1}", measure_key="C1", kind="seizure",
        asset_kind="vehicle", object=plate(who), addressee="车辆管理所", notice_no=notice, status=status,
        from_date="2026-01-01", to_date="2027-12-31",
    )  # fmt: skip
    if s.business_date == DAYS[0]:
        seize_car(s, who, authority=Settings().court_name, document=notice)


@stories
def ours_dropped(s: Scenario, who: Person, run: int) -> None:
    car(s, who)
    ours(s, who, "in_force")


@stories
def ours_released(s: Scenario, who: Person, run: int) -> None:
    car(s, who)
    ours(s, who, "released" if run else "in_force")


def test_our_own_measure_is_kept_and_asked_about_first(nights: Nights) -> None:
    (seizure,) = seizures(nights, ours_dropped, 1)
    assert (seizure["is_ours"], seizure["source"]) == (True, "vehicles")
    assert nights.alerts(ours_dropped)["review_waiting"]["severity"] == "high"
    assert nights.events(ours_dropped) == []


def test_our_own_file_may_say_that_it_was_released(nights: Nights) -> None:
    assert seizures(nights, ours_released, 1) == []
    assert [kind for kind, _, _ in nights.events(ours_released)] == ["seizure_released"]
    assert not is_doubted(nights, ours_released, 1)


@stories
def letter_gone(s: Scenario, who: Person, run: int) -> None:
    """The status no longer says seized, the entry stays unreleased; the last night it is released."""
    car(s, who, status=["normal"] if run else ["seized"])
    seize_car(s, who, released_at="2026-11-25 10:00:00" if run == 3 else None)


@stories
def no_time(s: Scenario, who: Person, run: int) -> None:
    """A release document stands there, and no time of release."""
    car(s, who)
    seize_car(s, who, release_document="（2026）测0498执1号之二" if run else None)


def test_half_a_release_is_none(nights: Nights) -> None:
    for story in (letter_gone, no_time):
        assert [is_doubted(nights, story, run) for run in (0, 1, 2)] == [False, True, True]
        assert nights.events(story) == []
        assert [row["released_at"] for row in seizures(nights, story, 1)] == [None]
    assert not is_doubted(nights, letter_gone, 3)


@stories
def thawed(s: Scenario, who: Person, run: int) -> None:
    """The bank's new reply tells no freeze: a reply is the whole truth of its moment."""
    inquiry_no = deposit(s, who, "100.00")
    if run == 0:
        s.add(
            "bank_abc", "measures", inquiry_no=inquiry_no, sequence=1, measure_no=1, kind="freeze", amount="40.00",
            authority="别的法院", document="（2026）测0498执1号", to_date="2026-12-31",
        )  # fmt: skip


def test_a_banks_new_answer_replaces_the_old_one(nights: Nights) -> None:
    assert [len(seizures(nights, thawed, run)) for run in (0, 1)] == [1, 0]
    assert "seizure_released" in {kind for kind, _, _ in nights.events(thawed)}


def test_the_events_of_a_night_turn_the_state_before_into_the_present_one(nights: Nights) -> None:
    for before, after in ((0, 1), (0, 2), (2, 3)):
        assert_events_tell(nights.published[before], nights.published[after])
