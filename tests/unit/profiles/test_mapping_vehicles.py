"""机动车: what a registered vehicle becomes (vehicles.yaml; identifier form of profile_database.yaml)."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from given import Given, Person, Told
from scenario import Scenario

given = Given()


def plate(who: Person, nth: int = 0) -> str:
    return f"测D{who.n * 10 + nth:05d}"


def vin(who: Person) -> str:
    return f"LSVAA000X0A{who.n:06d}"


def car(s: Scenario, who: Person, nth: int = 0, **changed: Any) -> str:
    row = {
        "vehicle_id": who.key("3704", nth),
        "owner_name": who.name,
        "owner_id_type": "resident_id",
        "owner_id": who.id_number,
        "plate_type": "small",
        "plate_no": plate(who, nth),
        "vin": vin(who),
        "brand": "示例牌",
        "status": ["normal"],
        "updated_at": "2026-11-21 15:02:11",
    }
    s.add("vehicles", "vehicles", **{**row, **changed})
    return str(row["vehicle_id"])


@given
def plain(s: Scenario, who: Person) -> None:
    car(s, who, plate_no=plate(who).replace("D", "d "))


def test_a_car_is_confirmed_and_of_unknown_value(told: Told) -> None:
    asset, who = told.asset(plain), told.who(plain)
    assert (asset["kind"], asset["identifier"], asset["tier"]) == ("vehicle", f"02:{plate(who)}", "confirmed")
    assert (asset["ownership"], asset["share"], asset["gross_value"], asset["net_value"]) == ("sole", 1.0, None, None)
    assert (asset["value_basis"], asset["prior_claims"], asset["handling"], asset["reach"]) == (
        "unknown",
        0,
        "normal",
        "direct",
    )
    assert (asset["file"], asset["table_name"], asset["source"]) == ("vehicles_full", "vehicles", "vehicles")
    detail = json.loads(asset["detail"])
    assert detail["vin"] == vin(who) and "engine_no" not in detail


@given
def unregistered(s: Scenario, who: Person) -> None:
    car(s, who, plate_no=None)


def test_without_a_plate_the_vin_names_the_car(told: Told) -> None:
    asset, number = told.asset(unregistered), vin(told.who(unregistered))
    assert asset["identifier"] == f"vin:{number}"
    assert asset["title"].strip()


@given
def bare(s: Scenario, who: Person) -> None:
    car(s, who, plate_no=None, brand=None, model=None)


def test_a_car_without_plate_brand_and_model_is_called_by_its_vin(told: Told) -> None:
    assert told.asset(bare)["title"] == vin(told.who(bare))


@given
def replated(s: Scenario, who: Person) -> None:
    car(s, who, 0)
    car(s, who, 1, plate_type="small_nev", updated_at="2026-11-22 09:00:00")


def test_one_vin_under_an_old_and_a_new_plate_is_one_car(told: Told) -> None:
    who = told.who(replated)
    assert told.asset(replated)["identifier"] == f"52:{plate(who, 1)}"
    assert [(row["record_id"], row["is_winner"], row["conflict"]) for row in told.on("provenance", replated)] == [
        (who.key("3704", 1), True, None),
        (who.key("3704", 0), False, "identifier"),
    ]


@given.each(
    (["scrapped"], False, "normal"),
    (["violation_open", "cancelled"], False, "normal"),
    (["moved_out"], True, "review"),
    (["violation_open"], True, "normal"),
)
def in_status(s: Scenario, who: Person, status: list[str], *_: Any) -> None:
    car(s, who, status=status)


def test_status_decides_whether_the_car_is_still_there(told: Told) -> None:
    for who, (status, is_current, handling) in told.each(in_status):
        asset = told.asset(who)
        assert (asset["is_current"], asset["handling"]) == (is_current, handling), status


@given
def shared(s: Scenario, who: Person) -> None:
    car(s, who, owner_name=f"{who.name}、外人甲")


@given
def other_in_cell(s: Scenario, who: Person) -> None:
    car(s, who, owner_name=f"外人甲、{who.name}", owner_id="370499196001010015")


def test_two_owners_in_one_cell_leave_the_share_open(told: Told) -> None:
    asset = told.asset(shared)
    assert (asset["tier"], asset["ownership"], asset["share"]) == ("confirmed", "unclear", None)
    # The number is the other's: by name alone this debtor stays a lead.
    assert told.one("link", other_in_cell)["tier"] == "possible"
    assert told.rows("asset", other_in_cell) == []


@given
def burdened(s: Scenario, who: Person) -> None:
    key = car(s, who)
    s.add(
        "vehicles",
        "mortgages",
        vehicle_id=key,
        mortgage_no="1",
        holder_name="示例汽车金融有限公司",
        amount="80000.00",
        registered_at="2024-03-05 14:00:00",
    )
    s.add(
        "vehicles",
        "mortgages",
        vehicle_id=key,
        mortgage_no="2",
        holder_name="示例银行",
        amount="5.00",
        registered_at="2020-03-05 14:00:00",
        cancelled_at="2021-01-01 00:00:00",
    )
    s.add(
        "vehicles",
        "seizures",
        vehicle_id=key,
        seizure_no="1",
        kind="seizure",
        authority="测试区人民法院",
        document="(2026)测0499执90号之二",
        from_date="2026-02-01",
        to_date="2026-12-03",
        registered_at="2026-02-01 09:41:00",
    )
    s.add(
        "vehicles",
        "seizures",
        vehicle_id=key,
        seizure_no="2",
        kind="waiting",
        authority="示例市人民法院",
        document="（2026）示01执5号之一",
        wait_order=1,
        from_date="2026-04-02",
        to_date="2028-04-01",
        registered_at="2026-04-02 10:05:00",
    )
    s.add(
        "vehicles",
        "seizures",
        vehicle_id=key,
        seizure_no="3",
        kind="seizure",
        authority="示例市人民法院",
        document="（2020）示01执5号",
        from_date="2020-04-02",
        to_date="2022-04-01",
        registered_at="2020-04-02 10:05:00",
        released_at="2021-04-02 10:05:00",
    )


def test_what_rests_on_the_car(told: Told) -> None:
    assert [(row["kind"], row["amount"], row["status"]) for row in told.on("encumbrance", burdened)] == [
        ("mortgage", Decimal("5.00"), "cancelled"),
        ("mortgage", Decimal("80000.00"), "active"),
    ]
    assert told.asset(burdened)["prior_claims"] == Decimal("80000.00")
    (ours,) = told.on("seizure", burdened, is_ours=True)
    assert (ours["start_date"], ours["end_date"], ours["days_to_expiry"], ours["case_no"]) == (
        date(2026, 2, 1),
        date(2026, 12, 3),
        10,
        "（2026）测0499执90号",
    )
    # A waiting measure has an order and no dates, whatever was delivered (common.yaml waiting_no_dates).
    (waiting,) = told.on("seizure", burdened, seizure_type="waiting")
    assert (
        waiting["is_ours"],
        waiting["order_no"],
        waiting["start_date"],
        waiting["end_date"],
        waiting["days_to_expiry"],
    ) == (False, 1, None, None, None)
    (released,) = told.on("seizure", burdened, doc_no="（2020）示01执5号")
    assert released["released_at"] is not None and released["days_to_expiry"] is None


@given
def marked(s: Scenario, who: Person) -> None:
    car(s, who, status=["mortgaged"])


def test_a_marked_mortgage_without_an_entry_leaves_the_claims_unknown(told: Told) -> None:
    assert told.asset(marked)["prior_claims"] is None


@given
def selling(s: Scenario, who: Person) -> None:
    key = car(s, who)
    common = {
        "vehicle_id": key,
        "kind": "transfer",
        "accepted_at": "2026-11-21 10:12:00",
        "counterparty_name": "外人乙",
    }
    s.add("vehicles", "applications", application_no=who.key("126", 1), stage="review", status="open", **common)
    s.add(
        "vehicles",
        "applications",
        application_no=who.key("126", 2),
        stage="registered",
        status="done",
        registered_at="2026-11-21 12:00:00",
        **common,
    )
    s.add(
        "vehicles",
        "applications",
        application_no=who.key("126", 3),
        stage="review",
        status="stopped",
        stopped_at="2026-11-21 12:00:00",
        **common,
    )
    s.add("vehicles", "applications", application_no=who.key("126", 4), stage="registered", status="open", **common)


def test_a_transfer_can_be_stopped_while_accepted_and_not_registered(told: Told) -> None:
    who = told.who(selling)
    rows = {row["app_no"]: row for row in told.rows("application", selling)}
    assert [rows[who.key("126", nth)]["can_be_stopped"] for nth in (1, 2, 3, 4)] == [True, False, False, False]
    first = rows[who.key("126", 1)]
    assert (first["asset_id"], first["counterparty"]) == (told.asset(selling)["asset_id"], "外人乙")
    assert "第二十三条" in first["legal_basis"]
