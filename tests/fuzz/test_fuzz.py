"""A hundred mutants of every delivered form; ``make fuzz`` runs two thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.duck import connect
from core.settings import Settings
from tests.fuzz import run
from tests.fuzz.invariant import Check
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
