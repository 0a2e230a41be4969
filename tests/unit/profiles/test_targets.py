"""What to enforce next: order, measure, amount, coverage (profile_database.yaml, target; measures.yaml)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from given import Given, Person, Told
from nights import asked_tonight, car, case_of, deposit
from scenario import Scenario
from test_debtor_values import accounts, claim

from profiles import measures

given = Given()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    made = Told(Scenario(tmp_path_factory.mktemp("targets")), given)
    yield made
    made.scenario.close()


def house(s: Scenario, who: Person, **facts: Any) -> None:
    unit = {
        "unit_id": who.key("FW"),
        "unit_no": who.unit("F00010001"),
        "location": f"测试区{who.n}号楼1室",
        "register_status": "current",
    }
    s.add("housing", "units", **{**unit, "price": "620000.00", **facts})
    owner = {"seq": 1, "name": who.name, "id_type": "resident_id", "id_number": who.id_number, "co_ownership": "sole"}
    s.add("housing", "owners", unit_id=who.key("FW"), **owner)


def freeze(s: Scenario, inquiry_no: str, **facts: Any) -> None:
    ours = {
        "authority": "测试区人民法院",
        "kind": "freeze",
        "document": "（2026）测0499执9号之一",
        "to_date": "2027-06-01",
        "amount": "1.00",
    }
    s.add("bank_abc", "measures", inquiry_no=inquiry_no, **{"sequence": 1, "measure_no": 1, **ours, **facts})


@given
def mixed(s: Scenario, who: Person) -> None:
    """Two free accounts, one frozen elsewhere, a house, a car without value, protected money."""
    claim(s, "1000000.00")
    inquiry_no = accounts(
        s,
        who,
        {"balance": "100.00", "available": "100.00"},
        {"balance": "900.00", "available": "900.00"},
        {"balance": "5000.00", "available": "0.00"},
        {"balance": "7000.00", "available": "7000.00", "type_raw": "单位保证金（承兑汇票）"},
        {"balance": "8000.00", "available": "8000.00", "type_raw": "低保金专户"},
        {"balance": "0.00", "available": "0.00"},
    )
    freeze(s, inquiry_no, sequence=3, authority="别的法院", document="（2026）测0498执1号之一", amount="5000.00")
    house(s, who)
    car(s, who)


def test_free_cash_first_then_by_net_value_then_the_unknown_then_freeze_only(told: Told) -> None:
    kinds = {row["asset_id"]: (row["kind"], row["gross_value"]) for row in told.rows("asset", mixed)}
    ranked = told.rows("target", mixed)
    assert [row["rank"] for row in ranked] == [1, 2, 3, 4, 5, 6]
    assert [kinds[row["asset_id"]] for row in ranked] == [
        ("deposit", Decimal("900.00")),
        ("deposit", Decimal("100.00")),
        ("housing", Decimal("620000.00")),
        ("deposit", Decimal("5000.00")),
        ("vehicle", None),
        ("deposit", Decimal("7000.00")),
    ]


def test_the_measure_its_addressee_term_and_ground(told: Told) -> None:
    found = [(row["recommended_measure"], row["addressee"], row["max_term"]) for row in told.rows("target", mixed)]
    assert found == [
        ("freeze", "开户银行", "P1Y"),
        ("freeze", "开户银行", "P1Y"),
        ("seizure", "不动产登记机构", "P3Y"),
        ("waiting_freeze", "开户银行", "P1Y"),
        ("seizure", "车辆管理所", "P2Y"),
        ("freeze", "开户银行", "P1Y"),
    ]
    first = told.rows("target", mixed)[0]
    assert (
        first["legal_basis"]
        == "民事诉讼法（2023）第253条；民诉法解释（2022）第485条；法释〔2013〕20号；山政法〔2018〕17号第12条"
    )


def test_amounts_never_exceed_what_is_left_and_freeze_only_adds_nothing(told: Told) -> None:
    ranked = told.rows("target", mixed)
    assert [row["amount_to_control"] for row in ranked] == [
        Decimal(amount) for amount in ("900.00", "100.00", "620000.00", "379000.00", "379000.00", "379000.00")
    ]
    assert [row["cumulative_coverage"] for row in ranked] == pytest.approx([0.0009, 0.001, 0.621, 0.621, 0.621, 0.621])
    assert "仅可冻结，不得扣划（银行承兑汇票保证金）" in ranked[-1]["cautions"]


@given
def covered(s: Scenario, who: Person) -> None:
    claim(s, "500.00")
    accounts(s, who, {"balance": "900.00"}, {"balance": "800.00"})


def test_nothing_beyond_the_claim_is_a_target(told: Told) -> None:
    target = told.one("target", covered)
    assert (target["amount_to_control"], target["cumulative_coverage"]) == (Decimal("500.00"), 1.0)


@given
def ours(s: Scenario, who: Person) -> None:
    freeze(s, deposit(s, who, "900.00", available="900.00"))


@given
def ours_ending(s: Scenario, who: Person) -> None:
    freeze(s, deposit(s, who, "900.00", available="900.00"), to_date="2026-12-10")


@given
def preserved(s: Scenario, who: Person) -> None:
    s._rows["court_cases", "cases"][-1].update(case_type="preservation")
    freeze(s, deposit(s, who, "900.00", available="900.00"))


@given
def our_house(s: Scenario, who: Person) -> None:
    house(s, who)
    seizure = {
        "authority": "测试区人民法院",
        "kind": "seizure",
        "document": "（2026）测0499执9号之二",
        "registered_at": "2026-02-01 09:00:00",
    }
    s.add(
        "housing",
        "seizures",
        seizure_no=who.key("CF"),
        unit_id=who.key("FW"),
        **seizure,
        from_date="2026-02-01",
        to_date="2029-01-31",
    )


def test_what_we_hold_already_is_taken_further(told: Told) -> None:
    measures_taken = {
        teller: told.one("target", teller)["recommended_measure"]
        for teller in (ours, ours_ending, preserved, our_house)
    }
    assert measures_taken == {
        ours: "deduct",
        ours_ending: "freeze_renewal",
        preserved: "freeze_renewal",
        our_house: "transfer_ruling",
    }


@given.firm
def burdened(s: Scenario, who: Person) -> None:
    s._rows["court_cases", "cases"][-1].update(
        closed_on="2026-06-01", terminated_on="2026-06-01", close_mode="ended_no_assets"
    )
    deposit(s, who, "900.00")
    inquiry_no = asked_tonight(s, who, "tax")
    taxpayer = {
        "taxpayer_no": f"DJ{who.n}",
        "taxpayer_name": who.name,
        "taxpayer_id": who.id_number,
        "replied_at": "2026-11-23 22:10:00",
    }
    s.add("tax", "taxpayers", inquiry_no=inquiry_no, result="found", match_basis="id_and_name", **taxpayer)
    arrears = {"tax_kind": "增值税", "period_from": "2025-01-01", "period_to": "2025-12-31", "arrears": "23000.00"}
    s.add("tax", "arrears", inquiry_no=inquiry_no, taxpayer_no=f"DJ{who.n}", **arrears)


def test_arrears_and_the_state_of_the_case_are_cautions_and_lower_no_value(told: Told) -> None:
    target = told.one("target", burdened)
    assert {"欠税可能优先受偿", "案件已终本，须先恢复执行"} <= set(target["cautions"])
    assert (target["amount_to_control"], target["case_no"]) == (Decimal("900.00"), case_of(told.who(burdened)))


def test_every_kind_of_the_rule_file_can_be_printed() -> None:
    rules = measures.document()["kinds"]
    assert {"deposit", "housing", "vehicle", "equity", "tax_refund", "mining_right"} <= set(rules)
    for rule in rules.values():
        assert rule["control"] and rule["addressee_zh"] and measures.legal_basis(rule)
    assert measures.legal_basis(rules["project"]).endswith("山政法〔2018〕17号第8、11条")
    assert "（待核）" in measures.legal_basis(rules["tax_refund"])
