"""A key that arrives in several forms of writing is one key: stored in its normal form, and compared as stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contract_rows import Filtered, example_row, write_text

from data_contracts import load
from data_contracts.suite_frames import KEY, rows_frame

Run = Callable[..., Filtered]
NORMAL = "（2026）测0499执77号"
FORMS = ["(2026)测0499执77号", "〔2026〕测0499执77号", "（2026） 测0499执 77 号", "（２０２６）测0499执077号"]


@pytest.mark.parametrize("form", FORMS)
def test_a_case_number_is_stored_in_its_normal_form_and_flagged(run_filter: Run, form: str) -> None:
    outcome = run_filter("court_cases", "cases", [example_row("court_cases", "cases", case_no=form)], mode="delta")
    assert outcome.accepted[1]["case_no"] == NORMAL
    assert outcome.warnings(1) == ["repaired_value"]


def test_the_old_form_has_no_other_and_stays(run_filter: Run) -> None:
    row = example_row("court_cases", "cases", case_no="（2014）测执字第12号")
    outcome = run_filter("court_cases", "cases", [row], mode="delta")
    assert outcome.accepted[1]["case_no"] == "（2014）测执字第12号"
    assert outcome.warnings(1) == ["bad_checksum"]


@pytest.mark.parametrize("form", FORMS)
def test_children_find_their_parent_in_whatever_form_and_are_not_flagged_for_it(run_filter: Run, form: str) -> None:
    case = example_row("court_cases", "cases", case_no=NORMAL)
    cases = run_filter("court_cases", "cases", [case], mode="delta")
    accepted = {"cases": cases.result.accepted_path}
    debtor = example_row("court_cases", "debtors", case_no=form)
    outcome = run_filter("court_cases", "debtors", [debtor], mode="delta", accepted_parents=accepted)
    assert (outcome.accepted[1]["case_no"], outcome.warnings(1)) == (NORMAL, [])


def test_two_forms_of_one_key_are_the_same_key_twice(run_filter: Run) -> None:
    first, again = (example_row("court_cases", "cases", case_no=form) for form in (NORMAL, FORMS[0]))
    repeated = run_filter("court_cases", "cases", [first, again], mode="delta")
    assert (repeated.warnings(1), repeated.warnings(2)) == ([], ["duplicate_row", "repaired_value"])
    differing = run_filter("court_cases", "cases", [first, {**again, "judge": "法官乙"}], mode="delta")
    assert differing.reasons(1) == differing.reasons(2) == ["duplicate_key"]


def test_the_suite_sees_the_same_keys(session: Any, tmp_path: Path) -> None:
    contract = load("court_cases")
    rows = [
        example_row("court_cases", "cases", case_no=form, judge=f"法官{place}")
        for place, form in enumerate((NORMAL, FORMS[0]))
    ]
    text = write_text(contract.table("cases"), rows, tmp_path / "cases.parquet")
    keys = rows_frame(session, contract, contract.table("cases"), "full", text)[KEY]
    assert (len(keys), keys.nunique()) == (2, 1)


def test_a_row_that_only_deletes_is_read_in_its_normal_form_too(run_filter: Run) -> None:
    row = dict.fromkeys(example_row("court_cases", "cases")) | {"op": "D", "case_no": FORMS[0]}
    outcome = run_filter("court_cases", "cases", [row], mode="delta")
    assert (outcome.accepted[1]["op"], outcome.accepted[1]["case_no"]) == ("D", NORMAL)
