"""The ingest benchmark: its own delivery is one that its contract takes, and its report says what was not reached."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow.csv as arrow_csv
import pytest

from benchmarks.ingest import report, run
from benchmarks.ingest.files import HOUSEHOLD, SOURCES, Entry
from benchmarks.ingest.household import write_household
from benchmarks.ingest.ours import take
from benchmarks.ingest.run import READERS, Result, Timed
from data_contracts import load


def test_the_household_reply_is_taken_but_for_its_planned_faults(tmp_path: Path) -> None:
    path = tmp_path / "household_reply_Q2026112301.csv"
    write_household(path, 4_000)
    told = take(load("household"), "reply", [path], tmp_path)
    assert told["rows"] == 4_000
    assert 0 < told["quarantined"] < 20
    assert told["seconds"] >= told["read"] + told["filter"]
    plain = arrow_csv.read_csv(
        path,
        read_options=arrow_csv.ReadOptions(encoding="gb18030"),
        parse_options=arrow_csv.ParseOptions(invalid_row_handler=lambda _: "skip"),
    )
    assert 3_990 < plain.num_rows < 4_000


def test_every_kind_of_reader_has_a_plain_one_beside_it() -> None:
    contracts = {load(source).format.kind for source in SOURCES}
    assert contracts == {
        "csv",
        "delimited_text",
        "zip_of_csv",
        "xml",
        "bank_xml",
        "xlsx",
        "xlsx_by_hand",
        "jsonl",
        "json_pages",
    }
    assert {kind for _, kind, _, _ in SOURCES.values()} == set(READERS)


@pytest.mark.parametrize(("seconds", "said"), [(24.0, "| **no** |"), (25.1, "| **no** |"), (9.9, "| yes |")])
def test_the_report_says_what_was_not_reached(
    seconds: float, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report.environment, "version", lambda *_: "1.0")
    entry = Entry(HOUSEHOLD, "csv", "csv", "gb18030", ",", (Path(__file__),))
    ours = Timed(seconds, seconds, 700.0, 2_000_000, {"read": 1.0, "filter": 2.0, "judge": 3.0})
    result = Result(entry, ours, {"pyarrow.csv": Timed(4.0, 4.0, 900.0, 2_000_000), "slow": Timed(9.0)})
    report.write([result], 2_000_000, 1, sys.executable, tmp_path / "ingest.md")
    text = (tmp_path / "ingest.md").read_text(encoding="utf-8")
    assert said in text.split("peak memory")[0]
    assert f"| pyarrow.csv | 4.00 | 4.00 | {seconds / 4:.1f} |" in text
    assert str(tmp_path) not in text
    assert "Not of full size" not in text


@pytest.mark.parametrize(("seconds", "code"), [(10.1, 1), (9.9, 0)])
def test_a_missed_target_is_told_by_the_exit_code_and_the_report_written(
    seconds: float, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report.environment, "version", lambda *_: "1.0")
    monkeypatch.setattr(run, "peer_python", lambda *_: sys.executable)
    entry = Entry(HOUSEHOLD, "csv", "csv", "gb18030", ",", (Path(__file__),))
    monkeypatch.setattr(run.files, "make", lambda *_: [entry])
    ours = Timed(seconds, seconds, 700.0, 2_000_000, {"read": 1.0})
    monkeypatch.setattr(run, "measure", lambda *_: Result(entry, ours, {"pyarrow.csv": Timed(4.0, 4.0, 900.0, 1)}))
    written = tmp_path / "ingest.md"
    assert run.main(["--work", str(tmp_path), "--report", str(written)]) == code
    assert ("**no**" in written.read_text(encoding="utf-8")) == bool(code)
