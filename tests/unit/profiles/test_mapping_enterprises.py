"""企业登记与股权: holdings, freezes, pledges and filings (enterprises.yaml, 法释〔2021〕20号)."""

import json
from decimal import Decimal
from typing import Any

from given import Given, Person, Told
from scenario import Scenario

from core.identifiers import uscc

given = Given()


def code(who: Person, nth: int = 0) -> str:
    return uscc(f"91370499MA4{who.n * 10 + nth:06d}")


def company(s: Scenario, who: Person, nth: int = 0, **changed: Any) -> str:
    key = who.key("ZT", nth)
    row = {
        "entity_id": key,
        "name": f"持股{who.n}号有限公司",
        "uscc": code(who),
        "reg_no": None,
        "entity_kind": "company",
        "currency": "156",
        "status": "active",
        "founded_on": "2016-03-01",
        "updated_at": "2026-11-21 17:00:00",
    }
    s.add("enterprises", "base", **{**row, **changed})
    return key


def held(s: Scenario, who: Person, nth: int = 0, **changed: Any) -> None:
    row = {
        "equity_id": who.key("GQ", nth),
        "entity_id": who.key("ZT", nth),
        "company_uscc": code(who),
        "holder_name": who.name,
        "holder_kind": "person",
        "holder_id_type": "resident_id",
        "holder_id": who.id_number,
        "subscribed": "300",
        "paid": "60",
        "ratio_percent": "60",
        "updated_at": "2026-11-21 17:00:00",
    }
    s.add("enterprises", "equity", **{**row, **changed})


@given
def plain(s: Scenario, who: Person) -> None:
    company(s, who)
    held(s, who)


def test_equity_is_nominal_and_unvalued(told: Told) -> None:
    asset, who = told.asset(plain), told.who(plain)
    assert asset["identifier"] == f"{code(who)}:{who.debtor_id}"
    assert (asset["gross_value"], asset["value_basis"], asset["net_value"], asset["share"]) == (
        Decimal("600000.00"),
        "paid_capital",
        None,
        1.0,
    )


@given.each(
    ({"paid": None}, "subscribed_capital", "3000000.00"),
    ({"paid": "0"}, "paid_capital", "0.00"),
    ({"paid": None, "subscribed": None}, "unknown", None),
)
def capital(s: Scenario, who: Person, changed: dict[str, Any], *_: Any) -> None:
    company(s, who)
    held(s, who, **changed)


def test_paid_capital_where_delivered_else_subscribed(told: Told) -> None:
    for who, (_, basis, gross) in told.each(capital):
        assert (told.asset(who)["value_basis"], told.asset(who)["gross_value"]) == (
            basis,
            Decimal(gross) if gross else None,
        )


@given
def in_dollars(s: Scenario, who: Person) -> None:
    company(s, who, currency="美元")
    held(s, who)


def test_foreign_capital_has_no_value_in_yuan(told: Told) -> None:
    asset = told.asset(in_dollars)
    assert (asset["gross_value"], asset["currency"], json.loads(asset["detail"])["currency_amount"]) == (
        None,
        "USD",
        600000.0,
    )


@given
def renamed(s: Scenario, who: Person) -> None:
    company(s, who)
    company(s, who, 1, name=f"旧名{who.n}号有限公司", status="active")
    held(s, who)
    held(s, who, 1, holder_id=who.id_15, updated_at="2019-01-01 00:00:00")


def test_one_holding_under_an_old_and_a_new_company_name_is_one(told: Told) -> None:
    assert [row["record_id"] for row in told.on("provenance", renamed)] == [
        told.who(renamed).key("GQ", 0),
        told.who(renamed).key("GQ", 1),
    ]


@given
def by_reg_no(s: Scenario, who: Person) -> None:
    company(s, who, uscc=None, reg_no="370499000000016")
    held(s, who, company_uscc=None)


def test_without_a_credit_code_the_registration_number_names_the_company(told: Told) -> None:
    assert told.asset(by_reg_no)["identifier"] == f"370499000000016:{told.who(by_reg_no).debtor_id}"


@given.each(("cancelled", False, "normal"), ("revoked", True, "normal"), ("moved_out", True, "review"))
def company_status(s: Scenario, who: Person, status: str, *_: Any) -> None:
    company(s, who, status=status)
    held(s, who)


def test_a_cancelled_company_leaves_only_a_past_holding(told: Told) -> None:
    for who, (_, current, handling) in told.each(company_status):
        assert (told.asset(who)["is_current"], told.asset(who)["handling"]) == (current, handling)


@given
def masked(s: Scenario, who: Person) -> None:
    company(s, who)
    held(s, who, holder_id=who.id_number[:14] + "****")


def test_a_masked_number_is_no_key(told: Told) -> None:
    assert told.rows("asset", masked) == []
    assert told.one("link", masked)["tier"] == "possible"


def freeze(s: Scenario, who: Person, nth: int, **changed: Any) -> None:
    row = {
        "freeze_no": who.key("GD", nth),
        "entity_id": who.key("ZT"),
        "holder_name": who.name,
        "holder_id": who.id_number,
        "kind": "freeze",
        "court": "测试区人民法院",
        "ruling_no": f"（2026）测0499执{nth}号之九",
        "amount": "300",
        "from_date": "2026-04-10",
        "to_date": "2029-04-09",
        "wait_order": 1,
        "published_at": "2026-04-10 11:05:00",
        "updated_at": "2026-04-10 11:05:00",
    }
    s.add("enterprises", "equity_freeze", **{**row, **changed})


@given
def frozen(s: Scenario, who: Person) -> None:
    company(s, who)
    held(s, who)
    held(s, who, 5, entity_id=who.key("ZT"), holder_name="外人甲", holder_id=None)
    freeze(s, who, 1)
    freeze(s, who, 2, holder_id=None, kind="waiting_freeze", court="示例市人民法院")
    freeze(s, who, 3, holder_name="外人甲", holder_id=None)
    freeze(s, who, 4, entity_id="ZT999")


def test_a_freeze_meets_the_holder_by_number_or_name_within_the_company(told: Told) -> None:
    rows = told.on("seizure", frozen)
    assert [(row["seizure_type"], row["amount"], row["is_ours"]) for row in rows] == [
        ("freeze", Decimal("3000000.00"), True),
        ("waiting_freeze", Decimal("3000000.00"), False),
    ]
    assert (rows[1]["start_date"], rows[1]["end_date"], rows[1]["order_no"]) == (None, None, 1)


@given
def pledged(s: Scenario, who: Person) -> None:
    company(s, who)
    held(s, who)
    common = {
        "entity_id": who.key("ZT"),
        "pledgor_name": who.name,
        "pledgee_name": "示例农村商业银行",
        "updated_at": "2024-06-01 00:00:00",
        "registered_at": "2024-06-01",
    }
    s.add(
        "enterprises",
        "equity_pledge",
        pledge_no=who.key("CZ", 1),
        pledgor_id=who.id_15,
        amount="100",
        status="active",
        **common,
    )
    s.add(
        "enterprises",
        "equity_pledge",
        pledge_no=who.key("CZ", 2),
        pledgor_id=None,
        amount="50",
        status="cancelled",
        cancelled_at="2025-01-01",
        **common,
    )


def test_pledges_are_encumbrances(told: Told) -> None:
    assert sorted((row["kind"], row["amount"], row["status"]) for row in told.on("encumbrance", pledged)) == [
        ("pledge", Decimal("500000.00"), "cancelled"),
        ("pledge", Decimal("1000000.00"), "active"),
    ]


def filing(s: Scenario, who: Person, **changed: Any) -> None:
    row = {
        "application_no": who.key("SL"),
        "entity_id": who.key("ZT"),
        "kind": "cancellation",
        "accepted_at": "2026-11-20 10:00:00",
        "stage": "first_check",
        "status": "open",
        "updated_at": "2026-11-20 10:00:00",
    }
    s.add("enterprises", "applications", **{**row, **changed})


@given
def holder_of_a_leaver(s: Scenario, who: Person) -> None:
    company(s, who)
    held(s, who)
    filing(s, who)


@given.firm
def leaving(s: Scenario, who: Person) -> None:
    company(s, who, uscc=who.id_number, name=who.name)
    filing(s, who)


def test_a_filing_concerns_debtor_shareholders_and_debtor_firms(told: Told) -> None:
    held_row, own_row = told.one("application", holder_of_a_leaver), told.one("application", leaving)
    assert (held_row["app_type"], held_row["can_be_stopped"], held_row["asset_id"]) == (
        "cancellation",
        True,
        told.asset(holder_of_a_leaver)["asset_id"],
    )
    assert (own_row["asset_id"], own_row["can_be_stopped"]) == (None, True)
    assert "第十四条" in own_row["legal_basis"]
