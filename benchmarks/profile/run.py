"""``python -m benchmarks.profile.run``: a district of any size, two nights of it, and its profiles read."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, Measured, python, run
from benchmarks.profile import report

REPORT = ROOT / "docs" / "benchmarks" / "profiles.md"
NIGHTS = (date(2026, 11, 22), date(2026, 11, 23))
SEED = 20261122
#: `memory_limit` of a site of this size, ten times a county; with the default a build of it ends for want of memory.
MEMORY = "1200MB"
#: The first night's database, kept for who wants a large one.
PUBLISHED = "published.duckdb"


@dataclass(frozen=True)
class Half:
    """Half a night: what it said of itself, its whole wall time, and its peak in megabytes."""

    told: dict[str, Any]
    seconds: float
    peak: float

    @classmethod
    def of(cls, measured: Measured) -> Half:
        """Of a process that ended well."""
        return cls(json.loads(measured.said.splitlines()[-1]), measured.seconds, measured.peak)


@dataclass(frozen=True)
class Results:
    """Two nights, taken and published, and the reads after the first."""

    taken: tuple[Half, Half]
    published: tuple[Half, Half]
    reads: dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """0 if no target was missed, 1 otherwise; the report is written all the same."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile.run", description=__doc__)
    parser.add_argument("--debtors", type=int, default=100_000, help="of the district; each has some ten assets")
    parser.add_argument("--work", type=Path, default=ROOT / "var" / "bench_profile")
    parser.add_argument("--report", type=Path, default=REPORT)
    chosen = parser.parse_args(arguments)
    results = measure(chosen.work / str(chosen.debtors), chosen.debtors)
    report.write(results, MEMORY, chosen.report)
    sys.stdout.write(f"{report.target_lines(results)}\nwritten: {chosen.report}\n")
    return 0 if all(target.reached for target in report.targets(results)) else 1


def measure(work: Path, debtors: int) -> Results:
    """Take the first night in, unless an earlier run did; publish it, read it, and go on with the second."""
    drops, store = work / "drops", work / "store"
    first_taken = taken(work, debtors)
    shutil.rmtree(store, ignore_errors=True)
    shutil.copytree(work / "taken", store)
    first_published = _half("publish", drops, store, NIGHTS[0], "--rebuild")
    reads = json.loads(run(python("benchmarks.profile.read", store / "profiles.duckdb")).said)
    shutil.copy(store / "profiles.duckdb", work / PUBLISHED)
    second_taken = _half("take", drops, store, NIGHTS[1])
    second_published = _half("publish", drops, store, NIGHTS[1])
    return Results((first_taken, second_taken), (first_published, second_published), reads)


def published(work: Path, debtors: int) -> Path:
    """The database of the first night, from an earlier run if there is one."""
    if not (work / PUBLISHED).exists():
        taken(work, debtors)
        _half("publish", work / "drops", work / "taken", NIGHTS[0], "--rebuild")
        shutil.copy(work / "taken" / "profiles.duckdb", work / PUBLISHED)
    return work / PUBLISHED


def taken(work: Path, debtors: int) -> Half:
    """Make the district and take its first night into ``<work>/taken``, unless an earlier run did."""
    done = work / "taken.json"
    if not done.exists():
        shutil.rmtree(work, ignore_errors=True)
        make = ("demo", "--out", work / "drops", "--debtors", debtors, "--nights", len(NIGHTS), "--seed", SEED)
        run(python("cli.main", *make))
        first = _half("take", work / "drops", work / "taken", NIGHTS[0])
        done.write_text(json.dumps([first.told, first.seconds, first.peak]), encoding="utf-8")
    return Half(*json.loads(done.read_text(encoding="utf-8")))


def _half(half: str, drops: Path, store: Path, night: date, *more: str) -> Half:
    memory = ("--memory", MEMORY) if half == "publish" else ()
    found = Half.of(run(python("benchmarks.profile.night", half, drops, store, night, *memory, *more)))
    sys.stderr.write(f"{night} {half}: {found.seconds:.1f} s, {found.peak:,.0f} MB\n")
    return found


if __name__ == "__main__":
    sys.exit(main())
