"""``python -m benchmarks.run``: make the tasks, run the engine and its peers, write the report.

The seeds of the report are not for development: use others with ``--seeds``, and small sizes.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from benchmarks import contest
from benchmarks.contest import OURS_SAVED, OURS_TRAINED, Plan, Results
from benchmarks.measure import ROOT, Measured
from benchmarks.peers.environment import peer_python
from benchmarks.report import Findings, pair_score, target_table, write_report
from benchmarks.score import Score, score
from benchmarks.targets import Cost, Target, cost, febrl, hardness, one_debtor, quality, scaling

REPORT_SEEDS = (9101, 9102, 9103)
FULL_SIZE = 1_000_000
PARTS = ("ours", "large", "one", "febrl", "clerks")


def main(arguments: list[str] | None = None) -> int:
    """0 if everything ran on a task of the right hardness, whatever the targets say."""
    chosen = _parser().parse_args(arguments)
    plan, skipped = _plan(chosen), set(chosen.skip)
    peer = peer_python(plan.work / "peer")
    results = Results()
    _say("making tasks")
    contest.make_tasks(plan, results)
    _say("peers")
    contest.run_peers(plan, results, peer)
    scores = {name: score(results.pool(name)) for name in results.links}
    best = max(plan.max_pairs, key=lambda pairs: scores[contest.splink_names(pairs)[0]].best_f1)
    splink = contest.splink_names(best)
    hard = hardness(scores[contest.EXACT[0]], scores[contest.EXACT[1]], scores[splink[0]])
    _say(target_table(hard))
    if plan.records >= FULL_SIZE and not all(target.reached for target in hard):
        _say("the task is not of the right hardness: nothing measured on it would mean anything")
        return 1
    findings = Findings(plan, peer, splink, scores, results, hard)
    if "ours" not in skipped:
        _ours(plan, results, scores, findings)
    _extra(plan, results, findings, skipped, peer)
    write_report(findings, chosen.report)
    _say(f"written: {chosen.report}")
    if not chosen.keep:
        for task in plan.work.glob("seed_*"):
            shutil.rmtree(task)
    return 0


def _ours(plan: Plan, results: Results, scores: dict[str, Score], findings: Findings) -> None:
    _say("chakong")
    contest.run_ours(plan, results)
    for name in (OURS_TRAINED, OURS_SAVED):
        scores[name] = score(results.pool(name))
    trained, saved = findings.splink
    findings.targets += quality(scores[OURS_TRAINED], scores[trained])
    findings.targets += cost(
        _cost(results.runs[OURS_TRAINED]),
        _cost(results.runs[OURS_SAVED]),
        _cost(results.runs[trained]),
        _cost(results.runs[saved]),
    )


def _extra(plan: Plan, results: Results, findings: Findings, skipped: set[str], peer: str) -> None:
    ours = "ours" not in skipped
    if ours and "large" not in skipped:
        _say("large")
        contest.run_large(plan, results)
        findings.targets += _scaling(plan, results)
    if ours and "one" not in skipped:
        _say("one debtor")
        findings.targets.append(one_debtor(contest.run_one_debtor(plan, results)))
    if "febrl" not in skipped:
        _say("FEBRL 4")
        task = contest.run_febrl(plan, results, peer, ours)
        findings.febrl = {name: pair_score(task, name) for name in (["splink", "chakong"] if ours else ["splink"])}
        if ours:
            findings.targets.append(febrl(findings.febrl["chakong"][3], findings.febrl["splink"][3]))
    if "clerks" not in skipped:
        _say("the other task")
        task = contest.run_clerks(plan, results, peer, ours)
        names = ["splink", "chakong"] if ours else ["splink"]
        findings.clerks = {name: score([(task, task / f"{name}.parquet")]) for name in names}


def _scaling(plan: Plan, results: Results) -> list[Target]:
    told = f"{plan.large:,} records by {plan.records:,}"
    return [
        scaling(
            f"time on {told} ({name.split(', ')[1]})",
            results.single[f"large, {name}"].seconds / (_cost(results.runs[name]).seconds / len(plan.seeds)),
        )
        for name in (OURS_TRAINED, OURS_SAVED)
    ]


def _cost(runs: list[Measured]) -> Cost:
    return Cost(sum(one.seconds for one in runs), max(one.peak for one in runs))


def _plan(chosen: argparse.Namespace) -> Plan:
    return Plan(
        seeds=tuple(chosen.seeds),
        debtors=chosen.debtors,
        records=chosen.records,
        large=chosen.large or chosen.records * 5,
        threads=chosen.threads,
        engine=chosen.engine,
        trained=chosen.trained,
        saved=chosen.saved,
        repeat=chosen.repeat,
        max_pairs=tuple(chosen.max_pairs),
        work=chosen.work.absolute(),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=REPORT_SEEDS)
    parser.add_argument("--debtors", type=int, default=20_000)
    parser.add_argument("--records", type=int, default=FULL_SIZE)
    parser.add_argument("--large", type=int, help="records of the large task; five times --records if not given")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--engine", default=f"{Path(sys.executable).parent}/chakong link", help="the command")
    parser.add_argument("--trained", default="--save-model {task}/model", help="its arguments with training")
    parser.add_argument("--saved", default="--model {task}/model", help="its arguments with a saved model")
    parser.add_argument("--max-pairs", type=float, nargs="+", default=[1e6, 1e7], help="settings of Splink")
    parser.add_argument("--repeat", type=int, default=2, help="runs of each command; the fastest counts")
    parser.add_argument("--skip", nargs="*", choices=PARTS, default=[])
    parser.add_argument("--work", type=Path, default=ROOT / "var" / "bench")
    parser.add_argument("--report", type=Path, default=ROOT / "docs" / "benchmarks" / "linkage.md")
    parser.add_argument("--keep", action="store_true", help="keep the tasks and links for a closer look")
    return parser


def _say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
