"""机动车: what a registered vehicle becomes."""

from scenario import PERSON_A, Scenario

CAR = {
    "vehicle_id": "37049900000001", "owner_name": "测试甲", "owner_id_type": "resident_id", "owner_id": PERSON_A, "plate_type": "small",
    "plate_no": "测D00000", "vin": "LSVAA000X0A000001", "brand": "示例牌", "status": ["normal"], "updated_at": "2026-11-21 15:02:11",
}  # fmt: skip


def test_a_car_of_a_debtor_is_a_confirmed_asset_without_value(scenario: Scenario) -> None:
    scenario.debtor("测试甲", PERSON_A)
    scenario.add("vehicles", "vehicles", **CAR)
    published = scenario.build()
    asset = published.one("asset")
    assert (asset["kind"], asset["identifier"], asset["tier"]) == ("vehicle", "02:测D00000", "confirmed")
    assert (asset["ownership"], asset["share"], asset["gross_value"], asset["net_value"]) == ("sole", 1.0, None, None)
    assert asset["debtor_id"] == scenario.debtor_id(PERSON_A)
