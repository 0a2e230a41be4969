"""Totals of a debtor: what counts, what waits, what is unknown (rules of the profile database)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from asking import xml_account
from given import Given, Person, Told
from nights import asked_tonight, case_of, deposit
from scenario import Scenario

given = Given()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    made = Told(Scenario(tmp_path_factory.mktemp("values")), given)
    yield made
    made.scenario.close()


def accounts(s: Scenario, who: Person, *rows: dict[str, Any]) -> str:
    """Several accounts at one bank, told in one reply. Returns the inquiry number."""
    inquiry_no = asked_tonight(s, who, "bank_abc")
    for nth, row in enumerate(rows, start=1):
        facts = {
            "sequence": nth,
            "account_no": f"90{who.n:04d}{nth}",
            "holder_name": who.name,
            "holder_id": who.id_number,
        }
        xml_account(s, "bank_abc", inquiry_no, **{**facts, "type_raw": "金穗借记卡", **row})
    return inquiry_no


def yuan(*amounts: str | None) -> tuple[Decimal | None, ...]:
    return tuple(Decimal(amount) if amount is not None else None for amount in amounts)


def claim(s: Scenario, balance: str) -> None:
    """The claim of the debtor told last."""
    s._rows["court_cases", "claims"][-1].update(amount_due=balance, balance=balance)


@given.each(
    # the available balance knows the freezes already
    ("10000.00", "-5990000.00", "10000.00", "10000.00", "0.00"),
    ("10000.00", "9000.00", "10000.00", "1000.00", "9000.00"),
    # none delivered, nothing frozen
    ("50000.00", None, "50000.00", "0.00", "50000.00"),
)
def available(s: Scenario, who: Person, balance: str, at_hand: str | None, *_expected: str) -> None:
    deposit(s, who, balance, available=at_hand)


def test_a_deposit_is_worth_what_is_available(told: Told) -> None:
    for who, (_, _, *expected) in told.each(available):
        asset = told.asset(who)
        assert (asset["gross_value"], asset["prior_claims"], asset["net_value"]) == yuan(*expected)


@given
def frozen(s: Scenario, who: Person) -> None:
    freeze = {"inquiry_no": deposit(s, who, "50000.00"), "sequence": 1, "authority": "别的法院"}
    s.add(
        "bank_abc", "measures", **freeze, measure_no=1, kind="freeze", amount="20000.00", document="（2026）测0498执1号"
    )
    s.add("bank_abc", "measures", **freeze, measure_no=2, kind="waiting_freeze", amount="90000.00", wait_order=1)


def test_freezes_in_force_are_taken_off_and_waiting_ones_are_not(told: Told) -> None:
    asset = told.asset(frozen)
    assert (asset["gross_value"], asset["prior_claims"], asset["net_value"]) == yuan("50000.00", "20000.00", "30000.00")


@given
def many(s: Scenario, who: Person) -> None:
    claim(s, "1000.00")
    accounts(
        s,
        who,
        {"balance": "100.00"},
        {"balance": "200.00", "status": "closed"},
        {"balance": "300.00", "type_raw": "低保金专户"},
        {"balance": "400.00", "type_raw": "单位保证金（承兑汇票）"},
        {"balance": "500.00", "type_raw": "惠农一卡通"},
        {"balance": "600.00", "type_raw": "个人贷款"},
        {"balance": "700.00", "remark": "代发工资"},
        {"balance": "800.00", "currency": "美元"},
    )


def test_only_confirmed_current_normal_assets_count(told: Told) -> None:
    debtor = told.one("debtor", many)
    # closed: past; 贷款: no asset at all; foreign money: worth unknown
    assert (debtor["net_value"], debtor["confirmed_assets"], debtor["unvalued_assets"]) == (Decimal("100.00"), 6, 1)
    assert (debtor["waiting_review"], debtor["coverage_ratio"]) == (1, 0.1)


def test_a_loan_account_is_what_the_debtor_owes(told: Told) -> None:
    owed = told.one("liability", many)
    assert (owed["kind"], owed["amount"], owed["creditor"], owed["table_name"]) == (
        "loan",
        Decimal("600.00"),
        "农业银行",
        "accounts",
    )


@pytest.mark.parametrize(("reserve", "net"), [(None, "0.00"), ("500.00", "1100.00"), ("2000.00", "0.00")])
def test_wages_count_above_the_living_reserve_which_is_kept_once(tmp_path: Path, reserve: str | None, net: str) -> None:
    s = Scenario(tmp_path)
    s.settings = replace(s.settings, living_reserve=Decimal(reserve) if reserve else None)
    wages = Given()
    wages(
        lambda s, who: accounts(
            s, who, {"balance": "1000.00", "remark": "代发工资"}, {"balance": "600.00", "remark": "养老金"}
        )
    )
    published = Told(s, wages).published
    assert published.one("debtor")["net_value"] == Decimal(net)
    assert sum((row["amount_to_control"] for row in published.rows("target")), Decimal(0)) == Decimal(net)
    s.close()


@given
def contradicting_claim(s: Scenario, who: Person) -> None:
    claim(s, "1050000.00")
    item = {"case_no": case_of(who), "item": "interest"}
    s.add("court_cases", "claims", **item, amount_due="500.00", amount_paid="100.00", balance="450.00")


def test_claims_are_sums_of_their_items_and_never_recomputed(told: Told) -> None:
    case = told.one("debtor_case", contradicting_claim)
    assert (case["claim_amount"], case["paid_amount"], case["balance"]) == yuan("1050500.00", "100.00", "1050450.00")
    assert "claim_mismatch" in told.one("debtor", contradicting_claim)["flags"]
    items = json.loads(case["claims"])
    assert [(row["item"], row["balance"]) for row in items] == [("principal", "1050000.00"), ("interest", "450.00")]
    assert sum(Decimal(row["amount_due"]) for row in items) == case["claim_amount"]
    assert {(row["source"], row["table_name"]) for row in items} == {("court_cases", "claims")}
    assert len({(row["file_sha256"], row["row_no"]) for row in items}) == 2, "each stands in a row of its own"


@given
def jointly_liable(s: Scenario, who: Person) -> None:
    claim(s, "1000.00")
    s._rows["court_cases", "debtors"][-1].update(liability="joint_several")
    s.debtor("另一债务人", None, case_no=case_of(who), liability="joint_several")


def test_joint_debtors_each_owe_the_full_balance(told: Told) -> None:
    cases = told.published.rows("debtor_case", case_no=case_of(told.who(jointly_liable)))
    assert [(row["balance"], row["joint_liability"]) for row in cases] == [(Decimal("1000.00"), True)] * 2


@given
def resumed(s: Scenario, who: Person) -> None:
    claim(s, "1000.00")
    s._rows["court_cases", "cases"][-1].update(
        closed_on="2025-06-01", terminated_on="2025-06-01", close_mode="ended_no_assets"
    )
    case_no = f"（2026）测0499执恢{who.n}号"
    facts = {
        **s._rows["court_cases", "cases"][-1],
        "case_no": case_no,
        "case_type": "resumed",
        "former_case_nos": [case_of(who)],
    }
    s.add("court_cases", "cases", **{**facts, "closed_on": None, "terminated_on": None, "close_mode": None})
    s.add(
        "court_cases",
        "claims",
        case_no=case_no,
        item="principal",
        amount_due="900.00",
        amount_paid="0.00",
        balance="900.00",
    )
    s.debtor(who.name, who.id_number, case_no=case_no)


def test_a_resumed_case_is_one_debt_with_the_case_it_resumes(told: Told) -> None:
    debtor = told.one("debtor", resumed)
    assert (debtor["case_count"], debtor["claim_balance"]) == (2, Decimal("900.00"))


@given
def sanctioned(s: Scenario, who: Person) -> None:
    s._rows["court_cases", "cases"][-1].update(bankruptcy_reference="（2026）测04破1号")
    sanction = {"dishonest_from": "2026-05-06", "dishonest_to": "2028-05-05", "consumption_limit_from": "2026-04-01"}
    s._rows["court_cases", "debtors"][-1].update(sanction)


@given
def once_sanctioned(s: Scenario, who: Person) -> None:
    s._rows["court_cases", "debtors"][-1].update(dishonest_from="2020-05-06", dishonest_to="2022-05-05")


def test_flags(told: Told) -> None:
    assert told.one("debtor", sanctioned)["flags"] == ["bankruptcy", "dishonest_list", "consumption_limit"]
    assert told.one("debtor", once_sanctioned)["flags"] == []


@given.firm
def empty_handed(s: Scenario, who: Person) -> None:
    claim(s, "1000.00")


def test_a_debtor_without_anything_found(told: Told) -> None:
    debtor = told.one("debtor", empty_handed)
    assert (debtor["confirmed_assets"], debtor["net_value"], debtor["coverage_ratio"]) == (0, Decimal("0.00"), 0.0)
    assert (debtor["party_type"], debtor["household_status"], debtor["birth_date"]) == ("organization", None, None)


@given
def number_of_another(s: Scenario, who: Person) -> None:
    deposit(s, who, "100.00", holder_name="陌生人")


def test_a_link_in_conflict_waits_and_is_no_asset(told: Told) -> None:
    """The number asked came back under another name."""
    assert told.rows("asset", number_of_another) == []
    assert told.one("link", number_of_another)["tier"] == "possible"
    assert told.one("debtor", number_of_another)["waiting_review"] == 1


def answered(s: Scenario, who: Person, bank: str, match_basis: str, **account: Any) -> None:
    inquiry_no = asked_tonight(s, who, bank)
    s.add(
        bank,
        "inquiries",
        inquiry_no=inquiry_no,
        result="found",
        match_basis=match_basis,
        replied_at="2026-11-23 22:00:00",
    )
    xml_account(s, bank, inquiry_no, account_no=f"80{who.n:04d}", holder_name=who.name, balance="300.00", **account)


@given
def same_name(s: Scenario, who: Person) -> None:
    answered(s, who, "bank_icbc", "name_only", type_raw="02-活期存折")


def test_a_name_only_hit_is_a_lead_and_waits_for_nobody(told: Told) -> None:
    assert (told.rows("asset", same_name), told.one("link", same_name)["tier"]) == ([], "possible")
    assert told.one("debtor", same_name)["waiting_review"] == 0


@given
def no_number_delivered(s: Scenario, who: Person) -> None:
    answered(s, who, "bank_abc", "unknown", type_raw="金穗借记卡")


def test_an_account_whose_bank_delivers_no_number_is_probable_at_best(told: Told) -> None:
    debtor = told.one("debtor", no_number_delivered)
    assert told.asset(no_number_delivered)["tier"] == "probable"
    assert (debtor["net_value"], debtor["waiting_review"]) == (Decimal("0.00"), 1)
    assert told.rows("target", no_number_delivered) == []


def test_the_profile_is_as_old_as_the_oldest_source_it_rests_on(tmp_path: Path) -> None:
    s, one = Scenario(tmp_path), Given()
    one(lambda s, who: deposit(s, who, "300.00"))
    s.outcome("land", data_as_of=datetime(2026, 11, 22, 20))
    s.outcome("mining", outcome="unchanged", data_as_of=datetime(2026, 11, 15, 23, 59, 59))
    # a bank that did not answer this debtor says nothing about his profile's age
    s.outcome("bank_icbc", outcome="missing", data_as_of=datetime(2026, 11, 1, 20))
    assert Told(s, one).published.one("debtor")["data_as_of"] == datetime(2026, 11, 15, 23, 59, 59)
    s.close()
