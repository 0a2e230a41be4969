"""房屋: registered units, contracts on presale units, and the land below (housing.yaml)."""

import json
from decimal import Decimal
from typing import Any

from given import Given, Person, Told
from scenario import Scenario

given = Given()
STRANGER = {"name": "外人", "id_number": None}
FLAT = "F00010001"


def unit(s: Scenario, who: Person, nth: int = 0, **changed: Any) -> str:
    key = who.key("FW", nth)
    row = {
        "unit_id": key,
        "unit_no": who.unit(FLAT),
        "cert_no": f"鲁（2020）测试区不动产权第{who.n * 10 + nth:07d}号",
        "location": f"测试区示例小区{who.n}号楼1单元101室",
        "floor_area": "118.50",
        "planned_use": "residence",
        "house_nature": "market",
        "price": "620000.00",
        "register_status": "current",
        "registered_at": "2020-07-01 09:00:00",
    }
    s.add("housing", "units", **{**row, **changed})
    return key


def owner(s: Scenario, who: Person, nth: int = 0, seq: int = 1, **changed: Any) -> None:
    row = {
        "unit_id": who.key("FW", nth),
        "seq": seq,
        "name": who.name,
        "id_type": "resident_id",
        "id_number": who.id_number,
        "holder_kind": "person",
        "co_ownership": "sole",
    }
    s.add("housing", "owners", **{**row, **changed})


def owned(s: Scenario, who: Person, nth: int = 0, **changed: Any) -> str:
    owner(s, who, nth)
    return unit(s, who, nth, **changed)


@given
def plain(s: Scenario, who: Person) -> None:
    key = owned(s, who)
    s.add(
        "housing",
        "mortgages",
        unit_id=key,
        mortgage_no="DY1",
        kind="mortgage",
        holder_name="示例农村商业银行",
        amount="400000.00",
        rank=1,
        registered_at="2021-03-05 10:00:00",
    )


def test_a_flat_with_a_mortgage(told: Told) -> None:
    asset = told.asset(plain)
    assert (asset["kind"], asset["identifier"], asset["value_basis"]) == (
        "housing",
        told.who(plain).unit(FLAT),
        "price_paid",
    )
    assert (asset["gross_value"], asset["prior_claims"], asset["net_value"]) == (
        Decimal("620000.00"),
        Decimal("400000.00"),
        Decimal("220000.00"),
    )
    assert (asset["only_home_possible"], asset["linked_asset_id"]) == (True, None)


@given
def two_homes(s: Scenario, who: Person) -> None:
    owned(s, who)
    owned(s, who, 1, unit_no=who.unit("F00010002"), location="测试区示例小区二期2号楼202室")


@given
def shop(s: Scenario, who: Person) -> None:
    owned(s, who, planned_use="business")


def test_an_only_home_is_the_only_current_dwelling_of_a_person(told: Told) -> None:
    assert [row["only_home_possible"] for row in told.rows("asset", two_homes)] == [False, False]
    assert told.asset(shop)["only_home_possible"] is False


@given
def listed_twice(s: Scenario, who: Person) -> None:
    owned(s, who)
    owned(
        s, who, 1, unit_no=None, cert_no=None, old_cert_no=f"测房权证字第{who.n:05d}号", floor_area="118.5", price=None
    )


@given
def neighbours(s: Scenario, who: Person) -> None:
    owned(s, who)
    unit(s, who, 1, unit_no=None, cert_no=None, old_cert_no=f"测房权证字第{who.n:05d}号")
    owner(s, who, 1, name="外人")


def test_an_old_certificate_at_the_same_door_with_the_same_owner_is_the_same_flat(told: Told) -> None:
    who = told.who(listed_twice)
    assert told.asset(listed_twice)["identifier"] == who.unit(FLAT)
    assert [row["is_winner"] for row in told.on("provenance", listed_twice)] == [True, False]


def test_the_same_door_under_another_name_is_not(told: Told) -> None:
    assert len(told.on("provenance", neighbours)) == 1


@given
def fifteen_beside(s: Scenario, who: Person) -> None:
    unit(s, who)
    owner(s, who, id_number="370499********0017", id_number_15=who.id_15)


def test_the_fifteen_digits_beside_help_where_the_number_is_masked(told: Told) -> None:
    assert told.asset(fifteen_beside)["tier"] == "confirmed"


@given
def two_in_cell(s: Scenario, who: Person) -> None:
    unit(s, who)
    owner(s, who, name=f"外人甲 {who.name}", id_number=f"370499196001010015 {who.id_number}", co_ownership="joint")


def test_two_names_and_two_numbers_in_one_cell_are_paired(told: Told) -> None:
    asset = told.asset(two_in_cell)
    assert (asset["tier"], asset["ownership"], asset["share"]) == ("confirmed", "joint", None)


@given
def house_and_land(s: Scenario, who: Person) -> None:
    owned(s, who)
    s.add(
        "land",
        "rights",
        right_id=who.key("TD"),
        unit_no=who.unit(),
        right_type="state_construction_with_building",
        location="测试区",
        price="350",
        register_status="current",
    )
    s.add(
        "land",
        "holders",
        right_id=who.key("TD"),
        seq=1,
        name=who.name,
        id_type="resident_id",
        id_number=who.id_number,
        co_ownership="sole",
    )


@given
def house_and_bare_land(s: Scenario, who: Person) -> None:
    owned(s, who)
    s.add(
        "land",
        "rights",
        right_id=who.key("TD"),
        unit_no=who.unit(),
        right_type="state_construction",
        location="测试区",
        price="350",
        register_status="current",
    )
    s.add(
        "land",
        "holders",
        right_id=who.key("TD"),
        seq=1,
        name=who.name,
        id_type="resident_id",
        id_number=who.id_number,
        co_ownership="sole",
    )


@given
def unpriced_house_and_land(s: Scenario, who: Person) -> None:
    owned(s, who, price=None)
    s.add(
        "land",
        "rights",
        right_id=who.key("TD"),
        unit_no=who.unit(),
        right_type="state_construction_with_building",
        location="测试区",
        price="350",
        register_status="current",
    )
    s.add(
        "land",
        "holders",
        right_id=who.key("TD"),
        seq=1,
        name=who.name,
        id_type="resident_id",
        id_number=who.id_number,
        co_ownership="sole",
    )


def test_a_building_and_its_land_are_two_assets_that_name_each_other(told: Told) -> None:
    house, land = (
        told.one("asset", house_and_land, kind="housing"),
        told.one("asset", house_and_land, kind="land_use_right"),
    )
    assert (house["linked_asset_id"], land["linked_asset_id"]) == (land["asset_id"], house["asset_id"])


def test_a_value_over_both_counts_once_on_the_building(told: Told) -> None:
    def nets(who: Any) -> list[Any]:
        return [told.one("asset", who, kind=kind)["net_value"] for kind in ("housing", "land_use_right")]

    assert nets(house_and_land) == [Decimal("620000.00"), None]
    assert nets(house_and_bare_land) == [Decimal("620000.00"), Decimal("3500000.00")]
    assert nets(unpriced_house_and_land) == [None, Decimal("3500000.00")]
    for who, net, unvalued in ((house_and_land, "620000.00", 0), (unpriced_house_and_land, "3500000.00", 1)):
        debtor = told.one("debtor", who)
        assert (debtor["net_value"], debtor["unvalued_assets"]) == (Decimal(net), unvalued)


def notice(s: Scenario, who: Person, nth: int = 0, **changed: Any) -> None:
    row = {
        "unit_id": who.key("FW"),
        "notice_no": who.key("YG", nth),
        "kind": "contract_filing",
        "contract_no": who.key("ht"),
        "signed_on": "2026-01-15",
        "price": "700000.00",
        "buyer_name": who.name,
        "buyer_id": who.id_number,
        "seller_name": "示例置业有限公司",
        "status": "active",
        "registered_at": "2026-01-16 15:00:00",
    }
    s.add("housing", "notices", **{**row, **changed})


@given
def buyer(s: Scenario, who: Person) -> None:
    unit(s, who, price=None)
    notice(s, who)
    notice(s, who, 1, kind="presale_purchase")
    s.add(
        "housing",
        "seizures",
        unit_id=who.key("FW"),
        seizure_no="CF1",
        kind="pre_seizure",
        authority="测试区人民法院执行局",
        document="（2026）测0499执90号之二",
        from_date="2026-02-01",
        to_date="2029-01-31",
        registered_at="2026-02-01 11:00:00",
    )


@given.firm
def developer(s: Scenario, who: Person) -> None:
    unit(s, who)
    notice(s, who, buyer_name="外人", buyer_id=None, seller_name=who.name)


@given
def bought_used(s: Scenario, who: Person) -> None:
    unit(s, who)
    owner(s, who, **STRANGER)
    notice(s, who, kind="other_purchase")


@given.each(("cancelled",), ("converted",))
def contract_gone(s: Scenario, who: Person, status: str) -> None:
    unit(s, who)
    notice(s, who, status=status)


@given
def presale_with_mortgage_notice(s: Scenario, who: Person) -> None:
    unit(s, who)
    notice(s, who)
    notice(s, who, 1, kind="presale_mortgage", contract_no=None, price=None, buyer_name=who.name, seller_name=None)


def test_a_contract_on_an_unregistered_flat_is_the_buyers_claim(told: Told) -> None:
    asset = told.asset(buyer)
    assert (asset["kind"], asset["identifier"], asset["gross_value"]) == (
        "presale_housing",
        f"contract:{told.who(buyer).key('HT')}",
        Decimal("700000.00"),
    )
    assert len(told.on("provenance", buyer)) == 2
    (seizure,) = told.on("seizure", buyer)
    assert (seizure["seizure_type"], seizure["is_ours"]) == ("pre_seizure", True)


def test_a_developer_named_without_a_number_is_a_lead(told: Told) -> None:
    assert told.rows("asset", developer) == []
    assert [row["tier"] for row in told.rows("link", developer)] == ["possible"]


def test_a_contract_on_somebodys_registered_flat_is_for_review(told: Told) -> None:
    assert (told.asset(bought_used)["kind"], told.asset(bought_used)["handling"]) == ("presale_housing", "review")


def test_contracts_withdrawn_or_registered_since_are_past(told: Told) -> None:
    assert [told.asset(who)["is_current"] for who, _ in told.each(contract_gone)] == [False, False]


def test_a_mortgage_notice_means_somebody_of_unknown_amount_stands_before_us(told: Told) -> None:
    assert told.asset(presale_with_mortgage_notice)["net_value"] is None
    assert [(row["holder"], row["amount"]) for row in told.on("encumbrance", presale_with_mortgage_notice)] == [
        (None, None)
    ]


@given.each(("300.00", None), ("400000.00", "220000.00"))
def old_loan(s: Scenario, who: Person, amount: str, _: Any) -> None:
    key = owned(s, who)
    s.add(
        "housing",
        "mortgages",
        unit_id=key,
        mortgage_no="DY1",
        kind="mortgage",
        holder_name="示例农村商业银行",
        amount=amount,
    )


def test_an_old_loan_in_ten_thousands_is_shown_and_not_believed(told: Told) -> None:
    for who, (_, net) in told.each(old_loan):
        assert told.asset(who)["net_value"] == (Decimal(net) if net else None)


@given
def selling(s: Scenario, who: Person) -> None:
    key = owned(s, who)
    s.add(
        "housing",
        "applications",
        unit_id=key,
        application_no="20261123000101",
        kind="transfer",
        accepted_at="2026-11-23 09:40:00",
        stage="accepted",
        counterparty_name="外人乙",
        price="500000.00",
        status="open",
    )


def test_a_transfer_of_the_flat_is_the_owners_application(told: Told) -> None:
    row = told.one("application", selling)
    assert (row["app_no"], row["price"], row["can_be_stopped"]) == ("20261123000101", Decimal("500000.00"), True)
    assert "第十一条" in row["legal_basis"] and row["asset_id"] == told.asset(selling)["asset_id"]


def test_details_hold_what_was_delivered(told: Told) -> None:
    detail = json.loads(told.asset(plain)["detail"])
    assert (detail["planned_use"], float(detail["area_m2"])) == ("residence", 118.5)
    assert not [name for name, value in detail.items() if value is None]


@given.each(("married", True), ("remarried", True), ("divorced", False), ("unstated", None))
def household(s: Scenario, who: Person, marital_status: str, _: Any) -> None:
    owned(s, who)
    number, case = f"Q2026112301-{who.n:06d}", f"（2026）测0499执{who.n}号"
    s.ask(number, who.debtor_id, case, ["household"], name=who.name, id_type="resident_id", id_number=who.id_number)
    s.add(
        "household",
        "persons",
        inquiry_no=number,
        case_no=case,
        result="found",
        hit_no=1,
        match_basis="id_and_name",
        name=who.name,
        id_type="resident_id",
        id_number=who.id_number,
        marital_status=marital_status,
        replied_at="2026-11-23 21:30:05",
        _batch="Q2026112301",
        _business_date=s.business_date,
    )


def test_marriage_is_a_flag_on_what_the_debtor_holds(told: Told) -> None:
    assert [told.asset(who)["joint_property_possible"] for who, _ in told.each(household)] == [True, True, False, None]
    assert told.asset(plain)["joint_property_possible"] is None


@given
def listed_as_two_owners(s: Scenario, who: Person) -> None:
    unit(s, who)
    owner(s, who)
    owner(s, who, seq=2)


def test_a_debtor_named_twice_owns_alone(told: Told) -> None:
    assert (told.asset(listed_as_two_owners)["ownership"], told.asset(listed_as_two_owners)["share"]) == ("sole", 1.0)
