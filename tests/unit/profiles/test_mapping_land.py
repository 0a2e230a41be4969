"""土地: rights, shares, units and what the register says of them (land.yaml)."""

import json
from decimal import Decimal
from typing import Any

import pytest
from scenario import PERSON_A, PERSON_A_15, PERSON_B, Scenario

UNIT = "370499001001GB00001W00000000"
RIGHT: dict[str, Any] = {
    "right_id": "TD0000000001", "unit_no": UNIT, "cert_no": "鲁（2020）测试区不动产权第0000001号", "right_type": "state_construction",
    "right_nature": "granted", "area": "1200.5", "area_unit": "m2", "location": "测试区示例镇示例路1号", "price": "350", "price_paid": "350",
    "register_status": "current", "registered_at": "2020-06-01 10:00:00",
}  # fmt: skip
HOLDER: dict[str, Any] = {"right_id": "TD0000000001", "seq": 1, "name": "测试甲", "id_type": "resident_id", "id_number": PERSON_A, "holder_kind": "person", "co_ownership": "sole"}


def land(scenario: Scenario, right: dict[str, Any] | None = None, *holders: dict[str, Any]) -> Scenario:
    if "debtors" not in [table for _, table in scenario._rows]:
        scenario.debtor("测试甲", PERSON_A)
    scenario.add("land", "rights", **{**RIGHT, **(right or {})})
    for holder in holders or ({},):
        scenario.add("land", "holders", **{**HOLDER, **holder})
    return scenario


def test_amounts_in_ten_thousands_become_yuan(scenario: Scenario) -> None:
    asset = land(scenario).build().one("asset")
    assert (asset["identifier"], asset["gross_value"], asset["value_basis"], asset["net_value"]) == (UNIT, Decimal("3500000.00"), "price_paid", Decimal("3500000.00"))
    assert (asset["ownership"], asset["share"], asset["status"]) == ("sole", 1.0, "current")


@pytest.mark.parametrize(
    ("area", "unit", "registered", "m2"),
    [("0.3", "mu", None, 200.0), ("0.5", "ha", None, 5000.0), ("80", None, "2018-01-01 00:00:00", 80.0), ("0.3", None, "2008-01-01 00:00:00", None)],
)
def test_areas_are_told_in_square_metres_and_kept_raw(scenario: Scenario, area: str, unit: str | None, registered: str | None, m2: float | None) -> None:
    detail = json.loads(land(scenario, {"area": area, "area_unit": unit, "registered_at": registered}).build().one("asset")["detail"])
    assert detail.get("area_m2") == m2
    assert float(detail["area_raw"]) == float(area)


@pytest.mark.parametrize(("written", "share", "net"), [("1/2", 0.5, "1750000.00"), ("50%", 0.5, "1750000.00"), ("0.25", 0.25, "875000.00"), ("1/3", 1 / 3, "1166666.67"), (None, None, None)])
def test_shares_count_as_delivered(scenario: Scenario, written: str | None, share: float | None, net: str | None) -> None:
    holders = {"co_ownership": "by_shares", "share": written}, {"seq": 2, "name": "测试丙", "id_number": None, "co_ownership": "by_shares", "share": "1/2"}
    asset = land(scenario, None, *holders).build().one("asset")
    assert (asset["ownership"], asset["reach"]) == ("by_shares", "co_owner")
    assert asset["share"] == pytest.approx(share)
    assert asset["net_value"] == (Decimal(net) if net else None)


def test_joint_owners_share_the_asset_and_have_no_fraction(scenario: Scenario) -> None:
    scenario.debtor("测试甲", PERSON_A)
    scenario.debtor("测试乙", PERSON_B)
    published = land(scenario, None, {"co_ownership": "joint"}, {"seq": 2, "name": "测试乙", "id_number": PERSON_B, "co_ownership": "joint"}).build()
    first, second = published.rows("asset")
    assert first["asset_id"] == second["asset_id"] and first["debtor_id"] != second["debtor_id"]
    assert [row["share"] for row in (first, second)] == [None, None]
    assert [row["net_value"] for row in (first, second)] == [None, None]
    assert len(published.rows("provenance")) == 1


def test_sole_and_yet_two_holders_is_unclear(scenario: Scenario) -> None:
    asset = land(scenario, None, {}, {"seq": 2, "name": "测试丙", "id_number": None}).build().one("asset")
    assert (asset["ownership"], asset["share"]) == ("unclear", None)


def test_an_old_certificate_and_its_unit_number_are_one_right(scenario: Scenario) -> None:
    land(scenario, {"old_cert_no": "测国用(2009)第00001号"})
    scenario.add("land", "rights", right_id="TD0000000002", old_cert_no="测国用（2009）第 00001 号", right_type="state_construction", location="测试区示例镇示例路1号",
                 register_status="current", price_paid="300")  # fmt: skip
    scenario.add("land", "holders", **{**HOLDER, "right_id": "TD0000000002"})
    published = scenario.build()
    asset = published.one("asset")
    assert asset["identifier"] == UNIT
    assert [(row["record_id"], row["is_winner"], row["conflict"]) for row in published.rows("provenance")] == [
        ("TD0000000001", True, None),
        ("TD0000000002", False, "identifier,gross_value"),
    ]


def test_a_certificate_over_two_units_joins_nothing(scenario: Scenario) -> None:
    cert = "鲁（2020）测试区不动产权第0000001号"
    land(scenario, {"cert_no": cert})
    scenario.add("land", "rights", **{**RIGHT, "right_id": "TD0000000002", "unit_no": "370499001001GB00002W00000000", "cert_no": cert})
    scenario.add("land", "rights", **{**RIGHT, "right_id": "TD0000000003", "unit_no": None, "cert_no": cert})
    for right_id in ("TD0000000002", "TD0000000003"):
        scenario.add("land", "holders", **{**HOLDER, "right_id": right_id})
    assert sorted(row["identifier"] for row in scenario.build().rows("asset")) == [UNIT, "370499001001GB00002W00000000", f"cert:{cert}"]


def test_an_old_number_of_fifteen_digits_is_only_probable_here_and_a_bare_name_no_asset(scenario: Scenario) -> None:
    land(scenario, None, {"id_number": PERSON_A_15})
    scenario.add("land", "rights", **{**RIGHT, "right_id": "TD0000000002", "unit_no": "370499001001GB00002W00000000", "cert_no": None})
    scenario.add("land", "holders", **{**HOLDER, "right_id": "TD0000000002", "id_number": None})
    published = scenario.build()
    assert [row["identifier"] for row in published.rows("asset")] == [UNIT]
    assert published.one("link", record_id="TD0000000002/1")["tier"] == "possible"


@pytest.mark.parametrize(("status", "current", "handling"), [("current", True, "normal"), ("temporary", True, "review"), ("historic", False, "normal"), ("ended", False, "normal")])
def test_only_rights_in_force_are_current(scenario: Scenario, status: str, current: bool, handling: str) -> None:
    asset = land(scenario, {"register_status": status}).build().one("asset")
    assert (asset["is_current"], asset["handling"]) == (current, handling)


def test_a_historic_row_of_the_same_parcel_does_not_hide_the_current_one(scenario: Scenario) -> None:
    land(scenario, {"register_status": "historic", "price_paid": "1"})
    scenario.add("land", "rights", **{**RIGHT, "right_id": "TD0000000002", "registered_at": None})
    scenario.add("land", "holders", **{**HOLDER, "right_id": "TD0000000002"})
    published = scenario.build()
    assert (published.one("asset")["is_current"], published.one("asset")["gross_value"]) == (True, Decimal("3500000.00"))
    assert published.one("provenance", is_winner=False)["conflict"] == "gross_value,status,is_current"


def test_a_right_that_passed_to_a_stranger_is_past(scenario: Scenario) -> None:
    land(scenario, {"register_status": "historic"})
    scenario.add("land", "rights", **{**RIGHT, "right_id": "TD0000000002"})
    scenario.add("land", "holders", **{**HOLDER, "right_id": "TD0000000002", "name": "外人", "id_number": None})
    published = scenario.build()
    assert (published.one("asset")["is_current"], published.one("asset")["table_name"]) == (False, "rights")
    # The stranger's record is shown to nobody.
    assert [row["record_id"] for row in published.rows("provenance")] == ["TD0000000001"]


def test_a_current_old_certificate_beside_a_strangers_unit_goes_to_review(scenario: Scenario) -> None:
    land(scenario, {"unit_no": None, "cert_no": None, "old_cert_no": "测国用（2009）第00001号"})
    scenario.add("land", "rights", **{**RIGHT, "right_id": "TD0000000002", "old_cert_no": "测国用（2009）第00001号"})
    scenario.add("land", "holders", **{**HOLDER, "right_id": "TD0000000002", "name": "外人", "id_number": None})
    asset = scenario.build().one("asset")
    assert asset["handling"] == "review"
    assert json.loads(asset["detail"])["newer_record_names_another"] is True


def test_mortgages_stand_before_us(scenario: Scenario) -> None:
    land(scenario)
    scenario.add("land", "mortgages", mortgage_no="DY1", right_id="TD0000000001", kind="mortgage", holder_name="示例农村商业银行", amount="120", amount_unit="wan_yuan",
                 rank=1, registered_at="2021-03-02 09:00:00")  # fmt: skip
    scenario.add("land", "mortgages", mortgage_no="DY2", right_id="TD0000000001", kind="max_mortgage", holder_name="示例银行", amount="500000", amount_unit="yuan",
                 rank=2, registered_at="2021-03-02 09:00:00")  # fmt: skip
    asset = scenario.build().one("asset")
    assert (asset["prior_claims"], asset["net_value"]) == (Decimal("1700000.00"), Decimal("1800000.00"))


def test_a_mortgage_of_unknown_amount_leaves_the_net_unknown(scenario: Scenario) -> None:
    land(scenario)
    scenario.add("land", "mortgages", mortgage_no="DY1", right_id="TD0000000001", kind="mortgage", holder_name="示例农村商业银行", registered_at="2021-03-02 09:00:00")
    asset = scenario.build().one("asset")
    assert (asset["gross_value"], asset["prior_claims"], asset["net_value"]) == (Decimal("3500000.00"), None, None)


def test_yuan_under_a_unit_of_ten_thousands_is_shown_and_not_believed(scenario: Scenario) -> None:
    land(scenario)
    scenario.add("land", "mortgages", mortgage_no="DY1", right_id="TD0000000001", kind="mortgage", holder_name="示例农村商业银行", amount="1200000", amount_unit="wan_yuan",
                 registered_at="2012-03-02 09:00:00")  # fmt: skip
    assert scenario.build().one("asset")["net_value"] is None


def test_applications_reach_owner_and_applicant(scenario: Scenario) -> None:
    land(scenario)
    scenario.add("land", "applications", application_no="20261120000001", right_id="TD0000000001", kind="transfer", applicant_name="测试甲", applicant_id=PERSON_A,
                 accepted_at="2026-11-20 09:15:00", stage="first_check", counterparty_name="测试乙", price="300", status="open")  # fmt: skip
    scenario.add("land", "applications", application_no="20261120000002", kind="first", applicant_name="测试甲", applicant_id=PERSON_A,
                 accepted_at="2026-11-20 09:15:00", stage="accepted", status="open")  # fmt: skip
    scenario.add("land", "applications", application_no="20261120000003", kind="first", applicant_name="测试甲", accepted_at="2026-11-20 09:15:00", stage="accepted",
                 status="open")  # fmt: skip
    published = scenario.build()
    by_asset, by_name = published.one("application", app_no="20261120000001"), published.one("application", app_no="20261120000002")
    assert (by_asset["asset_id"], by_asset["price"], by_asset["can_be_stopped"]) == (published.one("asset")["asset_id"], Decimal("3000000.00"), True)
    assert (by_name["asset_id"], by_name["debtor_id"]) == (None, scenario.debtor_id(PERSON_A))
    assert published.rows("application", app_no="20261120000003") == []
    assert "第十条" in by_asset["legal_basis"] and "第二十三条" in by_asset["legal_basis"]
