from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks import contest, report
from benchmarks.contest import Results, splink_names
from benchmarks.measure import Measured
from benchmarks.peers.exact import exact_links
from benchmarks.report import Findings, write_report
from benchmarks.run import _parser, _plan
from benchmarks.score import score
from benchmarks.targets import hardness


def test_the_report_tells_everything_and_no_path(task: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report.environment, "version", lambda *_: "5.0.0")
    plan = _plan(_parser().parse_args(["--seeds", "21", "--debtors", "1000", "--records", "40000"]))
    results = Results(tasks=[task])
    for name, links in exact_links(task / "left.parquet", task / "right.parquet", 2).items():
        pq.write_table(links, tmp_path / f"{name}.parquet")
        results.add(name, tmp_path / f"{name}.parquet", None)
    trained, saved = splink_names(1e6)
    for name in (trained, saved, contest.OURS_TRAINED, contest.OURS_SAVED):
        results.add(name, tmp_path / "exact number.parquet", Measured(10.0, 500.0, ""))
    scores = {name: score(results.pool(name)) for name in results.links}
    checked = hardness(*(scores[name] for name in (*contest.EXACT, trained)))
    findings = Findings(plan, "python", (trained, saved), scores, results, checked)
    write_report(findings, tmp_path / "linkage.md")
    text = (tmp_path / "linkage.md").read_text(encoding="utf-8")
    for wanted in (
        "2 threads",
        "recall of the exact number",
        "chakong, saved model",
        "By kind of trouble",
        "100% of splink",
    ):
        assert wanted in text, wanted
    assert str(tmp_path) not in text
    assert "/" + "work" not in text
