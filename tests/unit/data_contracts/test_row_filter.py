from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from contract_rows import Filtered, example_row, write_text

from core.errors import ContractError
from data_contracts import load, sources
from data_contracts.arrow_schema import accepted_schema
from data_contracts.row_filter import FilterContext, filter_table

Run = Callable[..., Filtered]
NONE_ROW = {
    "inquiry_no": "Q2026112301-000004",
    "case_no": "（2026）测0499执131号",
}


@pytest.mark.parametrize("source", [*sources(), "inquiry"])
def test_every_example_of_every_agreement_is_accepted_without_a_word(run_filter: Run, source: str) -> None:
    contract = load(source)
    mode = "delta" if contract.mode == "extract" else "reply"
    for table in contract.tables:
        outcome = run_filter(source, table.name, [example_row(source, table.name)], mode=mode)
        assert outcome.warnings(1) == [], f"{table.name}: {outcome.reasons(1)}"
        assert 1 in outcome.accepted
        assert pq.read_schema(outcome.result.accepted_path).equals(accepted_schema(table))


# One line per documented fault: where, what arrives, why it is refused, what is flagged, what is read.
CASES: list[tuple[str, str, dict[str, str | None], set[str], set[str], dict[str, Any]]] = [
    # keys and required columns
    ("vehicles", "vehicles", {"vehicle_id": None}, {"missing_key"}, set(), {}),
    ("vehicles", "vehicles", {"vehicle_id": " 　"}, {"missing_key"}, set(), {}),
    ("vehicles", "vehicles", {"plate_type": None}, {"missing_required"}, set(), {}),
    ("vehicles", "vehicles", {"owner_name": None}, {"missing_required"}, set(), {}),
    ("vehicles", "vehicles", {"owner_name": None, "owner_id": None}, {"missing_required", "no_subject"}, set(), {}),
    ("vehicles", "vehicles", {"owner_id": None, "vin": None, "plate_no": None}, set(), set(), {"owner_id": None}),
    # op
    ("vehicles", "vehicles", {"op": "X"}, {"bad_op"}, set(), {}),
    ("vehicles", "vehicles", {"op": "U"}, {"bad_op"}, set(), {}),
    ("vehicles", "vehicles", {"op": None}, set(), set(), {"op": "I"}),
    ("vehicles", "vehicles", {"op": "新增"}, set(), {"label_for_code"}, {"op": "I"}),
    # codes and labels
    ("vehicles", "vehicles", {"plate_type": "77"}, {"unknown_code"}, set(), {}),
    ("vehicles", "vehicles", {"use_nature": "?"}, {"unknown_code"}, set(), {}),
    ("vehicles", "vehicles", {"plate_type": "小型汽车"}, set(), {"label_for_code"}, {"plate_type": "small"}),
    ("vehicles", "vehicles", {"status": "GK"}, set(), set(), {"status": ["violation_open", "seized"]}),
    ("vehicles", "vehicles", {"status": "查封、抵押"}, set(), {"label_for_code"}, {"status": ["seized", "mortgaged"]}),
    ("vehicles", "vehicles", {"status": "K-查封"}, set(), {"label_for_code"}, {"status": ["seized"]}),
    ("vehicles", "vehicles", {"status": "GX"}, {"unknown_code"}, set(), {}),
    ("vehicles", "seizures", {"kind": "1-查封"}, set(), {"label_for_code"}, {"kind": "seizure"}),
    ("vehicles", "seizures", {"kind": "1-续封"}, {"unknown_code"}, set(), {}),
    ("court_cases", "cases", {"close_mode": "终本"}, set(), {"label_for_code"}, {"close_mode": "ended_no_assets"}),
    (
        "court_cases",
        "cases",
        {"former_case_nos": '["（2014）测执字第12号"]'},
        set(),
        set(),
        {"former_case_nos": ["（2014）测执字第12号"]},
    ),
    ("court_cases", "cases", {"former_case_nos": "[]"}, set(), set(), {"former_case_nos": []}),
    ("court_cases", "cases", {"case_no": "（2014）测执字第12号"}, set(), {"bad_checksum"}, {}),
    (
        "court_cases",
        "cases",
        {"case_no": "(2026)测0499执 77号"},
        set(),
        {"repaired_value"},
        {"case_no": "（2026）测0499执77号"},
    ),
    ("bank_ccb", "accounts", {"status": "久悬"}, set(), set(), {"status": "dormant"}),
    ("bank_boc", "accounts", {"status": "久悬"}, set(), {"label_for_code"}, {"status": "dormant"}),
    ("land", "holders", {"holder_kind": "其他"}, set(), {"label_for_code"}, {"holder_kind": "other"}),
    ("planning", "permits", {"withdrawn": "否"}, set(), set(), {"withdrawn": False}),
    ("planning", "permits", {"withdrawn": "maybe"}, {"bad_type"}, set(), {}),
    ("planning", "permits", {"drawings": "TZ-001、TZ-002"}, set(), set(), {"drawings": ["TZ-001", "TZ-002"]}),
    # dates
    ("vehicles", "vehicles", {"scrap_on": "9999-12-31"}, set(), {"sentinel_date"}, {"scrap_on": None}),
    (
        "vehicles",
        "vehicles",
        {"first_registered_on": "1900-01-01"},
        set(),
        {"sentinel_date"},
        {"first_registered_on": None},
    ),
    (
        "vehicles",
        "vehicles",
        {"first_registered_on": "0000-00-00"},
        set(),
        {"sentinel_date"},
        {"first_registered_on": None},
    ),
    ("vehicles", "vehicles", {"updated_at": "1900-01-01 00:00:00"}, {"missing_required"}, set(), {}),
    ("vehicles", "vehicles", {"first_registered_on": "2020/05/01"}, {"bad_type"}, set(), {}),
    (
        "vehicles",
        "vehicles",
        {"first_registered_on": "2021-02-29"},
        set(),
        {"repaired_value"},
        {"first_registered_on": None},
    ),
    ("vehicles", "vehicles", {"updated_at": "2026-02-30 10:00:00"}, {"bad_type"}, set(), {}),
    ("household", "persons", {"birth_date": "20200230"}, set(), {"repaired_value"}, {"birth_date": None}),
    ("household", "persons", {"birth_date": "00000000"}, set(), {"sentinel_date"}, {"birth_date": None}),
    ("household", "persons", {"birth_date": "2026111"}, {"bad_type"}, set(), {}),
    (
        "household",
        "persons",
        {"replied_at": "20261123213005"},
        set(),
        set(),
        {"replied_at": datetime(2026, 11, 23, 21, 30, 5)},
    ),
    (
        "housing",
        "units",
        {"registered_at": "1477965600000"},
        set(),
        {"repaired_value"},
        {"registered_at": datetime(2016, 11, 1, 10, 0)},
    ),
    (
        "housing",
        "units",
        {"registered_at": "2020-07-01T09:00:00+08:00"},
        set(),
        {"repaired_value"},
        {"registered_at": datetime(2020, 7, 1, 9, 0)},
    ),
    (
        "development",
        "projects",
        {"updated_at": "1795165200000"},
        set(),
        set(),
        {"updated_at": datetime(2026, 11, 20, 17, 0)},
    ),
    (
        "court_cases",
        "cases",
        {"updated_at": "2026-11-23T16:00:00"},
        set(),
        {"repaired_value"},
        {"updated_at": datetime(2026, 11, 23, 16, 0)},
    ),
    (
        "court_cases",
        "cases",
        {"updated_at": "2026-11-23T08:00:00Z"},
        set(),
        {"repaired_value"},
        {"updated_at": datetime(2026, 11, 23, 16, 0)},
    ),
    ("mining", "rights", {"valid_to": "2029.4.9"}, set(), set(), {"valid_to": date(2029, 4, 9)}),
    ("mining", "rights", {"valid_from": "2005年6月1日"}, set(), set(), {"valid_from": date(2005, 6, 1)}),
    ("mining", "rights", {"valid_to": "2026.2.30"}, set(), {"repaired_value"}, {"valid_to": None}),
    (
        "mining",
        "rights",
        {"valid_from": "2019.4.10-2029.4.9", "valid_to": None},
        set(),
        {"repaired_value"},
        {"valid_from": date(2019, 4, 10), "valid_to": date(2029, 4, 9)},
    ),
    (
        "mining",
        "rights",
        {"valid_from": "2019-04-10至2029-04-09", "valid_to": None},
        set(),
        {"repaired_value"},
        {"valid_from": date(2019, 4, 10), "valid_to": date(2029, 4, 9)},
    ),
    ("bank_sdrcb", "accounts", {"opened_on": "2008/3/5"}, set(), set(), {"opened_on": date(2008, 3, 5)}),
    ("bank_psbc", "accounts", {"opened_on": "40787"}, set(), set(), {"opened_on": date(2011, 9, 1)}),
    ("bank_psbc", "accounts", {"opened_on": "1"}, set(), {"sentinel_date"}, {"opened_on": None}),
    ("bank_psbc", "accounts", {"opened_on": "1900-01-00"}, set(), {"sentinel_date"}, {"opened_on": None}),
    ("tax", "payments", {"paid_at": "2026-10-15 00:00:00"}, set(), set(), {"paid_at": date(2026, 10, 15)}),
    ("bank_abc", "accounts", {"opened_on": "19990230"}, set(), {"repaired_value"}, {"opened_on": None}),
    ("bank_icbc", "accounts", {"closed_on": "9999-12-31"}, set(), {"sentinel_date"}, {"closed_on": None}),
    # amounts
    ("bank_abc", "accounts", {"available": "-599000000"}, set(), set(), {"available": Decimal("-5990000.00")}),
    ("bank_abc", "rights", {"amount": "2000.00"}, set(), {"repaired_value"}, {"amount": Decimal("2000.00")}),
    ("bank_abc", "products", {"price": "1.250000"}, set(), set(), {"price": Decimal("1.250000")}),
    ("bank_ccb", "accounts", {"available": "-5,990,000.00"}, set(), set(), {"available": Decimal("-5990000.00")}),
    ("bank_icbc", "accounts", {"available": "20000.00-"}, set(), set(), {"available": Decimal("-20000.00")}),
    ("bank_boc", "accounts", {"balance": "1,234.56"}, set(), {"repaired_value"}, {"balance": Decimal("1234.56")}),
    ("bank_sdrcb", "accounts", {"balance": "1,250.36元"}, set(), {"repaired_value"}, {"balance": Decimal("1250.36")}),
    ("bank_sdrcb", "accounts", {"balance": "12万元"}, set(), {"repaired_value"}, {"balance": Decimal("120000.00")}),
    ("bank_sdrcb", "accounts", {"balance": "-48749.6"}, set(), set(), {"balance": Decimal("-48749.60")}),
    ("bank_boc", "accounts", {"balance": "many"}, {"bad_type"}, set(), {}),
    ("bank_boc", "accounts", {"balance": "123456789012345678901.00"}, {"bad_type"}, set(), {}),
    ("mining", "rights", {"fee_due": "120万元"}, set(), set(), {"fee_due": Decimal("120.0000")}),
    ("mining", "rights", {"area": "35.12公顷"}, set(), {"repaired_value"}, {"area": Decimal("0.3512")}),
    ("planning", "permits", {"area": "3亩"}, set(), {"repaired_value"}, {"area": Decimal("2000.00")}),
    ("tax", "payments", {"amount": "15230.504999999999"}, set(), set(), {"amount": Decimal("15230.50")}),
    ("tax", "payments", {"amount": "0.125"}, set(), set(), {"amount": Decimal("0.13")}),
    ("land", "rights", {"area": "1200.5"}, set(), set(), {"area": Decimal("1200.5000")}),
    # a unit word behind the number; 1 is m2, 2 is mu
    *(
        (
            "land",
            "rights",
            {"area": area, "area_unit": unit},
            set(),
            {"repaired_value"},
            {"area": Decimal(value), "area_unit": named},
        )
        for area, unit, value, named in [
            ("300亩", None, "300.0000", "mu"),
            ("300亩", "2", "300.0000", "mu"),
            ("300 亩", "1", "200000.0000", "m2"),
            ("1,200㎡", None, "1200.0000", "m2"),
            ("1,200㎡", "2", "1.8000", "mu"),
            ("３００亩", "3", "20.0000", "ha"),
            ("0.5平方公里", None, "500000.0000", "m2"),
        ]
    ),
    (
        "land",
        "rights",
        {"area": "300亩", "area_unit": "亩"},
        set(),
        {"repaired_value", "label_for_code"},
        {"area": Decimal("300.0000"), "area_unit": "mu"},
    ),
    ("land", "rights", {"area": "300亩", "area_unit": "9"}, {"unknown_code"}, set(), {}),
    ("land", "rights", {"area": "300垧", "area_unit": None}, {"bad_type"}, set(), {}),
    ("land", "rights", {"area": "300万元", "area_unit": None}, {"bad_type"}, set(), {}),
    ("land", "rights", {"area": "亩", "area_unit": None}, {"bad_type"}, set(), {}),
    (
        "land",
        "rights",
        {"area": "300", "area_unit": None},
        set(),
        set(),
        {"area": Decimal("300.0000"), "area_unit": None},
    ),
    ("land", "rights", {"price": "3500000元"}, set(), {"repaired_value"}, {"price": Decimal("350.0000")}),
    *(
        (
            "land",
            "mortgages",
            {"amount": amount, "amount_unit": unit},
            set(),
            {"repaired_value"},
            {"amount": Decimal(value), "amount_unit": named},
        )
        for amount, unit, value, named in [
            ("50万元", None, "50.0000", "wan_yuan"),
            ("50万元", "1", "500000.0000", "yuan"),
            ("1000元", None, "1000.0000", "yuan"),
            ("1000元", "2", "0.1000", "wan_yuan"),
            ("12345分", None, "123.4500", "yuan"),
        ]
    ),
    ("bank_abc", "accounts", {"balance": "1000元"}, set(), {"repaired_value"}, {"balance": Decimal("1000.00")}),
    ("bank_boc", "accounts", {"balance": "50万元"}, set(), {"repaired_value"}, {"balance": Decimal("500000.00")}),
    ("bank_boc", "accounts", {"balance": "50港元"}, {"bad_type"}, set(), {}),
    (
        "enterprises",
        "base",
        {"capital_registered": "5000000元"},
        set(),
        {"repaired_value"},
        {"capital_registered": Decimal("500.000000")},
    ),
    ("planning", "permits", {"area": "1,200㎡"}, set(), {"repaired_value"}, {"area": Decimal("1200.00")}),
    ("court_cases", "measures", {"wait_order": "two"}, {"bad_type"}, set(), {}),
    # identifiers
    ("household", "persons", {"id_number": "370499198503120018"}, set(), {"bad_checksum"}, {}),
    ("household", "persons", {"id_number": "３７０４９９１９８５０３１２００１７"}, set(), {"repaired_value"}, {}),
    ("household", "persons", {"id_number": "E12345678", "id_type": "414"}, set(), set(), {"id_type": "passport"}),
    ("vehicles", "vehicles", {"owner_id": "37O499198503120017"}, set(), {"repaired_value"}, {}),
    ("vehicles", "vehicles", {"owner_id": "370499198503120000"}, set(), {"suspicious_rounding"}, {}),
    ("vehicles", "vehicles", {"owner_id": "370499********0017"}, set(), {"bad_checksum"}, {}),
    ("vehicles", "vehicles", {"owner_id": "370499850312001"}, set(), set(), {}),
    ("vehicles", "vehicles", {"owner_id": "D2143569-X", "owner_id_type": "B"}, set(), set(), {}),
    ("vehicles", "vehicles", {"vin": "LSVAA000X0A000002"}, set(), {"bad_checksum"}, {}),
    ("vehicles", "vehicles", {"plate_no": "D00000"}, set(), {"bad_checksum"}, {}),
    ("vehicles", "vehicles", {"vehicle_type": "三三"}, set(), {"bad_checksum"}, {}),
    ("mining", "rights", {"holder_id": "9.1E+17"}, set(), {"suspicious_rounding"}, {}),
    (
        "mining",
        "rights",
        {"holder_id": "'91370499760000011N"},
        set(),
        {"repaired_value"},
        {"holder_id": "91370499760000011N"},
    ),
    (
        "bank_sdrcb",
        "accounts",
        {"account_no": "\t0000000000000000901"},
        set(),
        set(),
        {"account_no": "0000000000000000901"},
    ),
    (
        "bank_sdrcb",
        "accounts",
        {"account_no": "'0000000000000000902"},
        set(),
        {"repaired_value"},
        {"account_no": "0000000000000000902"},
    ),
    ("bank_sdrcb", "accounts", {"account_no": "5.01E+17"}, set(), {"suspicious_rounding"}, {}),
    ("bank_psbc", "accounts", {"account_no": "601234567890123000"}, set(), {"suspicious_rounding"}, {}),
    ("bank_ccb", "accounts", {"card_no": "6299 9900 0000 0000 012"}, set(), set(), {"card_no": "6299990000000000012"}),
    ("bank_boc", "accounts", {"card_no": "6299990000000000013"}, set(), {"bad_checksum"}, {}),
    ("housing", "units", {"unit_no": "370499 001001 GB00001 F00010001"}, set(), set(), {}),
    (
        "housing",
        "units",
        {"unit_no": "370499001001\u200bGB00001F00010001"},
        set(),
        {"repaired_value"},
        {"unit_no": "370499001001GB00001F00010001"},
    ),
    ("housing", "units", {"cert_no": "测房权证字第00001号"}, set(), set(), {}),
    ("housing", "units", {"cert_no": "鲁（2020）不动产权第1号"}, set(), {"bad_checksum"}, {}),
    (
        "bank_icbc",
        "inquiries",
        {"inquiry_no": "Q2026112301000771"},
        set(),
        {"repaired_value"},
        {"inquiry_no": "Q2026112301-000771"},
    ),
    ("bank_icbc", "accounts", {"inquiry_no": "Q2026112301000771"}, set(), set(), {"inquiry_no": "Q2026112301-000771"}),
    ("household", "persons", {"inquiry_no": "12"}, {"unknown_inquiry"}, set(), {}),
    # names
    ("household", "persons", {"name": "测□"}, set(), {"lossy_text"}, {}),
    ("household", "persons", {"name": "测（左王右莹）"}, set(), {"lossy_text"}, {}),
    ("household", "persons", {"name": "测WEI"}, set(), {"lossy_text"}, {}),
    ("household", "persons", {"name": "\ue81e测"}, set(), {"lossy_text"}, {}),
    ("household", "persons", {"name": "䶮测"}, set(), set(), {"name": "䶮测"}),
    ("household", "persons", {"name": "张　伟"}, set(), set(), {"name": "张　伟"}),
    ("bank_icbc", "accounts", {"holder_name": "测*甲"}, set(), {"lossy_text"}, {}),
    ("vehicles", "vehicles", {"owner_name": "测试甲、测试乙"}, set(), set(), {}),
    # results
    ("household", "persons", {"match_basis": "3"}, set(), {"name_only"}, {"match_basis": "name_only"}),
    ("household", "persons", {"name": None, "id_number": None}, {"no_subject"}, set(), {}),
    ("land", "rights", {"register_status": "2"}, set(), {"historic_row"}, {"register_status": "historic"}),
    ("mining", "rights", {"register_status": "注销"}, set(), {"historic_row"}, {"register_status": "ended"}),
    ("tax", "taxpayers", {"taxpayer_no": None}, {"missing_key"}, set(), {}),
    ("bank_sdrcb", "accounts", {"sub_no": None}, set(), set(), {"sub_no": None}),
]


@pytest.fixture(scope="module")
def outcomes(run_filter: Run) -> dict[int, tuple[list[str], list[str], dict[str, Any]]]:
    """Case number -> reasons, warnings, accepted row. One run per table: a run costs more than its rows."""
    by_table: dict[tuple[str, str], list[int]] = {}
    for number, case in enumerate(CASES):
        by_table.setdefault(case[:2], []).append(number)
    found: dict[int, tuple[list[str], list[str], dict[str, Any]]] = {}
    for (source, table), numbers in by_table.items():
        first = {"op": None} if load(source).table(table).has("op") else {}  # what a full may leave empty
        rows = [
            example_row(source, table, 100 + place, **first | CASES[number][2]) for place, number in enumerate(numbers)
        ]
        outcome = run_filter(source, table, rows)
        for place, number in enumerate(numbers, start=1):
            found[number] = (outcome.reasons(place), outcome.warnings(place), outcome.accepted.get(place, {}))
    return found


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=lambda number: f"{'.'.join(CASES[number][:2])}:{CASES[number][2]}"
)
def test_documented_fault(outcomes: dict[int, tuple[list[str], list[str], dict[str, Any]]], number: int) -> None:
    _, _, _, refused, flagged, values = CASES[number]
    reasons, warnings, accepted = outcomes[number]
    assert set(reasons) == refused
    assert set(warnings) == flagged
    assert {name: accepted.get(name) for name in values} == values


def test_deleted_rows_need_their_key_only(run_filter: Run) -> None:
    rows = [{"op": "D", "vehicle_id": "37049900000001"}, {"op": "D"}, {"op": "U", "vehicle_id": "37049900000002"}]
    outcome = run_filter("vehicles", "vehicles", rows, mode="delta")
    assert outcome.accepted[1]["op"] == "D"
    assert outcome.reasons(2) == ["missing_key"]
    assert set(outcome.reasons(3)) == {"missing_required", "no_subject"}


def test_a_delta_must_say_what_changed_except_where_the_agreement_lets_it_off(run_filter: Run) -> None:
    vehicles = run_filter("vehicles", "vehicles", [example_row("vehicles", "vehicles", op=None)], mode="delta")
    mining = run_filter("mining", "rights", [example_row("mining", "rights", op=None)], mode="delta")
    assert vehicles.reasons(1) == ["missing_required"]
    assert mining.accepted[1]["op"] == "U"


def test_the_same_key_with_another_content_refuses_both(run_filter: Run) -> None:
    first = example_row("land", "rights", 1)
    rows = [first, {**first, "location": "别处"}, example_row("land", "rights", 2)]
    outcome = run_filter("land", "rights", rows)
    assert outcome.reasons(1) == outcome.reasons(2) == ["duplicate_key"]
    assert list(outcome.accepted) == [3]


def test_an_identical_row_is_accepted_and_flagged(run_filter: Run) -> None:
    row = example_row("land", "rights", 1)
    outcome = run_filter("land", "rights", [row, row])
    assert outcome.warnings(1) == []
    assert outcome.warnings(2) == ["duplicate_row"]


def test_a_key_may_not_repeat_over_the_pages_of_one_reading(session: Any, tmp_path: Path) -> None:
    contract = load("development")
    table = contract.table("projects")
    row = example_row("development", "projects")
    pages = {
        "p1": write_text(table, [row], tmp_path / "1.parquet"),
        "p2": write_text(table, [{**row, "location": "别处"}], tmp_path / "2.parquet"),
    }
    result = filter_table(session, contract, table, pages, FilterContext("full"), out=tmp_path)
    assert (result.delivered, result.quarantined) == (2, 2)
    assert [row["file"] for row in pq.read_table(result.quarantine_path).to_pylist()] == ["p1", "p2"]


def test_rounded_account_numbers_of_the_postal_bank_may_repeat(run_filter: Run) -> None:
    rows = [
        example_row("bank_psbc", "accounts", account_no="601234567890123000", balance=balance) for balance in ("1", "2")
    ]
    flagged = [
        {
            **example_row("bank_psbc", "accounts", account_no="1234", balance=balance),
            "_flags": "account_no:suspicious_rounding",
        }
        for balance in ("1", "2")
    ]
    plain = [example_row("bank_psbc", "accounts", account_no="77", balance=balance) for balance in ("1", "2")]
    outcome = run_filter("bank_psbc", "accounts", rows + flagged + plain)
    assert all(outcome.warnings(place) == ["suspicious_rounding"] for place in (1, 2, 3, 4))
    assert outcome.reasons(5) == outcome.reasons(6) == ["duplicate_key"]


def test_children_need_a_parent_in_the_file_or_held(run_filter: Run, session: Any) -> None:
    parents = run_filter("land", "rights", [example_row("land", "rights", 1)])
    assert list(parents.accepted) == [1]
    session.execute("CREATE OR REPLACE TEMP TABLE held_rights AS SELECT 'TD0000000002' AS right_id")
    rows = [example_row("land", "holders", right_id=f"TD000000000{number}") for number in (1, 2, 3)]
    accepted = {"rights": parents.result.accepted_path}
    alone = run_filter("land", "holders", rows, mode="full", accepted_parents=accepted)
    with_state = run_filter(
        "land", "holders", rows, mode="full", accepted_parents=accepted, held_parents={"rights": "held_rights"}
    )
    assert [alone.reasons(place) for place in (1, 2, 3)] == [[], ["orphan_child"], ["orphan_child"]]
    assert [with_state.reasons(place) for place in (1, 2, 3)] == [[], [], ["orphan_child"]]


def test_a_first_registration_has_no_parent_yet(run_filter: Run, session: Any) -> None:
    session.execute("CREATE OR REPLACE TEMP TABLE no_rights AS SELECT 'x' AS right_id WHERE false")
    row = example_row("land", "applications", right_id=None)
    assert run_filter("land", "applications", [row], held_parents={"rights": "no_rights"}).reasons(1) == []


def test_children_inside_a_refused_parent_are_orphans_even_if_an_older_parent_is_held(
    run_filter: Run, session: Any
) -> None:
    refused = run_filter("housing", "units", [example_row("housing", "units", location=None)])
    session.execute("CREATE OR REPLACE TEMP TABLE held_units AS SELECT 'FW0000000001' AS unit_id")
    outcome = run_filter(
        "housing",
        "owners",
        [example_row("housing", "owners", unit_id="FW0000000001")],
        accepted_parents={"units": refused.result.accepted_path},
        held_parents={"units": "held_units"},
    )
    assert outcome.reasons(1) == ["orphan_child"]


def test_a_payment_of_an_unlisted_taxpayer_is_an_orphan(run_filter: Run) -> None:
    taxpayers = run_filter("tax", "taxpayers", [example_row("tax", "taxpayers", inquiry_no="Q2026112301-000002")])
    number = next(iter(taxpayers.accepted.values()))["taxpayer_no"]
    rows = [
        example_row("tax", "payments", 1, inquiry_no="Q2026112301-000002", taxpayer_no=number),
        example_row("tax", "payments", 2, inquiry_no="Q2026112301-000003", taxpayer_no=number),
    ]
    outcome = run_filter("tax", "payments", rows, accepted_parents={"taxpayers": taxpayers.result.accepted_path})
    assert (outcome.reasons(1), outcome.reasons(2)) == ([], ["orphan_child"])


def test_answers_are_held_against_the_question(run_filter: Run, session: Any) -> None:
    session.execute(
        """CREATE OR REPLACE TEMP TABLE asked AS SELECT * FROM (VALUES
        ('Q2026112301-000001', '(2026)测0499执123号', '测试甲', '370499850312001'))
        t(inquiry_no, case_no, name, id_number)"""
    )
    known = {"inquiry_no": "Q2026112301-000001"}
    rows = [
        example_row("household", "persons", hit_no="1", **known),
        example_row("household", "persons", hit_no="2", name="测试乙", **known),
        example_row("household", "persons", hit_no="3", name="测 试 甲", **known),
        example_row("household", "persons", hit_no="4", case_no="（2026）测0499执999号", **known),
        example_row("household", "persons", hit_no="5", inquiry_no="Q2026112201-000001"),
        example_row("household", "persons", hit_no="6", name="测试乙", id_number="370499197803120022", **known),
    ]
    outcome = run_filter("household", "persons", rows, asked_inquiries="asked")
    assert [outcome.warnings(place) for place in (1, 2, 3, 4)] == [[], ["name_mismatch"], [], ["unknown_parent_case"]]
    assert outcome.reasons(5) == ["unknown_inquiry"]
    assert outcome.warnings(6) == []


def test_a_name_with_a_character_spelled_out_is_no_other_name(run_filter: Run, session: Any) -> None:
    session.execute(
        """CREATE OR REPLACE TEMP TABLE asked AS SELECT * FROM (VALUES
        ('Q2026112301-000001', '（2026）测0499执123号', '测莹甲', '370499198503120017'))
        t(inquiry_no, case_no, name, id_number)"""
    )
    names = ["测（左王右莹）甲", "测YING甲", "测YING乙", "乙（左王右莹）甲", "测YING"]
    rows = [
        example_row("household", "persons", inquiry_no="Q2026112301-000001", hit_no=str(place), name=name)
        for place, name in enumerate(names, start=1)
    ]
    outcome = run_filter("household", "persons", rows, asked_inquiries="asked")
    other = ["lossy_text", "name_mismatch"]
    assert [outcome.warnings(place) for place in range(1, 6)] == [["lossy_text"], ["lossy_text"], other, other, other]


@pytest.mark.parametrize(
    ("source", "table", "row"),
    [
        (
            "household",
            "persons",
            {"result": "0", "hit_no": "0", "replied_at": "20261123213007", "reason": "库内无此号码"},
        ),
        ("household", "persons", {"result": "9", "hit_no": "0", "replied_at": "20261123213007"}),
        ("tax", "taxpayers", {"result": "无", "replied_at": "2026-11-23 22:10:02"}),
        (
            "bank_sdrcb",
            "accounts",
            {"result": "成功", "account_no": "查无开户信息", "replied_at": "2026/11/23 22:05:02"},
        ),
        ("bank_sdrcb", "accounts", {"result": "失败", "account_no": "-", "replied_at": "2026/11/23 22:05:03"}),
        (
            "bank_psbc",
            "accounts",
            {"asked_name": "测试丁", "account_no": "查无开户信息", "replied_at": "2026-11-23 22:06:01"},
        ),
        ("bank_boc", "accounts", {"sequence": "1", "account_no": " 查无开户信息。"}),
        ("bank_abc", "inquiries", {"asked_name": "测", "result": "0", "replied_at": "20261123220231"}),
    ],
)
def test_saying_none_or_error_needs_no_person(run_filter: Run, source: str, table: str, row: dict[str, str]) -> None:
    known = {name: value for name, value in NONE_ROW.items() if load(source).table(table).has(name)}
    assert list(run_filter(source, table, [known | row]).accepted) == [1]


def test_unknown_is_what_a_bank_says_that_never_tells_how_it_searched(run_filter: Run) -> None:
    outcome = run_filter("bank_abc", "inquiries", [example_row("bank_abc", "inquiries")])
    assert outcome.accepted[1]["match_basis"] == "unknown"


def test_defects_of_the_reader_are_the_only_reason(run_filter: Run) -> None:
    rows = [
        {"_defect": "wrong_field_count", "_raw": "a|b"},
        {"_defect": "decode_failed", "_raw": "\\xff"},
        {"_defect": "unreadable_record", "_raw": "{"},
    ]
    outcome = run_filter("vehicles", "vehicles", rows)
    assert [outcome.reasons(place) for place in (1, 2, 3)] == [
        ["wrong_field_count"],
        ["decode_failed"],
        ["unreadable_record"],
    ]
    assert outcome.quarantined[1]["raw"] == "a|b"


def test_flags_of_the_reader_become_warnings(run_filter: Run) -> None:
    row = {**example_row("bank_ccb", "accounts"), "_flags": "address:repaired_value;account_no:suspicious_rounding"}
    assert run_filter("bank_ccb", "accounts", [row]).warnings(1) == ["repaired_value", "suspicious_rounding"]


def test_a_quarantined_row_keeps_what_was_delivered_by_label(run_filter: Run) -> None:
    outcome = run_filter("vehicles", "seizures", [{"op": "I", "vehicle_id": " 1\t", "kind": "?"}])
    raw = json.loads(outcome.quarantined[1]["raw"])
    assert raw == {"变更标志": "I", "机动车序号": " 1\t", "查封类型": "?"}
    assert outcome.quarantined[1]["severity"] == "reject"


def test_counts_name_code_and_column_and_no_value(run_filter: Run) -> None:
    rows = [example_row("vehicles", "vehicles", place, plate_type="77", use_nature="?") for place in (1, 2)]
    outcome = run_filter("vehicles", "vehicles", rows)
    assert outcome.result.rejects == {"unknown_code": {"plate_type": 2, "use_nature": 2}}
    assert outcome.result.quarantined == 2


def test_a_reader_that_forgets_a_column_is_told(session: Any, tmp_path: Path) -> None:
    contract = load("vehicles")
    path = write_text(contract.table("seizures"), [], tmp_path / "text.parquet")
    with pytest.raises(ContractError, match="lacks columns"):
        filter_table(session, contract, "vehicles", path, FilterContext("full"), out=tmp_path)
