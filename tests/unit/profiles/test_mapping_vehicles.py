"""机动车: what a registered vehicle becomes (vehicles.yaml; identifier form of profile_database.yaml)."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from scenario import PERSON_A, PERSON_B, Scenario

CAR: dict[str, Any] = {
    "vehicle_id": "37049900000001", "owner_name": "测试甲", "owner_id_type": "resident_id", "owner_id": PERSON_A, "plate_type": "small",
    "plate_no": "测d 00000", "vin": "LSVAA000X0A000001", "brand": "示例牌", "status": ["normal"], "updated_at": "2026-11-21 15:02:11",
}  # fmt: skip


@pytest.fixture
def cars(scenario: Scenario) -> Scenario:
    scenario.debtor("测试甲", PERSON_A)
    return scenario


def test_a_car_is_confirmed_and_of_unknown_value(cars: Scenario) -> None:
    published = cars.add("vehicles", "vehicles", **CAR).build()
    asset = published.one("asset")
    assert (asset["kind"], asset["identifier"], asset["tier"]) == ("vehicle", "02:测D00000", "confirmed")
    assert (asset["ownership"], asset["share"], asset["gross_value"], asset["net_value"]) == ("sole", 1.0, None, None)
    assert (asset["value_basis"], asset["prior_claims"], asset["handling"], asset["reach"]) == ("unknown", 0, "normal", "direct")
    assert asset["debtor_id"] == cars.debtor_id(PERSON_A)
    assert (asset["file"], asset["table_name"], asset["row_no"]) == ("vehicles_full", "vehicles", 1)
    assert json.loads(asset["detail"])["vin"] == "LSVAA000X0A000001"
    assert "engine_no" not in json.loads(asset["detail"])


def test_without_a_plate_the_vin_names_the_car(cars: Scenario) -> None:
    published = cars.add("vehicles", "vehicles", **{**CAR, "plate_no": None}).build()
    assert published.one("asset")["identifier"] == "vin:LSVAA000X0A000001"


def test_one_vin_under_an_old_and_a_new_plate_is_one_car(cars: Scenario) -> None:
    cars.add("vehicles", "vehicles", **CAR)
    cars.add("vehicles", "vehicles", **{**CAR, "vehicle_id": "37049900000002", "plate_type": "small_nev", "plate_no": "测DD00001", "updated_at": "2026-11-22 09:00:00"})
    published = cars.build()
    asset = published.one("asset")
    assert asset["identifier"] == "52:测DD00001"
    trail = published.rows("provenance", asset_id=asset["asset_id"])
    assert [(row["record_id"], row["is_winner"], row["conflict"]) for row in trail] == [
        ("37049900000002", True, None),
        ("37049900000001", False, "identifier"),
    ]


@pytest.mark.parametrize(
    ("status", "is_current", "handling"),
    [(["scrapped"], False, "normal"), (["violation_open", "cancelled"], False, "normal"), (["moved_out"], True, "review")],
)
def test_status_decides_whether_the_car_is_still_there(cars: Scenario, status: list[str], is_current: bool, handling: str) -> None:
    asset = cars.add("vehicles", "vehicles", **{**CAR, "status": status}).build().one("asset")
    assert (asset["is_current"], asset["handling"]) == (is_current, handling)


def test_two_owners_in_one_cell_leave_the_share_open(cars: Scenario) -> None:
    cars.debtor("测试乙", PERSON_B)
    published = cars.add("vehicles", "vehicles", **{**CAR, "owner_name": "测试甲、测试乙"}).build()
    asset = published.one("asset")
    assert (asset["debtor_id"], asset["ownership"], asset["share"]) == (cars.debtor_id(PERSON_A), "unclear", None)
    # The number is not 测试乙's: by name alone he stays a lead.
    assert published.one("link", debtor_id=cars.debtor_id(PERSON_B))["tier"] == "possible"


def test_what_rests_on_the_car(cars: Scenario) -> None:
    car = CAR["vehicle_id"]
    cars.add("vehicles", "vehicles", **CAR)
    cars.add("vehicles", "mortgages", vehicle_id=car, mortgage_no="1", holder_name="示例汽车金融有限公司", amount="80000.00", registered_at="2024-03-05 14:00:00")
    cars.add("vehicles", "mortgages", vehicle_id=car, mortgage_no="2", holder_name="示例银行", amount="5.00", registered_at="2020-03-05 14:00:00", cancelled_at="2021-01-01 00:00:00")
    cars.add("vehicles", "seizures", vehicle_id=car, seizure_no="1", kind="seizure", authority="测试区人民法院", document="（2026）测0499执90号之二",
             from_date="2026-02-01", to_date="2026-12-03", registered_at="2026-02-01 09:41:00")  # fmt: skip
    cars.add("vehicles", "seizures", vehicle_id=car, seizure_no="2", kind="waiting", authority="示例市人民法院", document="（2026）示01执5号之一",
             wait_order=1, from_date="2026-04-02", to_date="2028-04-01", registered_at="2026-04-02 10:05:00")  # fmt: skip
    published = cars.build()
    assert [(row["kind"], row["amount"], row["status"]) for row in published.rows("encumbrance")] == [
        ("mortgage", Decimal("5.00"), "cancelled"),
        ("mortgage", Decimal("80000.00"), "active"),
    ]
    assert published.one("asset")["prior_claims"] == Decimal("80000.00")
    ours, waiting = published.one("seizure", seizure_type="seizure"), published.one("seizure", seizure_type="waiting")
    assert (ours["is_ours"], ours["days_to_expiry"], ours["case_no"]) == (True, 10, "（2026）测0499执90号")
    # A waiting measure has an order and no dates, whatever was delivered (common.yaml waiting_no_dates).
    assert (waiting["is_ours"], waiting["order_no"], waiting["start_date"], waiting["end_date"], waiting["days_to_expiry"]) == (False, 1, None, None, None)
    assert waiting["end_date"] is None and ours["start_date"] == date(2026, 2, 1)


def test_a_marked_mortgage_without_an_entry_leaves_the_claims_unknown(cars: Scenario) -> None:
    assert cars.add("vehicles", "vehicles", **{**CAR, "status": ["mortgaged"]}).build().one("asset")["prior_claims"] is None


def test_a_transfer_accepted_and_not_registered_can_be_stopped(cars: Scenario) -> None:
    cars.add("vehicles", "vehicles", **CAR)
    cars.add("vehicles", "applications", application_no="1261121000001", vehicle_id=CAR["vehicle_id"], kind="transfer", accepted_at="2026-11-21 10:12:00",
             stage="review", counterparty_name="测试丙", status="open")  # fmt: skip
    cars.add("vehicles", "applications", application_no="1261121000002", vehicle_id=CAR["vehicle_id"], kind="change", accepted_at="2026-11-20 10:12:00",
             stage="registered", registered_at="2026-11-20 12:00:00", status="done")  # fmt: skip
    published = cars.build()
    open_one, done = published.one("application", app_no="1261121000001"), published.one("application", app_no="1261121000002")
    assert open_one["can_be_stopped"] and not done["can_be_stopped"]
    assert open_one["asset_id"] == published.one("asset")["asset_id"]
    assert "第二十三条" in open_one["legal_basis"]
