"""A hundred mutants of every delivered form; ``make fuzz`` runs two thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

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
    assert outcome["refused"] + outcome["read"] == 100  # type: ignore[operator]


def test_a_seed_makes_the_same_mutant_again_and_mutants_differ(drops: Path) -> None:
    for form in FORMS:
        source = original(form, drops)
        kind = source.contract.format.kind if form != "control" else "json_pages"
        made = [mutant(kind, source.data, f"{form}-{number}") for number in range(30)]
        assert made == [mutant(kind, source.data, f"{form}-{number}") for number in range(30)]
        assert sum(data != source.data for data in made) > 25
