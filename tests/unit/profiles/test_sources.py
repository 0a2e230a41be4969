"""What sources delivered and answered: source_status over nights, source_reply per debtor."""

from datetime import date, timedelta
from pathlib import Path

from asking import REPLYING
from given import number_of
from scenario import BUSINESS_DATE, FIRM, PERSON_A, Scenario

SUNDAY, MONDAY = BUSINESS_DATE - timedelta(days=1), BUSINESS_DATE


def ask(s: Scenario, day: date, debtor_id: str, case_no: str, sources: tuple[str, ...] = REPLYING) -> str:
    inquiry_no = f"Q{day:%Y%m%d}01-000001"
    s.ask(
        inquiry_no,
        debtor_id,
        case_no,
        sources,
        business_date=day,
        name="测试甲",
        id_type="resident_id",
        id_number=PERSON_A,
    )
    return inquiry_no


def answer(s: Scenario, bank: str, inquiry_no: str, result: str) -> None:
    day = f"{inquiry_no[1:5]}-{inquiry_no[5:7]}-{inquiry_no[7:9]}"
    s.add(
        bank, "inquiries", inquiry_no=inquiry_no, result=result, match_basis="id_and_name", replied_at=f"{day} 22:00:00"
    )
    if result == "found":
        s.add(
            bank,
            "accounts",
            inquiry_no=inquiry_no,
            sequence=1,
            account_no="1",
            holder_name="测试甲",
            holder_id=PERSON_A,
        )


def test_the_newest_question_decides_and_silence_counts_only_when_due(tmp_path: Path) -> None:
    s = Scenario(tmp_path, business_date=SUNDAY)
    debtor_id = s.debtor_id(PERSON_A)
    case_no = s.debtor("测试甲", PERSON_A)
    s.debtor("示例建材有限公司", FIRM)
    before, now = ask(s, SUNDAY - timedelta(days=1), debtor_id, case_no), ask(s, SUNDAY, debtor_id, case_no)
    for bank, earlier, later in (
        ("bank_boc", "found", "none"),
        ("bank_abc", "found", "error"),
        ("bank_ccb", "found", "found"),
    ):
        answer(s, bank, before, earlier)
        answer(s, bank, now, later)
    answer(s, "bank_icbc", before, "found")
    answer(s, "bank_icbc", now, "partial")
    answer(s, "bank_icbc", "Q2026112001-000001", "none")  # nobody asked that
    published = s.build()
    found = {row["source"]: row["result"] for row in published.rows("source_reply", debtor_id=debtor_id)}
    assert found == {
        "bank_boc": "none",
        "bank_abc": "error",
        "bank_ccb": "found",
        "bank_icbc": "partial",
        "bank_sdrcb": "no_reply",
        "bank_psbc": "no_reply",
        "household": "no_reply",
        # the tax office answers the weekend on Monday
        "tax": "not_due",
    }
    replied = published.one("source_reply", debtor_id=debtor_id, source="bank_abc")
    assert (str(replied["asked_at"]), str(replied["replied_at"])) == ("2026-11-22 18:55:00", "2026-11-22 22:00:00")
    firm = {row["source"]: row["result"] for row in published.rows("source_reply", debtor_id=s.debtor_id(FIRM))}
    assert firm == dict.fromkeys(REPLYING[1:], "not_asked")
    s.close()


def night(folder: Path, day: date, asked_days: tuple[date, ...], *, answered: tuple[date, ...]) -> Scenario:
    s = Scenario(folder, business_date=day)
    case_no = s.debtor("测试甲", PERSON_A)
    for asked_day in asked_days:
        inquiry_no = ask(s, asked_day, s.debtor_id(PERSON_A), case_no, ("tax",))
        if asked_day in answered:
            s.add("tax", "taxpayers", inquiry_no=inquiry_no, result="none", replied_at="2026-11-23 22:10:00")
    return s


def test_a_status_per_night_and_answers_that_come_later_are_counted_where_they_were_asked(tmp_path: Path) -> None:
    first = night(tmp_path, SUNDAY, (SUNDAY,), answered=())
    first.outcome("tax", outcome="unchanged", mode=None, message="按约定当日无件")
    before = first.build(name="sunday.duckdb")
    second = night(tmp_path, MONDAY, (SUNDAY, MONDAY), answered=(SUNDAY, MONDAY))
    second.outcome("tax", mode="reply", rows_delivered=2, rows_accepted=2, rows_quarantined=0)
    published = second.build(previous=before, name="monday.duckdb")
    found = [
        (row["business_date"], row["outcome"], row["debtors_asked"], row["debtors_answered"])
        for row in published.rows("source_status")
    ]
    assert [row["debtors_answered"] for row in before.rows("source_status")] == [0]
    assert found == [(SUNDAY, "unchanged", 1, 1), (MONDAY, "loaded", 1, 1)]
    first.close()
    second.close()


def test_refused_rows_are_shown_as_they_came(tmp_path: Path) -> None:
    s = Scenario(tmp_path)
    s.debtor("测试甲", number_of(1))
    row = {
        "source": "land",
        "business_date": BUSINESS_DATE,
        "file": "land_full.zip",
        "table_name": "rights",
        "row_no": 7,
    }
    s.quarantined(**row, reasons=["missing_key"], severity="reject", raw="{}")
    published = s.build()
    assert published.one("quarantine") == {**row, "reasons": ["missing_key"], "severity": "reject", "raw": "{}"}
    s.close()
