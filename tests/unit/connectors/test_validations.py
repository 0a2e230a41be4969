"""What is kept of a judgement beside its delivery."""

from __future__ import annotations

from pathlib import Path

from connectors import validations
from connectors.validations import Run
from core.store import Store
from data_contracts.suite import Finding, SuiteVerdict

FOUND = Finding(
    "ExpectColumnValuesToBeBetween", "count_mismatch", "rights", "volume_share", "critical", False, 1, 1, "少", {}, 0.5
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    folder = store.deliveries / "land" / "20261122" / "d1"
    verdicts = [SuiteVerdict("land", not held, held, 1, 0.1, (FOUND,)) for held in (True, False)]
    validations.write(folder, verdicts)
    found = validations.read(folder)
    assert found.runs == (Run(False, True, (FOUND,)), Run(True, False, (FOUND,)))
    assert found.engine.startswith("Great Expectations 1.")
    assert list(validations.judged_folders(store, "land")) == [folder]


def test_nothing_is_written_when_nothing_was_judged(tmp_path: Path) -> None:
    validations.write(tmp_path, [])
    assert list(tmp_path.iterdir()) == []
