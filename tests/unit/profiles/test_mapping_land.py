"""土地: rights, shares, units and what the register says of them (land.yaml)."""

import json
from decimal import Decimal
from typing import Any

import pytest
from given import Given, Person, Told
from scenario import Scenario

given = Given()
STRANGER = {"name": "外人", "id_number": None}


def right(s: Scenario, who: Person, nth: int = 0, **changed: Any) -> str:
    key = who.key("TD", nth)
    row = {
        "right_id": key,
        "unit_no": who.unit(),
        "cert_no": f"鲁（2020）测试区不动产权第{who.n * 10 + nth:07d}号",
        "right_type": "state_construction",
        "right_nature": "granted",
        "area": "1200.5",
        "area_unit": "m2",
        "location": f"测试区示例路{who.n}号",
        "price": "350",
        "price_paid": "350",
        "register_status": "current",
        "registered_at": "2020-06-01 10:00:00",
    }
    s.add("land", "rights", **{**row, **changed})
    return key


def holder(s: Scenario, who: Person, nth: int = 0, seq: int = 1, **changed: Any) -> None:
    row = {
        "right_id": who.key("TD", nth),
        "seq": seq,
        "name": who.name,
        "id_type": "resident_id",
        "id_number": who.id_number,
        "holder_kind": "person",
        "co_ownership": "sole",
    }
    s.add("land", "holders", **{**row, **changed})


def owned(s: Scenario, who: Person, nth: int = 0, **changed: Any) -> str:
    holder(s, who, nth)
    return right(s, who, nth, **changed)


@given
def plain(s: Scenario, who: Person) -> None:
    owned(s, who)


def test_amounts_in_ten_thousands_become_yuan(told: Told) -> None:
    asset = told.asset(plain)
    assert (asset["identifier"], asset["gross_value"], asset["value_basis"], asset["net_value"]) == (
        told.who(plain).unit(),
        Decimal("3500000.00"),
        "price_paid",
        Decimal("3500000.00"),
    )
    assert (asset["ownership"], asset["share"], asset["status"], asset["prior_claims"]) == ("sole", 1.0, "current", 0)


@given.each(
    ("0.3", "mu", None, 200.0),
    ("0.5", "ha", None, 5000.0),
    ("80", None, "2018-01-01 00:00:00", 80.0),
    ("0.3", None, "2008-01-01 00:00:00", None),
)
def measured(s: Scenario, who: Person, area: str, unit: str | None, registered: str | None, _: Any) -> None:
    owned(s, who, area=area, area_unit=unit, registered_at=registered)


def test_areas_are_told_in_square_metres_and_kept_raw(told: Told) -> None:
    for who, (area, _, _, square_metres) in told.each(measured):
        detail = json.loads(told.asset(who)["detail"])
        assert detail.get("area_m2") == square_metres
        assert float(detail["area_raw"]) == float(area)
        assert detail.get("area_unit_unknown") == (None if square_metres else True)


@given.each(
    ("1/2", 0.5, "1750000.00"),
    ("50%", 0.5, "1750000.00"),
    ("0.25", 0.25, "875000.00"),
    ("1/3", 1 / 3, "1166666.67"),
    ("三分之一", None, None),
    (None, None, None),
)
def divided(s: Scenario, who: Person, written: str | None, *_: Any) -> None:
    right(s, who)
    holder(s, who, co_ownership="by_shares", share=written)
    holder(s, who, seq=2, co_ownership="by_shares", share="1/2", **STRANGER)


def test_shares_count_as_delivered(told: Told) -> None:
    for who, (_, share, net) in told.each(divided):
        asset = told.asset(who)
        assert (asset["ownership"], asset["reach"], asset["gross_value"]) == (
            "by_shares",
            "co_owner",
            Decimal("3500000.00"),
        )
        assert asset["share"] == (pytest.approx(share) if share else None)
        assert asset["net_value"] == (Decimal(net) if net else None)


@given
def first_of_two(s: Scenario, who: Person) -> None:
    right(s, who, unit_no="370499009009GB99999W00000000")
    holder(s, who, co_ownership="joint")


@given
def second_of_two(s: Scenario, who: Person) -> None:
    holder(s, who, right_id=Person(who.n - 1, "").key("TD"), seq=2, co_ownership="joint")


def test_joint_owners_share_the_asset_and_have_no_fraction(told: Told) -> None:
    first, second = told.asset(first_of_two), told.asset(second_of_two)
    assert first["asset_id"] == second["asset_id"]
    for asset in (first, second):
        assert (asset["ownership"], asset["share"], asset["net_value"], asset["reach"]) == (
            "joint",
            None,
            None,
            "co_owner",
        )
    assert len(told.on("provenance", first_of_two)) == 1


@given
def sole_but_two(s: Scenario, who: Person) -> None:
    owned(s, who)
    holder(s, who, seq=2, **STRANGER)


@given
def unsaid(s: Scenario, who: Person) -> None:
    right(s, who)
    holder(s, who, co_ownership=None)


@given
def unsaid_with_remark(s: Scenario, who: Person) -> None:
    right(s, who, remark="共有人见共有证")
    holder(s, who, co_ownership=None)


def test_what_the_register_does_not_settle_is_unclear(told: Told) -> None:
    assert [told.asset(who)["ownership"] for who in (sole_but_two, unsaid, unsaid_with_remark)] == [
        "unclear",
        "sole",
        "unclear",
    ]
    assert told.asset(sole_but_two)["share"] is None


@given
def listed_twice(s: Scenario, who: Person) -> None:
    owned(s, who, old_cert_no=f"测国用(2009)第{who.n:05d}号")
    owned(s, who, 1, unit_no=None, cert_no=None, old_cert_no=f"测国用（2009）第 {who.n:05d} 号", price_paid="300")


def test_an_old_certificate_and_its_unit_number_are_one_right(told: Told) -> None:
    who = told.who(listed_twice)
    assert told.asset(listed_twice)["identifier"] == who.unit()
    assert [(row["record_id"], row["is_winner"], row["conflict"]) for row in told.on("provenance", listed_twice)] == [
        (who.key("TD", 0), True, None),
        (who.key("TD", 1), False, "identifier,gross_value"),
    ]


@given
def one_cert_two_units(s: Scenario, who: Person) -> None:
    for nth, unit in enumerate((who.unit(), who.unit(nth=1), None)):
        owned(s, who, nth, unit_no=unit, cert_no=f"测国用（2008）第{who.n:05d}号")


def test_a_certificate_over_two_units_joins_nothing(told: Told) -> None:
    who = told.who(one_cert_two_units)
    assert [row["identifier"] for row in told.rows("asset", who)] == sorted(
        (who.unit(), who.unit(nth=1), f"cert:测国用（2008）第{who.n:05d}号")
    )


@given
def fifteen_digits(s: Scenario, who: Person) -> None:
    right(s, who)
    holder(s, who, id_number=who.id_15)


@given
def name_alone(s: Scenario, who: Person) -> None:
    right(s, who)
    holder(s, who, id_number=None)


def test_a_bare_name_is_a_lead_and_never_an_asset(told: Told) -> None:
    assert told.asset(fifteen_digits)["tier"] == "confirmed"
    assert told.rows("asset", name_alone) == []
    assert (told.one("link", name_alone)["tier"], told.one("link", name_alone)["record_id"]) == (
        "possible",
        told.who(name_alone).key("TD") + "/1",
    )


@given.each(
    ("current", True, "normal"),
    ("temporary", True, "review"),
    ("historic", False, "normal"),
    ("ended", False, "normal"),
)
def in_status(s: Scenario, who: Person, status: str, *_: Any) -> None:
    owned(s, who, register_status=status)


def test_only_rights_in_force_are_current(told: Told) -> None:
    for who, (status, current, handling) in told.each(in_status):
        assert (told.asset(who)["is_current"], told.asset(who)["handling"]) == (current, handling), status


@given
def renewed(s: Scenario, who: Person) -> None:
    owned(s, who, register_status="historic", price_paid="1")
    owned(s, who, 1, registered_at=None)


@given
def sold(s: Scenario, who: Person) -> None:
    owned(s, who, register_status="historic")
    right(s, who, 1)
    holder(s, who, 1, **STRANGER)


@given
def overtaken(s: Scenario, who: Person) -> None:
    owned(s, who, unit_no=None, cert_no=None, old_cert_no=f"测国用（2009）第{who.n:05d}号")
    right(s, who, 1, old_cert_no=f"测国用（2009）第{who.n:05d}号")
    holder(s, who, 1, **STRANGER)


def test_a_historic_row_does_not_hide_the_current_one(told: Told) -> None:
    asset = told.asset(renewed)
    assert (asset["is_current"], asset["gross_value"]) == (True, Decimal("3500000.00"))
    assert told.on("provenance", renewed, is_winner=False)[0]["conflict"] == "gross_value,status,is_current"


def test_a_right_that_passed_to_a_stranger_is_past_and_the_stranger_not_shown(told: Told) -> None:
    assert (told.asset(sold)["is_current"], told.asset(sold)["handling"]) == (False, "normal")
    assert [row["record_id"] for row in told.on("provenance", sold)] == [told.who(sold).key("TD")]


def test_an_old_certificate_beside_a_strangers_unit_goes_to_review(told: Told) -> None:
    asset = told.asset(overtaken)
    assert (asset["is_current"], asset["handling"]) == (True, "review")
    assert json.loads(asset["detail"])["newer_record_names_another"] is True


def mortgage(s: Scenario, who: Person, nth: int = 0, **changed: Any) -> None:
    row = {
        "mortgage_no": who.key("DY", nth),
        "right_id": who.key("TD"),
        "kind": "mortgage",
        "holder_name": f"示例银行{nth}",
        "registered_at": "2021-03-02 09:00:00",
    }
    s.add("land", "mortgages", **{**row, **changed})


@given
def mortgaged(s: Scenario, who: Person) -> None:
    owned(s, who)
    mortgage(s, who, amount="120", amount_unit="wan_yuan", rank=1)
    mortgage(s, who, 1, kind="max_mortgage", amount="500000", amount_unit="yuan", rank=2)
    mortgage(s, who, 2, amount="999", amount_unit="wan_yuan", cancelled_at="2023-01-01 00:00:00")


@given
def mortgaged_half(s: Scenario, who: Person) -> None:
    right(s, who)
    holder(s, who, co_ownership="by_shares", share="1/2")
    mortgage(s, who, amount="150", amount_unit="wan_yuan")


@given
def mortgaged_beyond(s: Scenario, who: Person) -> None:
    owned(s, who)
    mortgage(s, who, amount="400", amount_unit="wan_yuan")


@given.each(
    ({},),
    ({"amount": "1200000", "amount_unit": "wan_yuan", "registered_at": "2012-03-02 09:00:00"},),
    ({"amount": "120", "amount_unit": None},),
)
def mortgaged_somehow(s: Scenario, who: Person, changed: dict[str, Any]) -> None:
    owned(s, who)
    mortgage(s, who, **changed)


def test_mortgages_stand_before_us_and_the_share_counts_after_them(told: Told) -> None:
    asset = told.asset(mortgaged)
    assert (asset["prior_claims"], asset["net_value"]) == (Decimal("1700000.00"), Decimal("1800000.00"))
    assert told.asset(mortgaged_half)["net_value"] == Decimal("1000000.00")
    assert told.asset(mortgaged_beyond)["net_value"] == 0


def test_a_mortgage_of_unknown_or_doubtful_amount_leaves_the_net_unknown(told: Told) -> None:
    for who, _ in told.each(mortgaged_somehow):
        asset = told.asset(who)
        assert (asset["gross_value"], asset["prior_claims"], asset["net_value"]) == (Decimal("3500000.00"), None, None)


@given.firm
def seized_firm(s: Scenario, who: Person) -> None:
    right(s, who)
    holder(s, who, id_type="uscc", holder_kind="company")
    seizure(s, who)


@given
def seized_person(s: Scenario, who: Person) -> None:
    owned(s, who)
    seizure(s, who)


def seizure(s: Scenario, who: Person) -> None:
    s.add(
        "land",
        "seizures",
        seizure_no=who.key("CF"),
        right_id=who.key("TD"),
        kind="seizure",
        authority="示例市人民法院",
        document="（2025）示01执5号之一",
        from_date="2025-04-02",
        to_date="9999-12-31",
        registered_at="2025-04-02 10:30:00",
    )


def test_another_courts_seizure_ranks_before_us_against_a_firm_only(told: Told) -> None:
    # For a person creditors share pro rata (民诉法解释 506-510): a caution, no prior claim.
    assert (told.asset(seized_person)["prior_claims"], told.asset(seized_person)["net_value"]) == (
        0,
        Decimal("3500000.00"),
    )
    assert (told.asset(seized_firm)["prior_claims"], told.asset(seized_firm)["net_value"]) == (None, None)
    assert told.on("seizure", seized_firm)[0]["end_date"] is None


def application(s: Scenario, who: Person, nth: int, **changed: Any) -> None:
    row = {
        "application_no": who.key("2026", nth),
        "kind": "transfer",
        "applicant_name": who.name,
        "applicant_id": who.id_number,
        "accepted_at": "2026-11-20 09:15:00",
        "stage": "first_check",
        "status": "open",
    }
    s.add("land", "applications", **{**row, **changed})


@given
def applying(s: Scenario, who: Person) -> None:
    application(s, who, 0, right_id=owned(s, who), counterparty_name="外人乙", price="300")
    application(s, who, 1, kind="first")
    application(s, who, 2, kind="first", applicant_id=None)


def test_applications_reach_owner_and_applicant(told: Told) -> None:
    who = told.who(applying)
    by_asset, by_number = (told.one("application", who, app_no=who.key("2026", nth)) for nth in (0, 1))
    assert (by_asset["asset_id"], by_asset["price"], by_asset["can_be_stopped"]) == (
        told.asset(who)["asset_id"],
        Decimal("3000000.00"),
        True,
    )
    assert by_number["asset_id"] is None
    assert told.rows("application", who, app_no=who.key("2026", 2)) == []
    assert "第十条" in by_asset["legal_basis"] and "第二十三条" in by_asset["legal_basis"]
