"""docs/benchmarks/ingest.md, written by the run itself."""

from __future__ import annotations

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks.ingest.files import HOUSEHOLD
from benchmarks.peers import environment
from benchmarks.report import target_table
from benchmarks.targets import Target

if TYPE_CHECKING:
    from benchmarks.ingest.run import Result

_HEAD = (
    "| | MB | rows | seconds | read, filter, judge | processor s | peak MB | plain reader | seconds | processor s "
    "| times | times processor |\n|---|--:|--:|--:|---|--:|--:|---|--:|--:|--:|--:|"
)
FULL_SIZE = 2_000_000
MOST_TIMES, MOST_MEMORY = 2.5, 1_000


def targets(results: list[Result]) -> list[Target]:
    """What the household reply is held to."""
    found = next((result for result in results if result.entry.source == HOUSEHOLD), None)
    if found is None:
        return []
    plain = found.plain["pyarrow.csv"]
    times = found.ours.seconds / plain.seconds
    rows = f"{found.ours.rows:,} rows"
    return [
        Target(f"household, {rows}: time of pyarrow.csv's", f"≤ {MOST_TIMES}", f"{times:.2f}", times <= MOST_TIMES),
        Target(
            f"household, {rows}: peak memory",
            f"≤ {MOST_MEMORY:,} MB",
            f"{found.ours.peak:,.0f} MB",
            found.ours.peak <= MOST_MEMORY,
        ),
    ]


def target_lines(results: list[Result]) -> str:
    """For the terminal."""
    return "\n".join(
        f"{target.what}: {target.measured}, wanted {target.wanted}{'' if target.reached else ': NOT REACHED'}"
        for target in targets(results)
    )


def write(results: list[Result], rows: int, repeat: int, peer: str, path: Path) -> None:
    """One page: what was to be reached, then every format."""
    busy = os.getloadavg()[1]
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "pandas", "great-expectations"))
    plain = ", ".join(
        f"{name} {environment.version(peer, name)}"
        for name in ("pyarrow", "duckdb", "lxml", "python-calamine", "orjson")
    )
    smaller = "" if rows >= FULL_SIZE else f"\n\n**Not of full size: {rows:,} rows instead of {FULL_SIZE:,}.**"
    text = f"""# Ingest benchmark

Written by `make bench-ingest` on {time.strftime("%Y-%m-%d")}; do not edit. Generated data only: county code 370499 was
never assigned.{smaller}

- Machine: {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB of memory, Python
  {platform.python_version()}; load of the last five minutes at the end {busy:.1f}.
- Ours: {packages}. Plain readers, in an environment of their own: {plain}.
- Ours is the whole way of a delivery: every byte decoded and split, every field cleaned, typed and judged by its
  contract, accepted and quarantined rows written as Parquet, the suite of Great Expectations run. A plain reader gives
  the values and no more. `pyarrow.csv` reads GB18030 through Python's codec, as we do.
- Every run is a process of its own; imports do not count. The fastest of {repeat} runs, everybody in turn. Memory is
  the peak of the whole process with all its libraries, sampled every 20 ms.

## What was to be reached

{target_table(targets(results))}

## Every format beside the fastest plain reader

{_HEAD}
{chr(10).join(map(row, results))}

Rows are counted in all tables of the delivery. The household reply is made for this benchmark: its rows are as dirty as
registers are, without records in a second encoding, at which `pyarrow.csv` stops. The others come from the demo
district: sixteen sources, ten times what a county delivers. Small deliveries mostly wait for their contract to be
compiled, which takes the same time whatever their size. {_failures(results)}
"""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def row(result: Result) -> str:
    """One line of the table."""
    ours, name = result.ours, result.fastest
    plain = result.plain[name]
    laps = " + ".join(f"{seconds:.1f}" for seconds in ours.laps.values())
    return (
        f"| {result.entry.source}, {result.entry.form} | {result.entry.megabytes:,.1f} | {ours.rows:,} "
        f"| {ours.seconds:.2f} | {laps} "
        f"| {ours.processor:.2f} | {ours.peak:,.0f} | {name} | {plain.seconds:.2f} | {plain.processor:.2f} "
        f"| {ours.seconds / plain.seconds:.1f} | {ours.processor / plain.processor:.1f} |"
    )


def line(result: Result) -> str:
    """The same for the terminal."""
    return row(result).strip("| ").replace(" | ", "   ")


def _failures(results: list[Result]) -> str:
    failed = [
        f"{name} cannot read {result.entry.source}"
        for result in results
        for name, timed in result.plain.items()
        if timed.failed and not timed.rows
    ]
    return f"{'; '.join(failed)}." if failed else ""
