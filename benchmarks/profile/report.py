"""docs/benchmarks/profiles.md, written by the run itself."""

from __future__ import annotations

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks.report import target_table
from benchmarks.targets import Target

if TYPE_CHECKING:
    from benchmarks.profile.run import Half, Results

FULL_SIZE = 1_000_000
MOST_SECONDS, MOST_MEMORY = 60, 2_000
MOST_PROFILE, MOST_ASSETS = 50, 10
SECOND_SHARE, SECOND_SECONDS = 0.15, 9


def targets(results: Results) -> list[Target]:
    """What a build, a read and a second night are held to."""
    first, second = (half.told["finish"] for half in results.published)
    peak = results.published[0].peak
    profile, assets = results.reads["profile"]["p99"], results.reads["asset_list"]["p99"]
    size = f"{results.reads['assets']:,} assets"
    allowed = max(SECOND_SHARE * first, SECOND_SECONDS)
    return [
        Target(
            f"{size}: from links to the published file",
            f"≤ {MOST_SECONDS} s",
            f"{first:.1f} s",
            first <= MOST_SECONDS,
        ),
        Target(
            f"{size}: peak memory, matching included",
            f"≤ {MOST_MEMORY:,} MB",
            f"{peak:,.0f} MB",
            peak <= MOST_MEMORY,
        ),
        Target("one profile read whole, p99", f"< {MOST_PROFILE} ms", f"{profile:.1f} ms", profile < MOST_PROFILE),
        Target("its list of assets, p99", f"< {MOST_ASSETS} ms", f"{assets:.1f} ms", assets < MOST_ASSETS),
        Target(
            "the second night from links to the published file",
            f"≤ {SECOND_SHARE:.0%} of the first, or {SECOND_SECONDS} s",
            f"{second:.1f} s ({second / first:.0%})",
            second <= allowed,
        ),
    ]


def target_lines(results: Results) -> str:
    """For the terminal."""
    return "\n".join(
        f"{target.what}: {target.measured}, wanted {target.wanted}{'' if target.reached else ': NOT REACHED'}"
        for target in targets(results)
    )


def write(results: Results, memory: str, path: Path) -> None:
    """One page: what was to be reached, then the two nights part by part."""
    busy = os.getloadavg()[1]
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "rapidfuzz"))
    reads = results.reads
    smaller = "" if reads["assets"] >= FULL_SIZE else f"\n\n**Not of full size: {reads['assets']:,} assets.**"
    changed = results.taken[1].told["delivered"] / results.taken[0].told["delivered"]
    text = f"""# Profile benchmark

Written by `make bench-profile` on {time.strftime("%Y-%m-%d")}; do not edit. Generated data only: county code 370499 was
never assigned.{smaller}

- Machine: {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB of memory, Python
  {platform.python_version()}; load of the last five minutes at the end {busy:.1f}. {packages}.
- A demo district of {reads["debtors"]:,} debtors with {reads["assets"]:,} confirmed present assets. The first night
  delivers {results.taken[0].told["delivered"]:,} rows, the second {results.taken[1].told["delivered"]:,}
  ({changed:.0%}): what changed in the registers, and the answers of the banks, which are given whole every night.
- Every part is a process of its own; memory is its peak with all its libraries, sampled every 20 ms. The first night is
  built from scratch and its matching model learned. The setting `memory_limit` is {memory} while publishing.
- Reads are {reads["profile"]["median"]:.1f} ms (profile) and {reads["asset_list"]["median"]:.1f} ms (list of assets) at
  the median, {reads["profile"]["worst"]:.1f} ms and {reads["asset_list"]["worst"]:.1f} ms at the worst; one thread,
  warm, debtors drawn by lot.

## What was to be reached

{target_table(targets(results))}

## The two nights

| | taking in | staging | matching | from links to the file | publishing process in all | peak MB |
|---|--:|--:|--:|--:|--:|--:|
{_row("first", results.taken[0], results.published[0])}
{_row("second", results.taken[1], results.published[1])}

Seconds. The longest steps from links to the file, first night: {_steps(results.published[0])}.
"""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _row(name: str, taken: Half, published: Half) -> str:
    told = published.told
    return (
        f"| {name} | {taken.seconds:.0f} | {told['prepare']:.1f} | {told['matching']:.1f} | {told['finish']:.1f} "
        f"| {published.seconds:.0f} | {published.peak:,.0f} |"
    )


def _steps(published: Half) -> str:
    return ", ".join(f"`{step}` {seconds:.1f}" for step, seconds in published.told["longest"].items())
