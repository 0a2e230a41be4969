"""户籍: identity only, never an asset (household.yaml)."""

from typing import Any

from asking import asked, rows, staged
from scenario import PERSON_A, PERSON_A_15, PERSON_B, Scenario


def hit(scenario: Scenario, inquiry_no: str, **person: Any) -> None:
    facts = {
        "inquiry_no": inquiry_no,
        "result": "found",
        "hit_no": 1,
        "match_basis": "id_and_name",
        "name": "测试甲",
        "id_type": "resident_id",
        "id_number": PERSON_A,
        "status": "normal",
        "replied_at": "2026-11-23 21:30:05",
    }
    scenario.add("household", "persons", **{**facts, **person})


def test_the_record_is_the_person_not_the_inquiry(scenario: Scenario) -> None:
    inquiry_no, debtor_id = asked(scenario, "测试甲", PERSON_A)
    hit(scenario, inquiry_no, sex="male", birth_date="1985-03-12", address="测试区示例镇示例村1号")
    hit(scenario, inquiry_no, hit_no=2, match_basis="name_only", id_number=PERSON_B)
    found = rows(
        staged(scenario),
        "SELECT record_id, role, match_basis, only_debtor_id, asset_key, sex FROM party ORDER BY record_id",
    )
    assert found == [
        {
            "record_id": PERSON_B,
            "role": "person",
            "match_basis": "name_only",
            "only_debtor_id": debtor_id,
            "asset_key": None,
            "sex": None,
        },
        {
            "record_id": PERSON_A,
            "role": "person",
            "match_basis": "id_and_name",
            "only_debtor_id": debtor_id,
            "asset_key": None,
            "sex": "male",
        },
    ]


def test_the_profile_shows_the_status_and_the_same_name_stays_a_lead(scenario: Scenario) -> None:
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A_15)
    hit(scenario, inquiry_no, status="deceased", address="测试区示例镇示例村1号")
    hit(scenario, inquiry_no, hit_no=2, match_basis="name_only", id_number=PERSON_B, status="moved")
    published = scenario.build()
    debtor = published.one("debtor")
    assert (debtor["household_status"], debtor["sex"], str(debtor["birth_date"])) == ("deceased", "male", "1985-03-12")
    assert "deceased" in debtor["flags"]
    # of the same name and another number: a stranger
    assert [(row["record_id"], row["tier"]) for row in published.rows("link")] == [(PERSON_A, "confirmed")]
    assert published.rows("asset") == []


def test_none_replaces_what_was_known(scenario: Scenario) -> None:
    case_no = scenario.debtor("测试甲", PERSON_A)
    for day in ("2026-11-22", "2026-11-23"):
        inquiry_no = f"Q{day.replace('-', '')}01-000001"
        scenario.ask(
            inquiry_no,
            scenario.debtor_id(PERSON_A),
            case_no,
            ["household"],
            business_date=day,
            name="测试甲",
            id_type="resident_id",
            id_number=PERSON_A,
        )
    hit(scenario, "Q2026112201-000001", status="moved")
    scenario.add(
        "household",
        "persons",
        inquiry_no="Q2026112301-000001",
        result="none",
        hit_no=0,
        replied_at="2026-11-23 21:30:05",
    )
    published = scenario.build()
    assert published.one("debtor")["household_status"] == "unknown"
    assert published.one("source_reply", source="household")["result"] == "none"
