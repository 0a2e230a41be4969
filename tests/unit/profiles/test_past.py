"""What was published before and is delivered no more: it stays as past, is held while its source is silent, or goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from applied import assert_events_tell
from given import Person, number_of
from nights import DAYS, NEXT, Nights, Stories, asked_tonight, car, deposit, plate, renumbered_house
from scenario import BUSINESS_DATE, PERSON_A, Scenario

from core.ids import keyed_id

stories = Stories(missing=("land",))


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    made = Nights(tmp_path_factory.mktemp("past"), stories)
    yield made
    made.close()


def assets(nights: Nights, story: Any, run: int) -> list[dict[str, Any]]:
    return nights.published[run].rows("asset", debtor_id=nights.people[story].debtor_id)


def asset(nights: Nights, story: Any, run: int) -> dict[str, Any]:
    (found,) = assets(nights, story, run)
    return found


def on(nights: Nights, view: str, story: Any, run: int) -> list[dict[str, Any]]:
    return nights.published[run].rows(view, asset_id=asset(nights, story, run)["asset_id"])


def burdened_car(s: Scenario, who: Person) -> None:
    car(s, who)
    key = who.key("3704", width=10)
    s.add(
        "vehicles", "seizures", vehicle_id=key, seizure_no=who.key("CF"), kind="seizure", authority="别的法院",
        document="（2026）测0498执1号之一", from_date="2026-01-01", to_date="2027-12-31",
        registered_at="2026-01-01 09:00:00",
    )  # fmt: skip
    s.add(
        "vehicles", "mortgages", vehicle_id=key, mortgage_no=who.key("DY"), holder_name="示例银行", amount="40.00",
        registered_at="2026-01-02 09:00:00",
    )  # fmt: skip


@stories
def deleted(s: Scenario, who: Person, run: int) -> None:
    """Deleted from the register for a night, then there again."""
    if run in {0, 3}:
        burdened_car(s, who)


def test_what_the_register_deleted_stays_as_last_known_and_not_current(nights: Nights) -> None:
    before, past = asset(nights, deleted, 0), asset(nights, deleted, 1)
    assert past == before | {"is_current": False}
    assert (past["tier"], past["last_seen"], past["file"]) == ("confirmed", BUSINESS_DATE, "vehicles_full")
    assert on(nights, "provenance", deleted, 1) == on(nights, "provenance", deleted, 0) != []


def test_what_lay_on_it_is_no_existing_measure_or_burden(nights: Nights) -> None:
    for view in ("seizure", "encumbrance"):
        assert len(on(nights, view, deleted, 0)) == 1
        assert on(nights, view, deleted, 1) == []


def test_it_counts_nowhere(nights: Nights) -> None:
    who = nights.people[deleted]
    debtors = [nights.published[run].one("debtor", debtor_id=who.debtor_id) for run in (0, 1)]
    assert [debtor["confirmed_assets"] for debtor in debtors] == [1, 0]
    assert [debtor["unvalued_assets"] for debtor in debtors] == [1, 0]
    assert [len(nights.published[run].rows("target", debtor_id=who.debtor_id)) for run in (0, 1)] == [1, 0]
    assert nights.alerts(deleted) == {}


def test_it_is_gone_once_and_the_same_night_again_changes_nothing(nights: Nights) -> None:
    text = f"02:{plate(nights.people[deleted])}"
    assert nights.events(deleted, 1) == nights.events(deleted, 2) == [("asset_gone", text, None)]
    for view in ("asset", "provenance", "encumbrance", "seizure", "change_event", "alert", "target", "debtor"):
        first, again = (nights.published[run].rows(view) for run in (1, 2))
        assert first == again, view


def test_what_comes_back_is_found_with_all_that_lies_on_it(nights: Nights) -> None:
    assert nights.events(deleted, 3) == [("asset_found", None, f"02:{plate(nights.people[deleted])}")]
    assert "asset_found" in nights.alerts(deleted, 3)
    back = asset(nights, deleted, 3)
    assert (back["is_current"], back["first_seen"]) == (True, asset(nights, deleted, 0)["first_seen"])


@stories
def emptied(s: Scenario, who: Person, run: int) -> None:
    """The bank finds an account, and from the next night on says none."""
    if run == 0:
        deposit(s, who, "100.00")
        return
    s.add(
        "bank_abc", "inquiries", inquiry_no=asked_tonight(s, who, "bank_abc"), result="none",
        replied_at=f"{s.business_date} 22:00:00",
    )  # fmt: skip


def test_a_reply_of_none_makes_the_account_a_past_one_for_good(nights: Nights) -> None:
    before = asset(nights, emptied, 0)
    assert [asset(nights, emptied, run) for run in (1, 2, 3)] == [before | {"is_current": False}] * 3
    assert (before["gross_value"], before["data_as_of"]) == (100, datetime(2026, 11, 22, 20))
    assert [kind for run in (1, 3) for kind, _, _ in nights.events(emptied, run)] == ["asset_gone"]
    assert nights.published[3].one("debtor", debtor_id=nights.people[emptied].debtor_id)["net_value"] == 0


@stories
def silent(s: Scenario, who: Person, run: int) -> None:
    """The register of land is silent from run 1 on, and its present state is lost (which must not happen either)."""
    if run:
        return
    key = who.key("TD")
    s.add(
        "land", "rights", right_id=key, unit_no=who.unit(), register_status="current", location=f"地{who.n}", price="10"
    )
    s.add(
        "land", "holders", right_id=key, seq=1, name=who.name, id_type="resident_id", id_number=who.id_number,
        co_ownership="sole",
    )  # fmt: skip
    s.add(
        "land", "mortgages", mortgage_no=who.key("DY"), right_id=key, kind="mortgage", holder_name="示例银行",
        amount="4", amount_unit="wan_yuan",
    )  # fmt: skip
    s.add(
        "land", "seizures", seizure_no=who.key("CF"), right_id=key, kind="seizure", authority="别的法院",
        document="（2026）测0498执1号之一", from_date="2026-01-01", to_date="2027-12-31",
    )  # fmt: skip


def test_a_silent_source_keeps_everything_as_it_was(nights: Nights) -> None:
    who = nights.people[silent]
    for run in (1, 2, 3):
        assert asset(nights, silent, run) == asset(nights, silent, 0)
        assert nights.events(silent, run) == []
        for view in ("encumbrance", "provenance"):
            assert on(nights, view, silent, run) == on(nights, view, silent, 0) != []
        (seizure,) = on(nights, "seizure", silent, run)
        assert seizure["days_to_expiry"] == (date(2027, 12, 31) - DAYS[run]).days
        assert nights.published[run].one("debtor", debtor_id=who.debtor_id)["net_value"] == 60_000
        assert len(nights.published[run].rows("target", debtor_id=who.debtor_id)) == 1


@stories
def sold(s: Scenario, who: Person, run: int) -> None:
    if run == 0:
        car(s, who)
        return
    car(s, who, owner_name="买受人", owner_id=number_of(900), _business_date=NEXT, _file="vehicles_delta")
    s.add(
        "vehicles", "mortgages", vehicle_id=who.key("3704", width=10), mortgage_no=who.key("DY"),
        holder_name="别的银行", amount="70.00", registered_at="2026-11-24 09:00:00", _business_date=NEXT,
    )  # fmt: skip


def test_what_was_sold_stays_with_the_record_that_named_the_debtor_and_tells_nothing_of_the_buyer(
    nights: Nights,
) -> None:
    for run in (1, 2, 3):
        past = asset(nights, sold, run)
        assert (past["is_current"], past["file"]) == (False, "vehicles_full")
        assert on(nights, "encumbrance", sold, run) == []
        assert [row["file"] for row in on(nights, "provenance", sold, run)] == ["vehicles_full"]


@stories
def renamed(s: Scenario, who: Person, run: int) -> None:
    """The court corrects the name, on a night that delivers the record anew and unchanged."""
    car(s, who, **({"_business_date": s.business_date} if run else {}))
    if run:
        s._rows["court_cases", "debtors"][-1].update(name="另一人")


@stories
def another_holder(s: Scenario, who: Person, run: int) -> None:
    """The bank goes on listing the account, now under a number that is not the debtor's."""
    deposit(s, who, "100.00", **({"holder_id": number_of(901), "_business_date": s.business_date} if run else {}))


@pytest.mark.parametrize("story", [renamed, another_holder])
def test_what_is_no_longer_held_to_be_the_debtors_is_no_past_asset_of_his(nights: Nights, story: Any) -> None:
    assert asset(nights, story, 0)["tier"] == "confirmed"
    assert [assets(nights, story, run) for run in (1, 2, 3)] == [[], [], []]


def test_a_reply_that_withdraws_an_account_says_so(nights: Nights) -> None:
    assert {kind for kind, _, _ in nights.events(another_holder)} == {"asset_gone", "link_withdrawn"}


@stories
def certified(s: Scenario, who: Person, run: int) -> None:
    """An old property certificate gives way to a unit number."""
    renumbered_house(s, who, run)


def test_a_thing_under_a_new_number_is_neither_gone_nor_found(nights: Nights) -> None:
    before, after = asset(nights, certified, 0), asset(nights, certified, 1)
    assert before["asset_id"] != after["asset_id"]
    assert (after["is_current"], after["first_seen"]) == (True, before["first_seen"])
    assert nights.events(certified) == []


@stories
def leaves(s: Scenario, who: Person, run: int) -> None:
    if run == 0:
        car(s, who)
    else:
        s._rows["court_cases", "cases"][-1].update(closed_on="2026-11-24", close_mode="fulfilled")


def test_a_debtor_who_is_no_longer_shown_leaves_nothing(nights: Nights) -> None:
    assert assets(nights, leaves, 1) == []


@pytest.mark.parametrize("verdict", ["different", None])
def test_what_a_person_ruled_out_is_no_past_asset_though_it_vanishes_the_same_night(
    scenario: Scenario, verdict: str | None
) -> None:
    who = Person(0, scenario.debtor_id(PERSON_A))
    scenario.debtor("测试甲", PERSON_A)
    car(scenario, who, owner_name="测试甲", owner_id=PERSON_A)
    first = scenario.build(name="first.duckdb")
    link = first.one("link")
    scenario._rows["vehicles", "vehicles"].clear()
    scenario.business_date = NEXT
    scenario.outcome("vehicles")
    if verdict:
        record = keyed_id(scenario.settings.id_key, "R", link["source"], link["table_name"], link["record_id"])
        known = {name: link[name] for name in ("link_id", "debtor_id", "source", "table_name", "basis_digest")}
        given = {"verdict": verdict, "reason": "已核实", "officer": "GW000001", "decided_at": datetime(2026, 11, 24, 9)}
        scenario.verdicts = [{**known, **given, "record_key": record}]
    past = scenario.build(previous=first).rows("asset")
    assert [row["is_current"] for row in past] == ([] if verdict else [False])


def test_the_events_of_a_night_turn_the_state_before_into_the_present_one(nights: Nights) -> None:
    for before, after in ((0, 1), (0, 2), (2, 3)):
        assert_events_tell(nights.published[before], nights.published[after])
