"""Reconciliation: the night against the night before (profile_database.yaml, change_event; README, Delivery)."""

from collections.abc import Iterator
from typing import Any

import pytest
from applied import assert_events_tell
from given import Person, number_of
from nights import DAYS, NEXT, SEIZED, Nights, Stories, asked_tonight, car, case_of, deposit, plate, seize_car
from scenario import Scenario

stories = Stories(missing=("land",))


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    made = Nights(tmp_path_factory.mktemp("nights"), stories)
    yield made
    made.close()


def seized(s: Scenario, who: Person, **facts: Any) -> None:
    car(s, who)
    seize_car(s, who, **facts)


@stories
def unchanged(s: Scenario, who: Person, run: int) -> None:
    seized(s, who)


def test_the_first_run_is_the_baseline(nights: Nights) -> None:
    assert nights.published[0].rows("change_event") == []


def test_the_same_state_again_is_no_change(nights: Nights) -> None:
    assert [nights.events(unchanged, run) for run in range(4)] == [[], [], [], []]


@stories
def found_then_gone(s: Scenario, who: Person, run: int) -> None:
    if run in {1, 2}:
        car(s, who)


def test_assets_found_and_gone(nights: Nights) -> None:
    text = f"02:{plate(nights.people[found_then_gone])}"
    assert nights.events(found_then_gone) == [("asset_found", None, text)]
    assert nights.events(found_then_gone, 3) == [("asset_gone", text, None)]


def test_earlier_events_are_carried_over(nights: Nights) -> None:
    assert nights.events(found_then_gone, 3, day=NEXT) == nights.events(found_then_gone, 1)


def test_a_second_run_of_the_night_repeats_nothing_and_loses_nothing(nights: Nights) -> None:
    assert nights.events(found_then_gone, 2) == nights.events(found_then_gone, 1) != []
    dates = [row["run_date"] for row in nights.published[3].rows("run")]
    assert dates == [DAYS[0], DAYS[1], DAYS[3]]


@stories
def retracted(s: Scenario, who: Person, run: int) -> None:
    """Found by the first run of the night, no longer there in the second; its value wavers too."""
    deposit(s, who, {0: "100.00", 1: "80.00", 2: "70.00", 3: "70.00"}[run])
    if run == 1:
        car(s, who)


@stories
def restored(s: Scenario, who: Person, run: int) -> None:
    deposit(s, who, "80.00" if run == 1 else "100.00")


def test_opposite_findings_of_one_night_cancel(nights: Nights) -> None:
    assert {kind for kind, _, _ in nights.events(retracted, 1)} == {"asset_found", "value_changed"}
    assert nights.events(retracted, 2) == [("value_changed", "100.00", "70.00")]
    assert (nights.events(restored, 1), nights.events(restored, 2)) == ([("value_changed", "100.00", "80.00")], [])


@stories
def seizure_comes(s: Scenario, who: Person, run: int) -> None:
    seized(s, who) if run else car(s, who)


@stories
def seizure_released_as_told(s: Scenario, who: Person, run: int) -> None:
    seized(s, who, released_at="2026-11-24 10:00:00" if run else None)


@stories
def seizure_ends(s: Scenario, who: Person, run: int) -> None:
    seized(s, who, to_date="2026-11-23")


@stories
def seizure_renewed(s: Scenario, who: Person, run: int) -> None:
    seized(s, who, to_date="2026-11-23")
    renewal = {"seizure_no": who.key("CF", 1), "kind": "renewal", "from_date": "2026-11-20", "to_date": "2028-11-23"}
    s.add("vehicles", "seizures", **{**s._rows["vehicles", "seizures"][-1], **renewal})


@stories
def waiting_takes_effect(s: Scenario, who: Person, run: int) -> None:
    seized(s, who) if run else seized(s, who, kind="waiting", from_date=None, to_date=None, wait_order=1)


def test_seizures_added_released_and_expired(nights: Nights) -> None:
    assert nights.events(seizure_comes) == [("seizure_added", None, SEIZED)]
    assert nights.events(seizure_released_as_told) == [("seizure_released", SEIZED, None)]
    assert nights.events(seizure_ends) == [("seizure_expired", SEIZED, "2026-11-23")]
    assert nights.events(seizure_ends, 3) == []
    assert nights.events(seizure_renewed) == []


def test_a_waiting_measure_that_takes_effect_is_not_released(nights: Nights) -> None:
    assert nights.events(waiting_takes_effect) == [("seizure_added", None, SEIZED)]


@stories
def pledged(s: Scenario, who: Person, run: int) -> None:
    inquiry_no = deposit(s, who, "100.00")
    if run in {1, 2}:
        right = {"sequence": 1, "right_no": 1, "right_kind": "pledge", "right_holder": "示例银行", "amount": "40.00"}
        s.add("bank_abc", "rights", inquiry_no=inquiry_no, **right)


def test_encumbrances_come_and_go(nights: Nights) -> None:
    assert nights.events(pledged) == [("encumbrance_added", None, "pledge|示例银行|40.00|")]
    assert nights.events(pledged, 3) == [("encumbrance_removed", "pledge|示例银行|40.00|", None)]


@stories
def not_delivered(s: Scenario, who: Person, run: int) -> None:
    """The register of land is silent from run 1 on, and its present state is lost (which must not happen either)."""
    if run == 0:
        s.add(
            "land",
            "rights",
            right_id=who.key("TD"),
            unit_no=who.unit(),
            register_status="current",
            location=f"地{who.n}",
        )
        owner = {
            "seq": 1,
            "name": who.name,
            "id_type": "resident_id",
            "id_number": who.id_number,
            "co_ownership": "sole",
        }
        s.add("land", "holders", right_id=who.key("TD"), **owner)


def test_a_source_that_did_not_deliver_makes_nothing_disappear(nights: Nights) -> None:
    debtor_id = nights.people[not_delivered].debtor_id
    assert len(nights.published[0].rows("asset", debtor_id=debtor_id)) == 1
    assert [nights.events(not_delivered, run) for run in (1, 2, 3)] == [[], [], []]


@stories
def net_value_alone(s: Scenario, who: Person, run: int) -> None:
    deposit(s, who, "100.00", available="20.00" if run else "100.00")


def test_a_change_of_the_net_value_alone_is_one_too(nights: Nights) -> None:
    assert nights.events(net_value_alone) == [("value_changed", "100.00", "20.00")]


@stories
def account_closed(s: Scenario, who: Person, run: int) -> None:
    deposit(s, who, "0.00" if run else "100.00", status="closed" if run else "normal")


def test_a_closed_account_is_gone_and_stays_as_past(nights: Nights) -> None:
    who = nights.people[account_closed]
    assert nights.events(account_closed) == [("asset_gone", f"bank_abc:90{who.n:04d}", None)]
    before, asset = (nights.published[run].one("asset", debtor_id=who.debtor_id) for run in (0, 1))
    assert (asset["is_current"], asset["first_seen"]) == (False, before["first_seen"])


@stories
def co_owner_appears(s: Scenario, who: Person, run: int) -> None:
    inquiry_no = deposit(s, who, "100.00")
    if run:
        s.add(
            "bank_abc",
            "rights",
            inquiry_no=inquiry_no,
            sequence=1,
            right_no=1,
            right_kind="co_owner",
            right_holder="测试丙",
        )


def test_shares_change_and_an_unknown_share_makes_the_value_unknown(nights: Nights) -> None:
    assert nights.events(co_owner_appears) == [
        ("owner_share_changed", "sole 1.0", "joint"),
        ("value_changed", "100.00", None),
    ]


@stories.later
def newcomer(s: Scenario, who: Person, run: int) -> None:
    car(s, who)


def test_a_case_opens(nights: Nights) -> None:
    who = nights.people[newcomer]
    assert nights.events(newcomer) == [("asset_found", None, f"02:{plate(who)}"), ("case_opened", None, case_of(who))]


def test_a_newcomers_assets_are_no_news_to_anybody(nights: Nights) -> None:
    assert "asset_found" not in nights.alerts(newcomer)
    assert "asset_found" in nights.alerts(found_then_gone)


@stories
def leaves(s: Scenario, who: Person, run: int) -> None:
    car(s, who)
    if run:
        s._rows["court_cases", "cases"][-1].update(closed_on="2026-11-24", close_mode="fulfilled")


def test_a_debtor_who_leaves_takes_his_assets_along_silently(nights: Nights) -> None:
    who = nights.people[leaves]
    assert nights.published[1].rows("debtor", debtor_id=who.debtor_id) == []
    assert nights.events(leaves) == [("case_closed", case_of(who), "fulfilled")]


@stories
def dies(s: Scenario, who: Person, run: int) -> None:
    inquiry_no = asked_tonight(s, who, "household")
    person = {
        "hit_no": 1,
        "match_basis": "id_and_name",
        "name": who.name,
        "id_type": "resident_id",
        "id_number": who.id_number,
    }
    status = "deceased" if run else "normal"
    s.add(
        "household",
        "persons",
        inquiry_no=inquiry_no,
        result="found",
        status=status,
        replied_at="2026-11-23 21:30:05",
        **person,
    )


def test_a_party_changes(nights: Nights) -> None:
    assert nights.events(dies) == [("party_changed", "household_status=normal", "household_status=deceased")]
    assert nights.alerts(dies)["debtor_deceased"]["severity"] == "high"


@stories
def renamed(s: Scenario, who: Person, run: int) -> None:
    """The court corrects the name: the record stands as it stood, the debtor is no longer its owner."""
    car(s, who)
    if run:
        s._rows["court_cases", "debtors"][-1].update(name="另一人")


def test_a_link_decided_otherwise_about_an_unchanged_record_is_withdrawn(nights: Nights) -> None:
    assert {kind for kind, _, _ in nights.events(renamed)} == {"link_withdrawn", "asset_gone", "party_changed"}


@stories
def sold(s: Scenario, who: Person, run: int) -> None:
    procedure = {
        "vehicle_id": who.key("3704", width=10),
        "application_no": who.key("SL"),
        "kind": "transfer",
        "accepted_at": "2026-11-20 09:00:00",
    }
    if run == 0:
        car(s, who)
        s.add("vehicles", "applications", **procedure, status="open", stage="review")
        return
    car(s, who, owner_name="买受人", owner_id=number_of(900), _business_date=NEXT)
    s.add(
        "vehicles", "applications", **procedure, status="done", stage="registered", registered_at="2026-11-24 10:00:00"
    )


def test_a_transfer_that_registers_is_told_though_the_thing_is_gone(nights: Nights) -> None:
    who = nights.people[sold]
    assert nights.alerts(sold, 0)["transfer_in_progress"]["severity"] == "urgent"
    assert nights.events(sold) == [
        ("application_registered", f"transfer {who.key('SL')}", "2026-11-24 10:00:00"),
        ("asset_gone", f"02:{plate(who)}", None),
    ]
    assert nights.alerts(sold)["possible_disposal"]["severity"] == "high"


@stories
def applies(s: Scenario, who: Person, run: int) -> None:
    car(s, who)
    if run:
        procedure = {"vehicle_id": who.key("3704", width=10), "application_no": who.key("SL"), "kind": "transfer"}
        s.add(
            "vehicles", "applications", **procedure, status="open", stage="accepted", accepted_at="2026-11-24 09:00:00"
        )


def test_an_application_is_accepted(nights: Nights) -> None:
    who = nights.people[applies]
    assert nights.events(applies) == [("application_accepted", None, f"transfer {who.key('SL')}")]
    alert = nights.alerts(applies)["transfer_in_progress"]
    assert (alert["severity"], alert["case_no"]) == ("urgent", case_of(who))
    assert who.name not in alert["message_zh"]


def test_the_events_of_a_night_turn_the_state_before_into_the_present_one(nights: Nights) -> None:
    for before, after in ((0, 1), (0, 2), (2, 3)):
        assert_events_tell(nights.published[before], nights.published[after])
