from __future__ import annotations

from pathlib import Path

import pytest

from connectors.formats import reading
from connectors.formats.reading import Reading
from connectors.formats.text_table import TextTable
from data_contracts import load


def open_reading(tmp_path: Path) -> Reading:
    contract = load("vehicles")
    table = TextTable(tmp_path / "vehicles.parquet", contract.table("vehicles"))
    return Reading(contract, contract.file("base"), tmp_path, "vehicles_base.txt", {"vehicles": table})


def test_long_records_are_handed_over_before_a_batch_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PACE", 100)
    handed_over: list[int] = []
    monkeypatch.setattr(TextTable, "flush", lambda _table: handed_over.append(read))
    read = 0
    for block in open_reading(tmp_path).paced(["x" * 40] * 10):
        read += len(block)
    assert handed_over == [120, 240, 360]


def test_the_same_warning_is_given_once(tmp_path: Path) -> None:
    file = open_reading(tmp_path)
    file.warn("twice")
    file.warn("twice")
    assert [(warning.code, warning.message) for warning in file.warnings] == [("unexpected_layout", "twice")]


def test_a_refusal_names_file_place_and_what_to_do(tmp_path: Path) -> None:
    error = open_reading(tmp_path).refuse("no header", place="rights.csv")
    assert error.verdict == "unexpected_layout"
    assert str(error) == (
        "no header [vehicles_base.txt, rights.csv] -> ask the agency for a corrected file; the last good state stays"
    )
