"""The console's benchmark: what is typed, and a report that says what was not reached."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.console import report
from benchmarks.console.run import Loaded, Results
from benchmarks.console.words import swapped


def spell(*, search: float = 80.0, errors: tuple[str, ...] = (), exchanges: int = 0) -> Loaded:
    milliseconds = {"search": [20.0] * 50 + [search] * 50, "profile": [90.0] * 100, "login": [400.0]}
    told = {"milliseconds": milliseconds, "errors": list(errors), "processor": 6.0}
    return Loaded(told, 120.0, 60.0, 500e6, exchanges)


@pytest.mark.parametrize(
    ("quiet", "exchanged", "missed"),
    [
        (spell(), spell(exchanges=10), []),
        (spell(search=150.0), spell(exchanges=10), ["search page, p99"]),
        (spell(), spell(search=200.0, exchanges=10), ["search page, p99, while the publication is exchanged"]),
        (spell(), spell(errors=("profile: 500",), exchanges=10), ["errors"]),
        (spell(), spell(exchanges=9), ["publications exchanged under load"]),
    ],
)
def test_what_is_not_reached_is_said(quiet: Loaded, exchanged: Loaded, missed: list[str], tmp_path: Path) -> None:
    results = Results(100_000, 50, 4.0, quiet, exchanged)
    assert [target.what for target in report.targets(results) if not target.reached] == missed
    report.write(results, tmp_path / "console.md")
    page = (tmp_path / "console.md").read_text(encoding="utf-8")
    assert page.count("**no**") == len(missed)
    assert "Not of full size" not in page
    assert all(error in page for error in exchanged.told["errors"])


def test_a_slip_swaps_two_neighbours() -> None:
    slips = {swapped("甲乙丙", random.Random(seed)) for seed in range(20)}
    assert slips == {"乙甲丙", "甲丙乙"}
    assert swapped("甲", random.Random(1)) == "甲"
