"""A hundred mutants of every delivered form; ``make fuzz`` runs two thousand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.formats import ReadReport, read_file
from core.duck import connect
from core.settings import Settings
from tests.fuzz import invariant, run
from tests.fuzz.invariant import Check
from tests.fuzz.least import least_rows
from tests.fuzz.mutations import mutant
from tests.fuzz.originals import FORMS, deliver, original
from tests.fuzz.run import Finding, run_batch

SEED = "make test"


@pytest.fixture(scope="session")
def drops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return deliver(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("form", FORMS)
def test_no_mutant_loses_a_row_or_breaks_the_reader(form: str, drops: Path) -> None:
    outcome = run_batch(form, drops, SEED, 0, 100)
    assert not isinstance(outcome, Finding), outcome
    assert outcome["refused"] + outcome["read"] == 100


def test_the_second_count_agrees_with_the_senders(drops: Path) -> None:
    for form in FORMS:
        source = original(form, drops)
        if form == "control" or source.contract.format.kind == "xlsx_by_hand":
            continue
        (control,) = drops.rglob(f"{source.name}.ok")
        stated = json.loads(control.read_text(encoding="utf-8"))["rows"]
        counted = least_rows(source.contract, source.file_id, source.data, source.data)
        assert {table: stated[table] for table in counted} == dict(counted), form
        assert sum(counted.values()), form


def test_a_reader_that_drops_a_row_is_a_finding(drops: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Damage to the last record costs none of the others; a reader for which it does is caught, whatever it counts."""
    for number, form in enumerate(("csv_tabs", "jsonl", "xml", "zip_of_csv", "xlsx", "xml_delta")):
        source = original(form, drops)
        check = Check(connect(Settings(threads=1)), source, tmp_path / str(number), begin=lambda step: None)
        check.work.mkdir()
        monkeypatch.setattr(invariant, "read_file", forgetful)
        with pytest.raises(AssertionError, match="are lost"):
            check.of({"as delivered": source.data})
        monkeypatch.undo()


def forgetful(*arguments: Any, **options: Any) -> ReadReport:
    """The reader, which loses the last row of every table and counts as if it had never been there."""
    report = read_file(*arguments, **options)
    return replace(report, rows={table: max(rows - 1, 0) for table, rows in report.rows.items()})


def test_a_seed_makes_the_same_mutant_again_and_mutants_differ(drops: Path) -> None:
    for form in FORMS:
        source = original(form, drops)
        kind = source.contract.format.kind if form != "control" else "json_pages"
        made = [mutant(kind, source.data, f"{form}-{number}") for number in range(30)]
        assert made == [mutant(kind, source.data, f"{form}-{number}") for number in range(30)]
        assert sum(data != source.data for data in made) > 25


def test_a_lost_row_a_crash_and_a_hang_are_findings(
    drops: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = original("csv_tabs", drops)
    check = Check(connect(Settings(threads=1)), source, tmp_path, begin=lambda step: None)
    assert check.of({"as delivered": source.data}).accepted > 0
    table = source.contract.file(source.file_id).tables[0]
    with pytest.raises(AssertionError, match="lost"):
        check._filter(table, [check.tally.accepted + 1], ["as delivered"])
    crashed = run_batch("no such form", drops, SEED, 0, 1)
    assert isinstance(crashed, Finding)
    assert "KeyError" in crashed.what
    monkeypatch.setattr(run, "PATIENCE", 0.1)
    hanging = run_batch("csv_tabs", drops, SEED, 0, 1)
    assert isinstance(hanging, Finding)
    assert "no end" in hanging.what
