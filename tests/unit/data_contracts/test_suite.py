from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from contract_rows import example_row, write_text

from data_contracts import load, suite
from data_contracts.row_filter import FilterContext, FilterResult, filter_table
from data_contracts.suite import DeliveryFacts, SuiteVerdict
from data_contracts.suite_expectations import Check, batch_definition, validate

SUNDAY = date(2026, 11, 22)
Judge = Callable[..., tuple[SuiteVerdict, FilterResult]]


@pytest.fixture(scope="module")
def judge_rows(session: Any, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Filter and judge one table: ``judge_rows(source, table, rows, mode, **facts)``."""

    def run(source: str, table: str, rows: list[dict[str, str | None]], mode: str, **facts: Any) -> Any:
        contract = load(source)
        folder = tmp_path_factory.mktemp("suite")
        path = write_text(contract.table(table), rows, folder / "text.parquet")
        filtered = filter_table(session, contract, table, path, FilterContext(mode), out=folder)
        given = {
            "mode": mode,
            "business_date": SUNDAY,
            "data_as_of": datetime(2026, 11, 22, 20),
            "delivered": {table: len(rows)},
            "quarantined": {table: filtered.quarantined},
        }
        verdict = suite.judge(session, contract, DeliveryFacts(**given | facts), {table: path})
        if filtered.distinct:
            told = DeliveryFacts(**given | facts, distinct={table})
            assert suite.judge(session, contract, told, {table: path}).results == verdict.results
        return verdict, filtered

    return run


def vehicles(count: int, **fields: str | None) -> list[dict[str, str | None]]:
    return [example_row("vehicles", "vehicles", place, **fields) for place in range(count)]


def test_a_good_full_is_taken(judge_rows: Judge) -> None:
    verdict, _ = judge_rows("vehicles", "vehicles", vehicles(60), "full", last_full={"vehicles": 60})
    assert (verdict.success, verdict.held, verdict.findings) == (True, False, ())
    assert verdict.evaluated > 5


def test_every_expectation_says_what_it_found(judge_rows: Judge) -> None:
    verdict, _ = judge_rows("vehicles", "vehicles", vehicles(60), "full", last_full={"vehicles": 100})
    volume = next(result for result in verdict.results if result.column == "volume_share")
    assert (volume.table, volume.observed, volume.limits, volume.success) == (
        "vehicles",
        0.6,
        {"min_value": 0.7, "strict_min": True},
        False,
    )
    key = next(result for result in verdict.results if result.code == "duplicate_key")
    assert (key.table, key.evaluated, key.unexpected, key.limits) == ("vehicles", 60, 0, {"mostly": 0.5})
    assert len(verdict.results) == verdict.evaluated
    assert all(0 <= result.unexpected <= result.evaluated for result in verdict.results)


def test_a_full_far_below_the_last_is_held(judge_rows: Judge) -> None:
    verdict, _ = judge_rows("vehicles", "vehicles", vehicles(60), "full", last_full={"vehicles": 100})
    assert verdict.held
    assert [(finding.code, finding.table, finding.column) for finding in verdict.failed] == [
        ("count_mismatch", "vehicles", "volume_share")
    ]
    above, _ = judge_rows("vehicles", "vehicles", vehicles(60), "full", last_full={"vehicles": 80})
    assert not above.held


@pytest.mark.parametrize(("rows", "held"), [(70, True), (71, False)])
def test_a_full_that_lost_three_tenths_to_the_row_is_held(session: Any, rows: int, held: bool) -> None:
    verdict = suite.judge(session, load("vehicles"), full(vehicles=(rows, 100)), {})
    assert (verdict.held, verdict.success) == (held, not held)


@pytest.mark.parametrize(("rows", "codes"), [(71, []), (70, ["unusual_volume"]), (50, ["unusual_volume"])])
def test_children_that_lost_as_much_are_taken_and_said_to_be_few(session: Any, rows: int, codes: list[str]) -> None:
    verdict = suite.judge(session, load("vehicles"), full(vehicles=(100, 100), seizures=(rows, 100)), {})
    assert not verdict.held
    assert [finding.code for finding in verdict.failed] == codes


def test_children_that_are_held_are_not_called_few_besides(session: Any) -> None:
    verdict = suite.judge(session, load("vehicles"), full(vehicles=(100, 100), seizures=(49, 100)), {})
    assert [(finding.code, finding.severity) for finding in verdict.failed] == [("count_mismatch", "critical")]


def full(**tables: tuple[int, int]) -> DeliveryFacts:
    """A full without rows to look at: table -> its rows and those of the last one."""
    return DeliveryFacts(
        "full",
        SUNDAY,
        None,
        delivered={name: now for name, (now, _) in tables.items()},
        quarantined={},
        last_full={name: before for name, (_, before) in tables.items()},
    )


def test_a_few_rows_less_are_ordinary(judge_rows: Judge) -> None:
    verdict, _ = judge_rows("vehicles", "vehicles", vehicles(3), "full", last_full={"vehicles": 20})
    assert verdict.success


@pytest.mark.parametrize(("table", "held"), [("seizures", True), ("applications", False)])
def test_children_may_not_halve_but_procedures_in_progress_may(judge_rows: Judge, table: str, held: bool) -> None:
    rows = [example_row("vehicles", table, place) for place in range(10)]
    verdict, _ = judge_rows("vehicles", table, rows, "full", last_full={table: 100})
    assert verdict.held is held


def test_a_full_that_calls_itself_a_delta_is_held(judge_rows: Judge) -> None:
    facts = {"last_full": {"vehicles": 100}, "whole_inserts": {"vehicles"}}
    verdict, _ = judge_rows("vehicles", "vehicles", vehicles(60), "delta", **facts)
    assert [finding.code for finding in verdict.failed] == ["mode_mismatch"]
    assert verdict.held
    some, _ = judge_rows("vehicles", "vehicles", vehicles(40), "delta", **facts)
    assert not some.held


def test_a_file_cut_where_spreadsheets_end_is_held(session: Any) -> None:
    facts = {"mode": "reply", "business_date": SUNDAY, "data_as_of": None, "quarantined": {}}
    cut = suite.judge(session, load("bank_sdrcb"), DeliveryFacts(delivered={"accounts": 65_535}, **facts), {})
    whole = suite.judge(session, load("bank_sdrcb"), DeliveryFacts(delivered={"accounts": 65_534}, **facts), {})
    assert (cut.held, whole.held) == (True, False)


@pytest.mark.parametrize(("before", "held"), [(70_000, True), (65_400, True), (65_536, False)])
def test_a_full_is_cut_whether_the_last_one_was_larger_or_not(session: Any, before: int, held: bool) -> None:
    facts = {"mode": "full", "business_date": SUNDAY, "data_as_of": None, "quarantined": {}}
    counts = {"delivered": {"mortgages": 65_536}, "last_full": {"mortgages": before}}
    assert suite.judge(session, load("vehicles"), DeliveryFacts(**counts, **facts), {}).held is held


def test_a_table_most_of_whose_rows_fail_is_held(judge_rows: Judge) -> None:
    verdict, filtered = judge_rows("vehicles", "vehicles", vehicles(60, plate_type="neu"), "full")
    assert filtered.quarantined == 60
    assert verdict.held
    assert {finding.code for finding in verdict.failed} == {"unexpected_layout", "unknown_code"}


def test_small_deliveries_are_never_held_for_their_rows(judge_rows: Judge) -> None:
    verdict, filtered = judge_rows("vehicles", "vehicles", vehicles(49, plate_type="neu"), "full")
    assert filtered.quarantined == 49
    assert (verdict.held, verdict.success) == (False, True)


def test_old_data_are_taken_and_said_to_be_old(judge_rows: Judge) -> None:
    verdict, _ = judge_rows("vehicles", "vehicles", vehicles(3), "delta", data_as_of=datetime(2026, 11, 18, 20))
    assert (verdict.held, verdict.success) == (False, False)
    assert [finding.column for finding in verdict.failed] == ["age_days"]


def test_expectations_and_row_filter_agree(judge_rows: Judge) -> None:
    rows = [
        *vehicles(50),
        *[example_row("vehicles", "vehicles", 100, brand=brand) for brand in ("甲", "乙", "丙")],
        *[example_row("vehicles", "vehicles", 200 + place, plate_type="77") for place in range(7)],
        *[example_row("vehicles", "vehicles", 300 + place, plate_type="02 - 小型汽车") for place in range(5)],
        *[example_row("vehicles", "vehicles", 400 + place, status="G?") for place in range(4)],
        *[example_row("vehicles", "vehicles", 500 + place, status="查封、抵押") for place in range(3)],
        *[example_row("vehicles", "vehicles", 600 + place, owner_name="　") for place in range(6)],
        *[example_row("vehicles", "vehicles", 700 + place, updated_at="1900-01-01 00:00:00") for place in range(2)],
        {**example_row("vehicles", "vehicles"), "vehicle_id": None},
        {"op": "D", "vehicle_id": "37049900009999"},
        {"_defect": "wrong_field_count", "_raw": "x|y"},
    ]
    verdict, filtered = judge_rows("vehicles", "vehicles", rows, "delta")
    by_gx = {(finding.code, finding.column): finding.unexpected for finding in verdict.findings}
    by_sql = {
        (code, column): count
        for code, columns in filtered.rejects.items()
        for column, count in columns.items()
        if code != "wrong_field_count"
    }
    assert by_gx == by_sql
    assert by_gx == {
        ("duplicate_key", ""): 3,
        ("unknown_code", "plate_type"): 7,
        ("unknown_code", "status"): 4,
        ("missing_required", "owner_name"): 6,
        ("missing_required", "updated_at"): 2,
        ("missing_key", "vehicle_id"): 1,
    }


def test_both_agree_on_answers_that_say_none(judge_rows: Judge) -> None:
    none = {"case_no": "（2026）测0499执1号", "result": "无", "replied_at": "2026-11-23 22:10:02"}
    rows: list[dict[str, str | None]] = [{**none, "inquiry_no": f"Q2026112301-{place:06d}"} for place in range(60)]
    rows.append(example_row("tax", "taxpayers", inquiry_no="Q2026112301-000100", taxpayer_no=None))
    verdict, filtered = judge_rows("tax", "taxpayers", rows, "reply")
    assert {(finding.code, finding.column): finding.unexpected for finding in verdict.findings} == {
        ("missing_key", "taxpayer_no"): 1
    }
    assert filtered.rejects == {"missing_key": {"taxpayer_no": 1}}


def test_rows_refused_for_something_else_still_say_that_a_key_is_there_twice(judge_rows: Judge) -> None:
    verdict, filtered = judge_rows("vehicles", "vehicles", [*vehicles(60), *vehicles(2, owner_name=None)], "full")
    assert not filtered.distinct
    assert {finding.code for finding in verdict.findings} >= {"duplicate_key", "missing_required"}


def test_a_verdict_is_plain_json_without_values(judge_rows: Judge) -> None:
    rows = vehicles(60, plate_type="SECRET-CODE", owner_name=None)
    verdict, _ = judge_rows("vehicles", "vehicles", rows, "full")
    kept = [asdict(result) for result in verdict.results]
    text = json.dumps([verdict.as_json(), kept], ensure_ascii=False)
    assert "SECRET-CODE" not in text
    assert "37049900" not in text
    assert all(finding.means for finding in verdict.findings)


def test_great_expectations_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, data_contracts.suite; sys.exit('great_expectations' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[3]).returncode == 0


def test_judging_calls_nobody(judge_rows: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    batch_definition.cache_clear()
    monkeypatch.setattr(socket.socket, "connect", refuse)
    verdict, _ = judge_rows("vehicles", "vehicles", vehicles(60), "full")
    assert verdict.success
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"


def test_an_expectation_that_cannot_be_evaluated_holds_the_delivery() -> None:
    import pandas

    check = Check("ExpectColumnValuesToNotBeNull", {"column": "gone"}, "missing_key", "t", "gone", "critical", "x")
    findings, evaluated = validate([check], pandas.DataFrame({"here": [1]}))
    assert evaluated == 1
    assert [(finding.success, finding.severity) for finding in findings] == [(False, "critical")]
