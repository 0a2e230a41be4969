"""docs/benchmarks/linkage.md, written by the run itself."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import duckdb
import numpy as np
import psutil

from benchmarks.contest import EXACT, OURS_SAVED, OURS_TRAINED, Plan, Results
from benchmarks.measure import Measured
from benchmarks.peers import environment
from benchmarks.score import Score, best_f1
from benchmarks.targets import Target
from benchmarks.tell import part_table, wrong_table

_COMMAND = "make bench-link"


@dataclass
class Findings:
    """All that the report tells. `splink` names the setting that serves it best, training and saved."""

    plan: Plan
    peer: str
    splink: tuple[str, str]
    scores: dict[str, Score]
    results: Results
    hardness: list[Target]
    targets: list[Target] = field(default_factory=list)
    febrl: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    clerks: dict[str, Score] = field(default_factory=dict)


def write_report(findings: Findings, path: Path) -> None:
    """One page, in the order of the questions a reader has."""
    sections = [
        _head(findings),
        "## Is the task hard enough?\n\n" + target_table(findings.hardness),
        "## What was to be reached\n\n" + target_table(findings.targets) if findings.targets else "",
        "## Everybody on the same data\n\n" + _entrants(findings),
        _febrl(findings),
        _clerks(findings),
        _details(findings),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(section for section in sections if section) + "\n", encoding="utf-8")


def target_table(targets: list[Target]) -> str:
    """Targets, wanted and measured."""
    rows = [
        f"| {target.what} | {target.wanted} | {target.measured} | {'yes' if target.reached else '**no**'} |"
        for target in targets
    ]
    return "| | wanted | measured | reached |\n|---|--:|--:|---|\n" + "\n".join(rows)


def pair_score(task: Path, name: str) -> tuple[float, float, float, float]:
    """Threshold, precision, recall and F1 of links where only the true pairs are known."""
    connection = duckdb.connect()
    found = connection.execute(
        f"""SELECT probability, t.left_id IS NOT NULL AS correct FROM '{task}/{name}.parquet' l
            LEFT JOIN '{task}/truth.parquet' t USING (left_id, right_id) ORDER BY probability DESC"""
    ).to_arrow_table()
    pairs = connection.execute(f"SELECT count(*) FROM '{task}/truth.parquet'").fetchall()[0][0]
    correct = found["correct"].to_numpy(zero_copy_only=False).astype(np.int64)
    return best_f1(found["probability"].to_numpy(), correct, int(pairs))


def _head(findings: Findings) -> str:
    plan, memory = findings.plan, psutil.virtual_memory().total / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "numpy", "rapidfuzz"))
    peers = ", ".join(f"{name} {environment.version(findings.peer, name)}" for name in ("splink", "duckdb"))
    return f"""# Linkage benchmark

Written by `{_COMMAND}` on {time.strftime("%Y-%m-%d")}; do not edit. Generated data only: county code 370499 was never
assigned.

- Machine: {os.cpu_count()} cores, {memory:.0f} GiB of memory, Python {platform.python_version()};
  {plan.threads} threads for everybody.
- Ours: {packages}. Peer, in an environment of its own: {peers}.
- {plan.debtors:,} debtors × {plan.records:,} records per seed; seeds {", ".join(map(str, plan.seeds))}, pooled.
- Every run is a process of its own, from reading Parquet to writing Parquet. Memory is the peak of what the process
  and its children hold, sampled every 20 ms."""


def _entrants(findings: Findings) -> str:
    head = (
        "| | best F1 | at | precision | recall | confirmed precision | wrong | confirmed recall | seconds | peak MB |\n"
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    )
    rows = [_entrant(name, score, findings.results.runs.get(name, [])) for name, score in findings.scores.items()]
    return (
        head
        + "\n".join(rows)
        + f"""

Splink's confirmed links are those from 0.99 on; a baseline's are all. Seconds are the mean of the seeds, for each the
fastest of {findings.plan.repeat} runs. The targets compare with the setting of Splink that has the better F1:
{findings.splink[0]}. {_other_settings(findings)}"""
    )


def _entrant(name: str, score: Score, runs: list[Measured]) -> str:
    seconds = f"{sum(run.seconds for run in runs) / len(runs):.1f}" if runs else "–"
    peak = f"{max(run.peak for run in runs):,.0f}" if runs else "–"
    return (
        f"| {name} | {score.best_f1:.4f} | {score.best_threshold:.3f} | {score.best_precision:.4f} "
        f"| {score.best_recall:.4f} | {score.confirmed_precision:.5f} | {score.confirmed_wrong} "
        f"| {score.confirmed_recall:.4f} | {seconds} | {peak} |"
    )


def _other_settings(findings: Findings) -> str:
    """Ours by each setting of Splink, so that nobody has to wonder about the other one."""
    runs, told = findings.results.runs, []
    for name, ours in ((OURS_TRAINED, "training"), (OURS_SAVED, "saved model")):
        for peer in (peer for peer in runs if peer.startswith(f"splink, {ours}")):
            if name in runs:
                ratio = sum(run.seconds for run in runs[name]) / sum(run.seconds for run in runs[peer])
                told.append(f"{ratio:.0%} of {peer}")
    return f"Our time is {'; '.join(told)}." if told else ""


def _febrl(findings: Findings) -> str:
    if not findings.febrl:
        return ""
    rows = [
        f"| {name} | {f1:.4f} | {precision:.4f} | {recall:.4f} | {_seconds(findings, f'febrl, {name}')} |"
        for name, (_, precision, recall, f1) in findings.febrl.items()
    ]
    head = "## FEBRL 4\n\n| | best F1 | precision | recall | seconds, peak MB |\n|---|--:|--:|--:|--:|\n"
    return head + "\n".join(rows)


def _clerks(findings: Findings) -> str:
    if not findings.clerks:
        return ""
    rows = [
        f"| {name} | {score.best_f1:.4f} | {score.confirmed_precision:.5f} | {score.confirmed_wrong} "
        f"| {score.confirmed_recall:.4f} | {score.unheld_confirmed} of {score.unheld} | {score.ece:.4f} "
        f"| {_seconds(findings, f'clerks, {name}')} |"
        for name, score in findings.clerks.items()
    ]
    return (
        "## A task of another making\n\nOther names, no planned kinds of trouble, but clerks who type, read or listen\n"
        "badly; nothing was tuned on it. Both train on it.\n\n"
        "| | best F1 | confirmed precision | wrong | confirmed recall | unheld with a false one | calibration error "
        "| seconds, peak MB |\n|---|--:|--:|--:|--:|--:|--:|--:|\n" + "\n".join(rows)
    )


def _details(findings: Findings) -> str:
    """Ours if it ran, else Splink's: who was taken for whom, and what is missed."""
    name = OURS_TRAINED if OURS_TRAINED in findings.scores else findings.splink[0]
    score = findings.scores[name]
    titles = {"party_type": "party type", "source": "register", "kind": "kind of trouble"}
    parts = "\n\n".join(f"### By {titles[part]}\n\n{part_table(rows)}" for part, rows in score.parts.items())
    return f"""## The errors of {name}

### Wrong confirmed links

{wrong_table(score.wrong)}

### Wrong links at the threshold of the best F1

{wrong_table(score.wrong_at_best)}

{parts}

A pair has as many kinds as befell its two rows; `debtor_row:` marks those of the debtor list. Wrong links count under
the kinds of their rows. Baselines: {" and ".join(EXACT)}."""


def _seconds(findings: Findings, name: str) -> str:
    measured = findings.results.single[name]
    return f"{measured.seconds:.1f} s, {measured.peak:,.0f} MB"
