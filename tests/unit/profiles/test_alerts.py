"""What somebody should act on: each kind of alert with its cause, severity and ground."""

from collections.abc import Iterator
from typing import Any

import pytest
from given import Given, Person, Told
from nights import asked_tonight, case_of, deposit
from scenario import BUSINESS_DATE, Scenario
from test_debtor_values import accounts, claim
from test_targets import freeze, house

from profiles import measures

given = Given()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    s = Scenario(tmp_path_factory.mktemp("alerts"))
    for source in ("land", "bank_ccb"):
        s.outcome(source, outcome="missing", age_days=3)
    s.outcome("mining", outcome="stale", age_days=12)
    s.outcome("planning", outcome="rejected")
    made = Told(s, given)
    yield made
    made.scenario.close()


def alert(told: Told, teller: Any, kind: str) -> dict[str, Any]:
    return told.one("alert", teller, kind=kind)


@given.each(
    ("2026-11-23", 0, "urgent"),
    ("2026-11-30", 7, "urgent"),
    ("2026-12-08", 15, "high"),
    ("2026-12-23", 30, "normal"),
    ("2026-12-24", 31, None),
)
def ending(s: Scenario, who: Person, to_date: str, _days: int, _severity: str | None) -> None:
    freeze(s, deposit(s, who, "900.00"), to_date=to_date)


def test_measures_ending_within_30_15_and_7_days(told: Told) -> None:
    for who, (to_date, days, severity) in told.each(ending):
        found = told.rows("alert", who, kind="seizure_expiring")
        assert [(row["severity"], str(row["due_on"])) for row in found] == ([(severity, to_date)] if severity else [])
        assert told.on("seizure", who)[0]["days_to_expiry"] == days


@given
def renewed(s: Scenario, who: Person) -> None:
    inquiry_no = deposit(s, who, "900.00")
    freeze(s, inquiry_no, to_date="2026-11-30")
    freeze(s, inquiry_no, measure_no=2, kind="freeze_renewal", to_date="2027-11-30", document="（2026）测0499执9号之三")


@given
def of_another_court(s: Scenario, who: Person) -> None:
    freeze(s, deposit(s, who, "900.00"), to_date="2026-11-30", authority="别的法院")


def test_a_renewal_or_anothers_measure_is_no_alert(told: Told) -> None:
    assert told.rows("alert", renewed, kind="seizure_expiring") == []
    assert told.rows("alert", of_another_court, kind="seizure_expiring") == []


@given
def lapsed(s: Scenario, who: Person) -> None:
    freeze(s, deposit(s, who, "900.00"), to_date="2026-11-20")


def test_a_measure_that_lapsed(told: Told) -> None:
    found = alert(told, lapsed, "seizure_lapsed")
    assert (found["severity"], found["case_no"]) == ("high", "（2026）测0499执9号")
    assert "查封规定（2020修正）第27条" in found["legal_basis"]
    assert told.rows("alert", lapsed, kind="seizure_expiring") == []


@given.each((1,), (2,))
def held(s: Scenario, who: Person, number: int) -> None:
    claim(s, "900.00")
    inquiry_no = accounts(s, who, *({"balance": "1000.00", "available": "1000.00"} for _ in range(number)))
    for nth in range(1, number + 1):
        freeze(s, inquiry_no, sequence=nth, measure_no=nth)


def test_control_beyond_the_claim_even_without_the_least_asset(told: Told) -> None:
    found = {number: len(told.rows("alert", who, kind="seizure_excess")) for who, (number,) in told.each(held)}
    # a single asset cannot be divided
    assert found == {1: 0, 2: 1}


def ended(s: Scenario, **facts: Any) -> None:
    day = {"closed_on": "2026-05-23", "terminated_on": "2026-05-23"}
    s._rows["court_cases", "cases"][-1].update(close_mode="ended_no_assets", **{**day, **facts})


@given
def found_after_closing(s: Scenario, who: Person) -> None:
    ended(s, next_requery_on="2026-11-23")
    accounts(s, who, {"balance": "900.00"}, {"balance": "100.00"}, {"balance": "0.00"})


def test_something_to_realise_after_the_case_ended(told: Told) -> None:
    found = alert(told, found_after_closing, "asset_found_after_closing")
    assert found["case_no"] == case_of(told.who(found_after_closing))
    assert "2项" in found["message_zh"] and "1000.00元" in found["message_zh"]
    due = alert(told, found_after_closing, "requery_due")
    assert (due["severity"], due["due_on"]) == ("normal", BUSINESS_DATE)


@given
def nothing_after_closing(s: Scenario, who: Person) -> None:
    ended(s, next_requery_on="2026-12-23")
    accounts(s, who, {"balance": "0.00"}, {"balance": "100.00", "type_raw": "低保金专户"})


def test_nothing_to_realise_is_no_alert(told: Told) -> None:
    assert told.rows("alert", nothing_after_closing) == []


@given.firm
def insolvent(s: Scenario, who: Person) -> None:
    facts = s._rows["court_cases", "cases"][-1]
    s.add("court_cases", "cases", **{**facts, "case_no": "（2026）测0499执9001号"})
    s.debtor(who.name, who.id_number, case_no="（2026）测0499执9001号")
    deposit(s, who, "900.00")


def test_a_firm_with_several_cases_and_too_little(told: Told) -> None:
    assert alert(told, insolvent, "insolvency_signal")["severity"] == "normal"


@given
def simple_cancellation(s: Scenario, who: Person) -> None:
    house(s, who)
    procedure = {
        "application_no": who.key("SL"),
        "unit_id": who.key("FW"),
        "accepted_at": "2026-11-20 09:00:00",
        "status": "open",
        "stage": "review",
    }
    s.add("housing", "applications", kind="cancellation", **procedure)


def test_procedures_in_progress(told: Told) -> None:
    found = alert(told, simple_cancellation, "cancellation_in_progress")
    assert (found["severity"], found["asset_id"]) == ("urgent", told.asset(simple_cancellation)["asset_id"])
    assert "2026年11月20日受理" in found["message_zh"]


@given
def waits(s: Scenario, who: Person) -> None:
    deposit(s, who, "900.00", type_raw="惠农一卡通")


def test_something_waits_for_a_person(told: Told) -> None:
    assert "1项" in alert(told, waits, "review_waiting")["message_zh"]


@given
def unanswered(s: Scenario, who: Person) -> None:
    asked_tonight(s, who, "bank_boc", "bank_ccb", "bank_icbc", "tax")
    s.add(
        "bank_icbc",
        "inquiries",
        inquiry_no=s._asked[-1]["inquiry_no"],
        result="error",
        replied_at="2026-11-23 22:00:00",
        reason="主机超时",
    )


def test_silence_and_errors_are_told_per_debtor_unless_the_source_is_missing(told: Told) -> None:
    found = sorted(row["message_zh"] for row in told.rows("alert", unanswered, kind="no_reply"))
    assert found == [
        "中国工商银行区支行查询失败，须重新查询",
        "中国银行区支行逾期未反馈查询结果",
        "国家税务总局区税务局逾期未反馈查询结果",
    ]
    assert "stale_answer" in told.one("debtor", unanswered)["flags"]


def test_missing_sources_concern_nobody_in_particular(told: Told) -> None:
    found = told.published.rows("alert", kind="source_missing")
    assert sorted((row["severity"], row["debtor_id"], row["case_no"]) for row in found) == [
        ("high", None, None)
    ] * 3 + [("urgent", None, None)]
    assert any("数据已12天" in row["message_zh"] for row in found)


def test_messages_name_no_person_number_or_account(told: Told) -> None:
    names = {row["name"] for row in told.published.rows("debtor")} | {
        row["id_number"] for row in told.published.rows("debtor")
    }
    for row in told.published.rows("alert"):
        assert not any(secret and secret in row["message_zh"] for secret in names)
        assert not any(character.isdigit() and character * 6 in row["message_zh"] for character in "0123456789")


def test_the_most_urgent_stands_first(told: Told) -> None:
    order = [("urgent", "high", "normal").index(row["severity"]) for row in told.published.rows("alert")]
    assert order == sorted(order)


def test_every_kind_raised_has_a_rule(told: Told) -> None:
    raised = {row["kind"] for row in told.published.rows("alert")}
    assert raised <= set(measures.document()["alerts"])
    assert {row["run_date"] for row in told.published.rows("alert")} == {BUSINESS_DATE}
