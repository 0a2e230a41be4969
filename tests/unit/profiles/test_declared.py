"""What the debtor declared beside what was found (court_cases.yaml, declared_assets; 财产调查规定)."""

from decimal import Decimal

import pytest
from asking import asked, xml_account
from scenario import PERSON_A, Scenario

CAR = {
    "vehicle_id": "37049900000001",
    "owner_name": "测试甲",
    "owner_id_type": "resident_id",
    "owner_id": PERSON_A,
    "plate_type": "small",
    "plate_no": "测D00000",
    "vin": "LSVAA000X0A000001",
    "brand": "示例牌",
    "status": ["normal"],
    "updated_at": "2026-11-21 15:02:11",
}


def declare(scenario: Scenario, case_no: str, kind: str, line_no: int = 1, **facts: str | None) -> None:
    given = {"description": "自报财产", "value": "30000.00", "declared_on": "2026-03-20"}
    scenario.add(
        "court_cases",
        "declared_assets",
        case_no=case_no,
        debtor_key="P2",
        line_no=line_no,
        asset_kind=kind,
        **{**given, **facts},
    )


def test_declared_and_not_found_is_a_possible_asset_of_its_own(scenario: Scenario) -> None:
    case_no = scenario.debtor("测试甲", PERSON_A)
    declare(scenario, case_no, "vehicle", description="小型轿车一辆", identifier="测D00000")
    published = scenario.build()
    asset = published.one("asset")
    assert (asset["source"], asset["tier"], asset["value_basis"], asset["declared_by_debtor"]) == (
        "court_cases",
        "possible",
        "declared",
        True,
    )
    assert (asset["gross_value"], asset["net_value"], asset["share"]) == (Decimal("30000.00"), None, None)
    assert (asset["table_name"], asset["row_no"]) == ("declared_assets", 1)
    assert published.one("provenance")["record_id"] == f"{case_no}/P2/1"
    debtor = published.one("debtor")
    assert (debtor["confirmed_assets"], debtor["waiting_review"], debtor["net_value"]) == (0, 0, Decimal("0.00"))
    alert = published.one("alert", kind="declared_not_found")
    assert (alert["case_no"], alert["asset_id"]) == (case_no, asset["asset_id"])
    assert "测D00000" not in alert["message_zh"]


@pytest.mark.parametrize(("identifier", "description"), [("测D·00000", "车"), (None, "小型轿车一辆，车牌测D00000")])
def test_declared_and_found_is_one_asset(scenario: Scenario, identifier: str | None, description: str) -> None:
    case_no = scenario.debtor("测试甲", PERSON_A)
    declare(scenario, case_no, "vehicle", identifier=identifier, description=description)
    scenario.add("vehicles", "vehicles", **CAR)
    published = scenario.build()
    asset = published.one("asset")
    assert (asset["source"], asset["tier"], asset["declared_by_debtor"]) == ("vehicles", "confirmed", True)
    assert published.rows("alert", kind="declared_not_found") == []
    assert published.rows("alert", kind="found_not_declared") == []


def test_found_and_not_declared_is_told_of_debtors_who_declared(scenario: Scenario) -> None:
    inquiry_no, debtor_id = asked(scenario, "测试甲", PERSON_A)
    xml_account(
        scenario,
        "bank_abc",
        inquiry_no,
        holder_name="测试甲",
        holder_id=PERSON_A,
        type_raw="金穗借记卡",
        balance="5.00",
    )
    scenario.add("vehicles", "vehicles", **CAR)
    assert scenario.build().rows("alert", kind="found_not_declared") == []
    declare(scenario, "（2026）测0499执1号", "housing", identifier="370499001001GB00001F00010001")
    found = scenario.build(name="after.duckdb").rows("alert", kind="found_not_declared")
    assert sorted((row["debtor_id"], row["asset_id"] is None) for row in found) == [
        (debtor_id, False),
        (debtor_id, True),
    ]


def test_the_same_thing_declared_twice_is_one_row(scenario: Scenario) -> None:
    case_no = scenario.debtor("测试甲", PERSON_A)
    declare(scenario, case_no, "housing", identifier="鲁（2020）测试区不动产权第0001234号")
    declare(
        scenario,
        case_no,
        "housing",
        2,
        identifier="鲁(2020)测试区不动产权第0001234号",
        declared_on="2026-06-20",
        value="99.00",
    )
    assert scenario.build().one("asset")["gross_value"] == Decimal("99.00")


def test_the_courts_own_measure_joins_the_asset_it_names(scenario: Scenario) -> None:
    case_no = scenario.debtor("测试甲", PERSON_A)
    scenario.add("vehicles", "vehicles", **CAR)
    measure = {
        "case_no": case_no,
        "debtor_key": "P2",
        "asset_kind": "vehicle",
        "object": "测D 00000",
        "addressee": "车辆管理所",
    }
    scenario.add(
        "court_cases",
        "measures",
        **measure,
        measure_key="C1",
        kind="seizure",
        notice_no=f"{case_no}之一",
        status="in_force",
        from_date="2026-04-02",
        to_date="2026-12-01",
    )
    scenario.add(
        "court_cases",
        "measures",
        **measure,
        measure_key="C2",
        kind="seizure",
        notice_no=f"{case_no}之二",
        status="released",
        from_date="2025-04-02",
    )
    published = scenario.build()
    seizure = published.one("seizure")
    assert (seizure["is_ours"], seizure["doc_no"], seizure["days_to_expiry"], seizure["source"]) == (
        True,
        f"{case_no}之一",
        8,
        "court_cases",
    )
    alert = published.one("alert", kind="seizure_expiring")
    assert (alert["severity"], str(alert["due_on"]), alert["case_no"]) == ("high", "2026-12-01", case_no)
