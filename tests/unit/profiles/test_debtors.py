"""Who the debtors are: grouping over cases, selection, identity, the inquiry list (inquiry.yaml, filter and rules)."""

from datetime import date, datetime
from typing import Any

import pytest
from asking import attached, debtors_of, one, rows
from scenario import BUSINESS_DATE, FIRM, PERSON_A, PERSON_A_15, PERSON_B, Scenario

from profiles.debtors import OUTGOING_COLUMNS, inquiry_lines

ASKED_AT = datetime(2026, 11, 23, 18, 55)


def ended(day: str, *, requery: str) -> dict[str, str]:
    """终本 on that day."""
    return {"closed_on": day, "terminated_on": day, "close_mode": "ended_no_assets", "next_requery_on": requery}


def lines(scenario: Scenario) -> list[dict[str, Any]]:
    return list(inquiry_lines(attached(scenario), BUSINESS_DATE, 1, ASKED_AT).to_pylist())


def test_same_number_and_name_in_two_cases_is_one_debtor(scenario: Scenario) -> None:
    first = scenario.debtor("测试甲", PERSON_A)
    second = scenario.debtor("测试 甲", PERSON_A_15)
    found = rows(debtors_of(scenario), "SELECT DISTINCT debtor_id FROM debtor_party")
    assert [row["debtor_id"] for row in found] == [scenario.debtor_id(PERSON_A)]
    assert first != second


def test_equal_number_with_unlike_names_is_two_debtors_and_flagged(scenario: Scenario) -> None:
    scenario.debtor("测试甲", PERSON_A)
    scenario.debtor("王小五", PERSON_A, case={"filed_on": "2026-04-01"})
    found = {row["name"]: row for row in rows(debtors_of(scenario), "SELECT * FROM debtor_base")}
    assert found["测试甲"]["debtor_id"] == scenario.debtor_id(PERSON_A)
    assert found["王小五"]["debtor_id"] != scenario.debtor_id(PERSON_A)
    assert (found["测试甲"]["number_conflict"], found["王小五"]["number_conflict"]) == (False, True)


def test_a_number_the_court_lists_as_former_joins(scenario: Scenario) -> None:
    scenario.debtor("测试甲", PERSON_B)
    scenario.debtor("测试甲", PERSON_A, former_id_numbers=[PERSON_B])
    con = debtors_of(scenario)
    base = one(con, "SELECT * FROM debtor_base")
    assert base["debtor_id"] == scenario.debtor_id(PERSON_A)
    assert (base["id_number"], base["former_id_numbers"]) == (PERSON_A, [PERSON_B])


def test_a_former_number_of_somebody_else_does_not_join(scenario: Scenario) -> None:
    scenario.debtor("赵大山", PERSON_B)
    scenario.debtor("测试甲", PERSON_A, former_id_numbers=[PERSON_B])
    assert len(rows(debtors_of(scenario), "SELECT DISTINCT debtor_id FROM debtor_party")) == 2


def test_without_a_number_every_case_has_its_own_debtor(scenario: Scenario) -> None:
    scenario.debtor("测试丁", None)
    scenario.debtor("测试丁", "000000000000000000")
    con = debtors_of(scenario)
    assert len(rows(con, "SELECT DISTINCT debtor_id FROM debtor_party")) == 2
    assert {row["id_number"] for row in rows(con, "SELECT id_number FROM debtor_party")} == {None}


def test_a_weak_number_joins_only_with_the_same_name(scenario: Scenario) -> None:
    for name in ("测试戊", "测试戊", "测试己"):
        scenario.debtor(name, "E12345678", id_type="passport")
    assert len(rows(debtors_of(scenario), "SELECT DISTINCT debtor_id FROM debtor_party")) == 2


def test_an_organisation_code_leads_to_the_credit_code_that_holds_it(scenario: Scenario) -> None:
    scenario.debtor("示例建材有限公司", "MA3C4J5K2", id_type="org_code", party_kind="company")
    scenario.debtor("示例建材有限公司", FIRM)
    found = rows(debtors_of(scenario), "SELECT DISTINCT debtor_id FROM debtor_party")
    assert [row["debtor_id"] for row in found] == [scenario.debtor_id(FIRM)]


@pytest.mark.parametrize(
    ("case", "shown", "to_ask"),
    [
        ({}, True, True),
        ({"case_type": "resumed"}, True, True),
        ({"case_type": "preservation"}, True, True),
        ({"case_type": "objection"}, False, False),
        ({"closed_on": "2026-06-01", "close_mode": "fulfilled"}, False, False),
        (ended("2026-06-01", requery="2026-12-01"), True, False),
        (ended("2026-05-23", requery="2026-11-23"), True, True),
        # five years of re-query are over
        (ended("2021-11-22", requery="2026-11-01"), False, False),
        (ended("2021-11-23", requery="2026-11-01"), True, True),
    ],
)
def test_which_cases_show_a_debtor_and_which_ask(
    scenario: Scenario, case: dict[str, str], shown: bool, to_ask: bool
) -> None:
    """Open 执, 执恢, 执保, or 终本 within five years; asked when open or when the half-yearly re-query is due."""
    scenario.debtor("测试甲", PERSON_A, case=case)
    party = one(debtors_of(scenario), "SELECT shown, to_ask FROM debtor_party")
    assert (party["shown"], party["to_ask"]) == (shown, to_ask)


def test_the_id_survives_when_the_first_case_closes(scenario: Scenario) -> None:
    """The name first listed keeps the number, also after its case is closed."""
    scenario.debtor(
        "测试甲", PERSON_A, case={"filed_on": "2024-01-01", "closed_on": "2026-06-01", "close_mode": "fulfilled"}
    )
    scenario.debtor("王小五", PERSON_A)
    base = one(debtors_of(scenario), "SELECT * FROM debtor_base")
    assert base["name"] == "王小五"
    assert base["debtor_id"] != scenario.debtor_id(PERSON_A)


def household_hit(scenario: Scenario, **person: Any) -> None:
    facts = {
        "inquiry_no": "Q2026112201-000001",
        "result": "found",
        "hit_no": 1,
        "match_basis": "id_and_name",
        "name": "测试甲",
        "id_type": "resident_id",
        "id_number": PERSON_A,
        "status": "normal",
        "replied_at": "2026-11-22 21:30:05",
    }
    case_no = scenario.debtor("测试甲", PERSON_A)
    scenario.ask(
        "Q2026112201-000001",
        scenario.debtor_id(PERSON_A),
        case_no,
        ["household"],
        business_date=date(2026, 11, 22),
        name="测试甲",
        id_type="resident_id",
        id_number=PERSON_A,
    )
    scenario.add("household", "persons", **{**facts, **person})


def test_former_names_and_numbers_of_the_household_become_variants(scenario: Scenario) -> None:
    household_hit(scenario, former_names=["测试旧名"], former_id_numbers=[PERSON_B], status="deceased")
    con = debtors_of(scenario)
    variants = {(row["name"], row["id_number"]) for row in rows(con, "FROM debtor_identity WHERE reach = 'direct'")}
    assert variants == {(name, number) for name in ("测试甲", "测试旧名") for number in (PERSON_A, PERSON_B)}
    base = one(con, "SELECT * FROM debtor_base")
    assert (base["former_names"], base["former_id_numbers"], base["household_status"]) == (
        ["测试旧名"],
        [PERSON_B],
        "deceased",
    )


@pytest.mark.parametrize(
    "person",
    [
        {"match_basis": "name_only", "former_names": ["陌生人"]},
        {"match_basis": "id_only", "name": "陌生人", "former_names": ["另一人"]},
        {"match_basis": "id_and_name", "id_number": PERSON_B, "former_names": ["陌生人"]},
    ],
)
def test_a_household_hit_that_is_not_surely_the_debtor_adds_nothing(scenario: Scenario, person: dict[str, Any]) -> None:
    """A hit by name alone, an id under an unlike name, or another number never enters the identity."""
    household_hit(scenario, **person)
    con = debtors_of(scenario)
    assert [row["name"] for row in rows(con, "FROM debtor_identity")] == ["测试甲"]
    assert one(con, "FROM debtor_base")["household_status"] == "unknown"


def test_a_newer_number_from_the_household_is_asked_in_a_second_line(scenario: Scenario) -> None:
    household_hit(
        scenario, match_basis="id_only", id_number=PERSON_B, former_id_numbers=[PERSON_A], former_names=["测试旧名"]
    )
    found = lines(scenario)
    assert [(line["inquiry_no"], line["id_number"]) for line in found] == [
        ("Q2026112301-000001", PERSON_A),
        ("Q2026112301-000002", PERSON_B),
    ]
    assert {line["debtor_id"] for line in found} == {scenario.debtor_id(PERSON_A)}
    assert found[0]["former_names"] == ["测试旧名"]


def test_a_branch_and_a_sole_proprietorship_are_variants_by_their_registered_tie(scenario: Scenario) -> None:
    scenario.debtor("示例建材有限公司", FIRM)
    scenario.debtor("测试甲", PERSON_A)
    branch, shop = "91370499MA3D000125", "92370499MA3E000017"
    tie = {
        "branch_entity_id": "ZT1",
        "name": "示例建材有限公司测试分公司",
        "uscc": branch,
        "status": "active",
        "updated_at": "2026-11-21 17:00:00",
    }
    scenario.add("enterprises", "branches", parent_name="示例建材有限公司", parent_uscc=FIRM, **tie)
    scenario.add(
        "enterprises",
        "branches",
        **{**tie, "branch_entity_id": "ZT2", "name": "别家分公司", "uscc": "91370499MA3D000133"},
        parent_name="别家有限公司",
        parent_uscc=FIRM,
    )
    entry = {"entity_kind": "sole_proprietor", "status": "active", "updated_at": "2026-11-21 17:00:00"}
    scenario.add(
        "enterprises",
        "base",
        entity_id="ZT3",
        name="甲记面馆",
        uscc=shop,
        legal_rep_name="测试甲",
        legal_rep_id=PERSON_A,
        **entry,
    )
    # another operator's number under the same name, and a company the debtor merely runs
    scenario.add(
        "enterprises",
        "base",
        entity_id="ZT4",
        name="乙记面馆",
        uscc="92370499MA3E000025",
        legal_rep_name="测试甲",
        legal_rep_id=PERSON_B,
        **entry,
    )
    scenario.add(
        "enterprises",
        "base",
        **{**entry, "entity_kind": "company"},
        entity_id="ZT5",
        name="甲控股有限公司",
        uscc="91370499MA3D000141",
        legal_rep_name="测试甲",
        legal_rep_id=PERSON_A,
    )
    found = rows(
        debtors_of(scenario),
        "SELECT debtor_id, reach, name, id_number FROM debtor_identity WHERE reach <> 'direct' ORDER BY reach",
    )
    assert found == [
        {
            "debtor_id": scenario.debtor_id(FIRM),
            "reach": "branch",
            "name": "示例建材有限公司测试分公司",
            "id_number": branch,
        },
        {"debtor_id": scenario.debtor_id(PERSON_A), "reach": "sole_proprietor", "name": "甲记面馆", "id_number": shop},
    ]


def test_the_register_tells_a_firms_former_names(scenario: Scenario) -> None:
    scenario.debtor("示例建材经营部", FIRM)
    scenario.add(
        "enterprises",
        "base",
        entity_id="ZT1",
        name="示例建材有限公司",
        uscc=FIRM,
        reg_no="370499000000016",
        entity_kind="company",
        former_names=["示例建材经营部", "示例建材厂"],
        status="active",
        updated_at="2026-11-21 17:00:00",
    )
    found = {(row["name"], row["id_type"]) for row in rows(debtors_of(scenario), "FROM debtor_identity")}
    assert {("示例建材有限公司", "uscc"), ("示例建材厂", "uscc"), ("示例建材经营部", "reg_no")} <= found


def test_the_inquiry_list(scenario: Scenario) -> None:
    """One line per debtor and case, in the order of the agreement, to household only about natural persons."""
    first = scenario.debtor("测试甲等3人", PERSON_A.lower())
    scenario.debtor("示例建材有限公司", FIRM, case_no=first, id_type="resident_id")
    scenario.debtor("测试甲", PERSON_A_15)
    scenario.debtor("测试丁", "111111111111111111")
    scenario.debtor("测试乙", PERSON_B, case={"closed_on": "2026-06-01", "close_mode": "fulfilled"})
    found = lines(scenario)
    assert tuple(found[0])[:12] == OUTGOING_COLUMNS
    assert [(line["inquiry_no"], line["debtor_name"], line["id_type"], line["id_number"]) for line in found] == [
        ("Q2026112301-000001", "测试甲", "resident_id", PERSON_A),
        ("Q2026112301-000002", "示例建材有限公司", "uscc", FIRM),
        ("Q2026112301-000003", "测试甲", "resident_id", PERSON_A),
        ("Q2026112301-000004", "测试丁", "resident_id", None),
    ]
    assert [line["sources"][0] for line in found] == ["household", "tax", "household", "household"]
    assert {len(line["sources"]) for line in found} == {7, 8}
    assert {line["asked_at"] for line in found} == {ASKED_AT}
    assert {(line["window_from"], line["window_to"]) for line in found} == {(None, None)}


def test_the_list_does_not_depend_on_the_order_of_rows(scenario: Scenario) -> None:
    for name, number in (("测试甲", PERSON_A), ("测试乙", PERSON_B), ("示例建材有限公司", FIRM)):
        scenario.debtor(name, number)
    once = lines(scenario)
    for held in scenario._rows.values():
        held.reverse()
    assert lines(scenario) == once
