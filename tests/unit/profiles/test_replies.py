"""What a reply means: results per inquiry, and which answers are the present state (README, Full, delta, reply)."""

from datetime import date
from typing import Any

import pytest
from asking import REPLIED_AT, asked, attached, one, rows, staged, xml_account
from scenario import FIRM, PERSON_A, Scenario

from core.duck import run_sql
from profiles.debtors import build_debtors
from profiles.replies import answer_dates


def result_of(scenario: Scenario, source: str) -> str | None:
    found = rows(staged(scenario), "SELECT result FROM reply_answer WHERE source = $source", source=source)
    return found[0]["result"] if found else None


def test_no_account_text_means_none_whatever_the_status_says(scenario: Scenario) -> None:
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    scenario.add("bank_ccb", "inquiries", inquiry_no=inquiry_no, result="found", replied_at=REPLIED_AT)
    scenario.add("bank_ccb", "accounts", inquiry_no=inquiry_no, sequence=1, account_no=" 查无开户信息。")
    con = staged(scenario)
    assert one(con, "FROM reply_answer")["result"] == "none"
    assert rows(con, "FROM asset_record") == []


@pytest.mark.parametrize(
    ("status", "accounts", "expected"),
    [
        ("found", ["1001"], "found"),
        ("found", [], "partial"),
        ("none", ["1001"], "partial"),
        ("none", [], "none"),
        ("error", [], "error"),
        ("error", ["1001"], "partial"),
        ("partial", ["1001"], "partial"),
        ("found", ["1001", "查无开户信息"], "partial"),
        ("error", ["查无开户信息"], "none"),
    ],
)
def test_a_status_that_contradicts_the_rows_is_partial(
    scenario: Scenario, status: str, accounts: list[str], expected: str
) -> None:
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    scenario.add(
        "bank_boc", "inquiries", inquiry_no=inquiry_no, result=status, match_basis="id_and_name", replied_at=REPLIED_AT
    )
    for sequence, account in enumerate(accounts, start=1):
        scenario.add(
            "bank_boc", "accounts", inquiry_no=inquiry_no, sequence=sequence, account_no=account, holder_name="测试甲"
        )
    con = staged(scenario)
    assert one(con, "FROM reply_answer")["result"] == expected
    # the rows of a contradiction are kept
    assert len(rows(con, "FROM asset_record")) == len([account for account in accounts if account.isdigit()])


@pytest.mark.parametrize(
    ("result", "account_no", "expected", "accounts"),
    [
        ("found", "0501", "found", 1),
        ("found", "查无开户信息", "none", 0),
        ("error", "-", "error", 0),
        ("partial", "0501", "partial", 1),
        ("none", "0501", "partial", 1),
    ],
)
def test_results_of_the_rural_bank(
    scenario: Scenario, result: str, account_no: str, expected: str, accounts: int
) -> None:
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    scenario.add(
        "bank_sdrcb",
        "accounts",
        inquiry_no=inquiry_no,
        result=result,
        account_no=account_no,
        holder_name="测试甲",
        replied_at=REPLIED_AT,
    )
    con = staged(scenario)
    assert one(con, "FROM reply_answer")["result"] == expected
    assert len(rows(con, "FROM asset_record")) == accounts


@pytest.mark.parametrize(
    ("account_no", "expected"), [("0601", "found"), ("查无开户信息", "none"), ("查询失败", "error")]
)
def test_results_of_the_postal_bank(scenario: Scenario, account_no: str, expected: str) -> None:
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    scenario.add(
        "bank_psbc",
        "accounts",
        inquiry_no=inquiry_no,
        asked_name="测试甲",
        account_no=account_no,
        holder_name="测试甲",
        replied_at=REPLIED_AT,
    )
    assert result_of(scenario, "bank_psbc") == expected


def test_an_answer_of_which_a_file_is_missing_is_partial(scenario: Scenario) -> None:
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    scenario.add(
        "bank_sdrcb", "accounts", inquiry_no=inquiry_no, result="found", account_no="0501", replied_at=REPLIED_AT
    )
    con = attached(scenario)
    con.execute("SET VARIABLE business_date = $day", {"day": scenario.business_date})
    answer_dates(con)
    con.execute(
        "INSERT INTO reply_batch BY NAME SELECT 'bank_sdrcb' AS source, $batch AS batch, false AS complete",
        {"batch": inquiry_no[:11]},
    )
    build_debtors(con, scenario.business_date)
    run_sql(con, "profiles", "replies")
    assert one(con, "FROM reply_answer")["result"] == "partial"


def night(scenario: Scenario, serial: str, asked_on: date, case_no: str, answer: tuple[str, dict[str, str]]) -> None:
    """One more night of asking one bank about the same debtor. `answer`: result, and account number -> balance."""
    result, accounts = answer
    debtor_id = scenario.debtor_id(PERSON_A)
    scenario.ask(
        serial,
        debtor_id,
        case_no,
        ["bank_boc"],
        business_date=asked_on,
        name="测试甲",
        id_type="resident_id",
        id_number=PERSON_A,
    )
    scenario.add(
        "bank_boc",
        "inquiries",
        inquiry_no=serial,
        result=result,
        match_basis="id_and_name",
        replied_at=f"{asked_on} 22:00:00",
    )
    for sequence, (number, balance) in enumerate(accounts.items(), start=1):
        xml_account(
            scenario,
            "bank_boc",
            serial,
            sequence=sequence,
            account_no=number,
            balance=balance,
            holder_name="测试甲",
            type_raw="活期一本通",
        )


SATURDAY, SUNDAY, MONDAY = date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 23)


@pytest.mark.parametrize(
    ("nights", "present"),
    [
        # a night's found or none replaces the earlier answer
        ([("found", {"1": "10.00"}), ("found", {"2": "20.00"})], {"2": "20.00"}),
        ([("found", {"1": "10.00"}), ("none", {})], {}),
        # error leaves it standing
        ([("found", {"1": "10.00"}), ("error", {})], {"1": "10.00"}),
        # what is answered in part comes on top
        ([("found", {"1": "10.00"}), ("partial", {"2": "20.00"})], {"1": "10.00", "2": "20.00"}),
        ([("found", {"1": "10.00"}), ("none", {}), ("error", {})], {}),
    ],
)
def test_the_newest_answer_is_the_present_state(
    scenario: Scenario, nights: list[tuple[str, dict[str, str]]], present: dict[str, str]
) -> None:
    case_no = scenario.debtor("测试甲", PERSON_A)
    days = [SATURDAY, SUNDAY, MONDAY][-len(nights) :]
    for day, answer in zip(days, nights, strict=True):
        night(scenario, f"Q{day:%Y%m%d}01-000001", day, case_no, answer)
    found = rows(staged(scenario), "SELECT record_id, gross_value FROM asset_record")
    assert {row["record_id"]: str(row["gross_value"]) for row in found} == present


def test_answers_to_two_cases_of_one_batch_belong_together(scenario: Scenario) -> None:
    """One case answered, the other failed, a third found one more account: all answered ones count together."""
    case_no = scenario.debtor("测试甲", PERSON_A)
    night(scenario, "Q2026112301-000001", MONDAY, case_no, ("found", {"1": "10.00"}))
    night(scenario, "Q2026112301-000002", MONDAY, case_no, ("error", {}))
    night(scenario, "Q2026112301-000003", MONDAY, case_no, ("found", {"1": "10.00", "2": "20.00"}))
    found = rows(staged(scenario), "SELECT DISTINCT identifier FROM asset_record ORDER BY 1")
    assert [row["identifier"] for row in found] == ["bank_boc:1", "bank_boc:2"]


def test_answers_about_people_who_are_no_longer_debtors_are_nobodys(scenario: Scenario) -> None:
    scenario.ask(
        "Q2026112301-000009",
        "D000000000000000000000000",
        "（2020）测0499执9号",
        ["bank_boc"],
        name="旧人",
        id_number=None,
    )
    scenario.add("bank_boc", "inquiries", inquiry_no="Q2026112301-000009", result="found", replied_at=REPLIED_AT)
    xml_account(scenario, "bank_boc", "Q2026112301-000009", holder_name="旧人")
    con = staged(scenario)
    assert (rows(con, "FROM reply_answer"), rows(con, "FROM party")) == ([], [])


def test_a_working_days_source_answers_the_weekend_on_monday(scenario: Scenario) -> None:
    case_no = scenario.debtor("示例建材有限公司", FIRM)
    for day in (SATURDAY, SUNDAY, MONDAY):
        scenario.ask(
            f"Q{day:%Y%m%d}01-000001", scenario.debtor_id(FIRM), case_no, ["tax", "bank_boc"], business_date=day
        )
    con = attached(scenario)
    answer_dates(con)
    due: dict[Any, Any] = {
        (row["source"], row["asked_on"]): row["answered_on"]
        for row in rows(con, "FROM answer_date WHERE source IN ('tax', 'bank_boc')")
    }
    assert {day: due["tax", day] for day in (SATURDAY, SUNDAY, MONDAY)} == {
        SATURDAY: MONDAY,
        SUNDAY: MONDAY,
        MONDAY: MONDAY,
    }
    assert {day: due["bank_boc", day] for day in (SATURDAY, SUNDAY)} == {SATURDAY: SATURDAY, SUNDAY: SUNDAY}
