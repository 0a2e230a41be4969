"""税务: refunds, arrears, payments (tax.yaml)."""

import json
from decimal import Decimal
from typing import Any

import pytest
from asking import REPLIED_AT, asked, one, rows, staged
from scenario import FIRM, Scenario

REFUND = {"taxpayer_no": "DJ1", "refund_no": "TS2026000001", "tax_kind": "增值税", "reason": "credit"}


def taxpayer(scenario: Scenario, **facts: Any) -> tuple[str, str]:
    """The debtor firm with its row in 状态. Returns inquiry number and debtor id."""
    inquiry_no, debtor_id = asked(scenario, "示例建材有限公司", FIRM)
    given = {
        "inquiry_no": inquiry_no,
        "result": "found",
        "match_basis": "id_and_name",
        "taxpayer_no": "DJ1",
        "taxpayer_name": "示例建材有限公司",
        "taxpayer_id": FIRM,
        "status": "normal",
        "authority": "测试区税务局第一分局",
        "replied_at": REPLIED_AT,
    }
    scenario.add("tax", "taxpayers", **{**given, **facts})
    return inquiry_no, debtor_id


@pytest.mark.parametrize(
    ("stage", "current"), [("applied", True), ("review", True), ("ordered", True), ("paid", False), ("refused", False)]
)
def test_a_refund_not_yet_paid_is_the_asset(scenario: Scenario, stage: str, current: bool) -> None:
    inquiry_no, _ = taxpayer(scenario)
    scenario.add(
        "tax",
        "refunds",
        inquiry_no=inquiry_no,
        **REFUND,
        stage=stage,
        refund_amount="86400.00",
        refund_account="0000000000000000017",
        refund_bank="示例银行测试支行",
        refund_at="2026-11-20 14:05:00",
    )
    scenario.add(
        "tax",
        "payments",
        inquiry_no=inquiry_no,
        taxpayer_no="DJ1",
        voucher_no="V1",
        tax_kind="增值税",
        period_from="2026-07-01",
        period_to="2026-09-30",
        amount="15230.50",
        paid_at="2026-10-15",
    )
    asset = one(staged(scenario), "FROM asset_record")
    assert (asset["kind"], asset["identifier"], asset["record_id"]) == (
        "tax_refund",
        "refund:TS2026000001",
        "TS2026000001",
    )
    assert (asset["gross_value"], asset["value_basis"], asset["is_current"]) == (Decimal("86400.00"), "refund", current)
    detail = json.loads(asset["detail"])
    assert (detail["refund_account"], detail["refund_bank"]) == ("0000000000000000017", "示例银行测试支行")
    assert detail["refund_at"] == "2026-11-20 14:05:00"
    assert detail["tax_paid"] == pytest.approx(15230.5)


def test_an_amount_that_needs_a_notice_first_is_unknown(scenario: Scenario) -> None:
    inquiry_no, _ = taxpayer(scenario)
    scenario.add("tax", "refunds", inquiry_no=inquiry_no, **REFUND, stage="review")
    asset = one(staged(scenario), "FROM asset_record")
    assert (asset["gross_value"], asset["value_basis"]) == (None, "unknown")


def test_the_taxpayer_is_the_party_and_its_number_speaks(scenario: Scenario) -> None:
    inquiry_no, debtor_id = taxpayer(scenario, taxpayer_id=None)
    scenario.add("tax", "refunds", inquiry_no=inquiry_no, **REFUND, stage="review", refund_amount="1.00")
    party = one(staged(scenario), "FROM party")
    assert (party["table_name"], party["record_id"], party["role"], party["only_debtor_id"]) == (
        "taxpayers",
        "DJ1",
        "taxpayer",
        debtor_id,
    )
    # the office says that the number agreed and delivers none
    assert (party["id_type"], party["id_number"], party["asset_key"]) == ("uscc", FIRM, f"{inquiry_no}/TS2026000001")


def test_arrears_are_a_liability_with_the_late_fee(scenario: Scenario) -> None:
    inquiry_no, debtor_id = taxpayer(scenario)
    arrears = {
        "inquiry_no": inquiry_no,
        "taxpayer_no": "DJ1",
        "tax_kind": "城镇土地使用税",
        "period_from": "2025-01-01",
        "period_to": "2025-12-31",
    }
    scenario.add("tax", "arrears", **arrears, arrears="23000.00", late_fee="1150.00", arose_on="2026-01-16")
    published = scenario.build()
    owed = published.one("liability")
    assert (owed["debtor_id"], owed["kind"], owed["amount"], str(owed["arose_on"])) == (
        debtor_id,
        "tax_arrears",
        Decimal("24150.00"),
        "2026-01-16",
    )
    assert (owed["source"], owed["table_name"], owed["row_no"], owed["file"]) == ("tax", "arrears", 1, "tax_full")
    assert owed["legal_basis"] == "税收征收管理法第四十五条"


def test_arrears_of_a_taxpayer_found_by_name_alone_are_not_the_debtors(scenario: Scenario) -> None:
    inquiry_no, _ = taxpayer(scenario, match_basis="name_only", taxpayer_id=None)
    scenario.add(
        "tax",
        "arrears",
        inquiry_no=inquiry_no,
        taxpayer_no="DJ1",
        tax_kind="增值税",
        period_from="2025-01-01",
        period_to="2025-12-31",
        arrears="1.00",
    )
    published = scenario.build()
    assert published.rows("liability") == []
    assert published.one("link")["tier"] == "possible"


def test_what_two_inquiries_tell_counts_once(scenario: Scenario) -> None:
    first, debtor_id = taxpayer(scenario)
    second = "Q2026112301-000002"
    scenario.ask(
        second, debtor_id, "（2026）测0499执1号", ["tax"], name="示例建材有限公司", id_type="uscc", id_number=FIRM
    )
    scenario.add(
        "tax",
        "taxpayers",
        inquiry_no=second,
        result="found",
        match_basis="id_and_name",
        taxpayer_no="DJ1",
        taxpayer_name="示例建材有限公司",
        taxpayer_id=FIRM,
        replied_at=REPLIED_AT,
    )
    for inquiry_no in (first, second):
        scenario.add("tax", "refunds", inquiry_no=inquiry_no, **REFUND, stage="review", refund_amount="86400.00")
        scenario.add(
            "tax",
            "arrears",
            inquiry_no=inquiry_no,
            taxpayer_no="DJ1",
            tax_kind="增值税",
            period_from="2025-01-01",
            period_to="2025-12-31",
            arrears="100.00",
        )
    published = scenario.build()
    assert [row["net_value"] for row in published.rows("asset")] == [Decimal("86400.00")]
    assert [row["amount"] for row in published.rows("liability")] == [Decimal("100.00")]


def test_no_registration_is_nothing(scenario: Scenario) -> None:
    taxpayer(scenario, result="none", match_basis=None, taxpayer_no=None, taxpayer_name=None, taxpayer_id=None)
    con = staged(scenario)
    assert (rows(con, "FROM party"), rows(con, "FROM asset_record")) == ([], [])
    assert one(con, "FROM reply_answer")["result"] == "none"


def test_an_amount_told_to_one_case_holds_for_the_refund(scenario: Scenario) -> None:
    """The office withholds amount and account from the case whose notice is not on file."""
    first, debtor_id = taxpayer(scenario)
    second = "Q2026112301-000002"
    scenario.ask(
        second, debtor_id, "（2026）测0499执2号", ["tax"], name="示例建材有限公司", id_type="uscc", id_number=FIRM
    )
    scenario.add("tax", "taxpayers", **{**scenario._rows["tax", "taxpayers"][-1], "inquiry_no": second, "_row_no": 2})
    scenario.add("tax", "refunds", inquiry_no=first, **REFUND, stage="review")
    scenario.add(
        "tax", "refunds", inquiry_no=second, **REFUND, stage="review", refund_amount="86400.00", refund_account="017"
    )
    found = rows(staged(scenario), "SELECT gross_value, detail ->> 'refund_account' AS account FROM asset_record")
    assert found == [{"gross_value": Decimal("86400.00"), "account": "017"}] * 2
