"""The runs: who links what with which command, each measured in a process of its own."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.clerks.make import make_clerks_task
from benchmarks.measure import Measured, python, run
from benchmarks.peers.exact import exact_links

OURS_TRAINED, OURS_SAVED = "chakong, training", "chakong, saved model"
EXACT = ("exact number", "exact number and name")


@dataclass(frozen=True)
class Plan:
    """What the command line asked for; in `trained` and `saved`, {task} stands for the folder of the task."""

    seeds: tuple[int, ...]
    debtors: int
    records: int
    large: int
    threads: int
    engine: str
    trained: str
    saved: str
    repeat: int
    max_pairs: tuple[float, ...]
    work: Path


@dataclass
class Results:
    """Links and measures by entrant, in the order of the seeds; single runs by name."""

    links: dict[str, list[Path]] = field(default_factory=dict)
    runs: dict[str, list[Measured]] = field(default_factory=dict)
    single: dict[str, Measured] = field(default_factory=dict)
    tasks: list[Path] = field(default_factory=list)

    def add(self, name: str, links: Path, measured: Measured | None) -> None:
        """One run of an entrant on the next seed."""
        self.links.setdefault(name, []).append(links)
        if measured is not None:
            self.runs.setdefault(name, []).append(measured)

    def pool(self, name: str) -> list[tuple[Path, Path]]:
        """Task folders with the links of an entrant."""
        return list(zip(self.tasks, self.links[name], strict=True))


def splink_names(max_pairs: float) -> tuple[str, str]:
    """How the report calls a setting of Splink, training and with its saved model."""
    return f"splink, training (u from {max_pairs:.0e} pairs)", f"splink, saved model (u from {max_pairs:.0e} pairs)"


def make_tasks(plan: Plan, results: Results) -> None:
    """The generated tasks, one per seed."""
    for seed in plan.seeds:
        results.tasks.append(_made(plan, seed, plan.records))


def run_peers(plan: Plan, results: Results, peer: str) -> None:
    """Baselines, then Splink at every setting: training, and with the model that it has just saved."""
    for task in results.tasks:
        for name, links in exact_links(task / "left.parquet", task / "right.parquet", plan.threads).items():
            path = task / f"{name.replace(' ', '_')}.parquet"
            pq.write_table(links, path)
            results.add(name, path, None)
        for pairs in plan.max_pairs:
            trained, saved = splink_names(pairs)
            model, out = task / f"splink_{pairs:.0e}.json", task / f"splink_{pairs:.0e}.parquet"
            training = _splink(peer, task, out, plan, "--max-pairs", pairs, "--save", model)
            results.add(trained, out, _best(plan, task, training))
            out = task / f"splink_{pairs:.0e}_saved.parquet"
            results.add(saved, out, _best(plan, task, _splink(peer, task, out, plan, "--model", model)))


def run_ours(plan: Plan, results: Results) -> None:
    """The engine on every seed, training and with its saved model."""
    for task in results.tasks:
        for name, arguments in ((OURS_TRAINED, plan.trained), (OURS_SAVED, plan.saved)):
            out = task / f"{'trained' if name == OURS_TRAINED else 'saved'}.parquet"
            results.add(name, out, _best(plan, task, _ours(plan, task, out, arguments)))


def run_large(plan: Plan, results: Results) -> None:
    """The engine on a task of `plan.large` records and as many debtors."""
    task = _made(plan, plan.seeds[0], plan.large)
    for name, arguments in ((OURS_TRAINED, plan.trained), (OURS_SAVED, plan.saved)):
        results.single[f"large, {name}"] = _best(plan, task, _ours(plan, task, task / "links.parquet", arguments))


def run_one_debtor(plan: Plan, results: Results) -> dict[str, float]:
    """Milliseconds per debtor against the records of the first task."""
    measured = run(python("benchmarks.one_debtor", results.tasks[0], "--model", results.tasks[0] / "model"))
    figures: dict[str, float] = json.loads(measured.said.splitlines()[-1])
    return figures | {"peak": measured.peak}


def run_febrl(plan: Plan, results: Results, peer: str, ours: bool) -> Path:
    """Both engines on FEBRL 4; the folder with their links."""
    task = plan.work / "febrl"
    run([peer, "-m", "benchmarks.peers.febrl_data", str(task)])
    out = task / "splink.parquet"
    results.single["febrl, splink"] = run(_splink(peer, task, out, plan, "--schema", "febrl", "--max-pairs", 1e6))
    if ours:
        results.single["febrl, chakong"] = run(_ours(plan, task, task / "chakong.parquet", "--model febrl"))
    return task


def run_clerks(plan: Plan, results: Results, peer: str, ours: bool) -> Path:
    """Both engines on the task of the other making; the folder with their links."""
    task = plan.work / f"clerks_{plan.seeds[0]}"
    make_clerks_task(task, plan.debtors // 4, plan.records // 5, plan.seeds[0])
    pairs = plan.max_pairs[-1]
    results.single["clerks, splink"] = run(_splink(peer, task, task / "splink.parquet", plan, "--max-pairs", pairs))
    if ours:
        results.single["clerks, chakong"] = run(_ours(plan, task, task / "chakong.parquet", plan.trained))
    return task


def _made(plan: Plan, seed: int, records: int) -> Path:
    """The task of a seed, made in a process of its own so that its memory is gone; kept from an earlier run."""
    task = plan.work / f"seed_{seed}_{plan.debtors}_{records}"
    if not (task / "truth.parquet").exists():
        run(python("benchmarks", "make", task, "--seed", seed, "--debtors", plan.debtors, "--records", records))
    return task


def _best(plan: Plan, task: Path, command: list[str]) -> Measured:
    """The fastest run with the highest peak of all; the inputs are read before, so that nobody pays for the disk."""
    for side in ("left", "right"):
        (task / f"{side}.parquet").read_bytes()
    runs = [run(command) for _ in range(plan.repeat)]
    return replace(min(runs, key=lambda one: one.seconds), peak=max(one.peak for one in runs))


def _ours(plan: Plan, task: Path, out: Path, arguments: str) -> list[str]:
    arguments = arguments.format(task=task)
    return [*shlex.split(plan.engine), *_sides(task, out), "--threads", str(plan.threads), *shlex.split(arguments)]


def _splink(peer: str, task: Path, out: Path, plan: Plan, *arguments: object) -> list[str]:
    command = [peer, "-m", "benchmarks.peers.splink_run", *_sides(task, out), "--threads", str(plan.threads)]
    return [*command, *map(str, arguments)]


def _sides(task: Path, out: Path) -> list[str]:
    return ["--left", f"{task}/left.parquet", "--right", f"{task}/right.parquet", "--out", str(out)]
