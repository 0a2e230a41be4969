"""docs/benchmarks/console.md, written by the run itself."""

from __future__ import annotations

import os
import platform
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil

from benchmarks.report import target_table
from benchmarks.targets import Target

if TYPE_CHECKING:
    from benchmarks.console.run import Loaded, Results

FULL_SIZE, FULL_HOUSE = 90_000, 50
MOST_MILLISECONDS = 150
#: Pages of which a limit is asked.
JUDGED = ("search", "profile")
EXCHANGES = 10


def targets(results: Results) -> list[Target]:
    """How long officers wait at most, and that a new publication disturbs nobody."""
    found = []
    for name, spell in (("", results.quiet), (", while the publication is exchanged", results.exchanged)):
        for page in JUDGED:
            late = percentile(spell, page, 99)
            what = f"{page} page, p99{name}"
            found.append(Target(what, f"< {MOST_MILLISECONDS} ms", f"{late:.0f} ms", late < MOST_MILLISECONDS))
    errors = len(results.quiet.told["errors"]) + len(results.exchanged.told["errors"])
    found.append(Target("errors", "0", str(errors), errors == 0))
    done = results.exchanged.exchanges
    found.append(Target("publications exchanged under load", f"≥ {EXCHANGES}", str(done), done >= EXCHANGES))
    return found


def percentile(spell: Loaded, page: str, percent: float) -> float:
    """Milliseconds that `percent` of the requests of a kind did not exceed."""
    return float(np.percentile(spell.told["milliseconds"][page], percent))


def target_lines(results: Results) -> str:
    """For the terminal."""
    return "\n".join(
        f"{target.what}: {target.measured}, wanted {target.wanted}{'' if target.reached else ': NOT REACHED'}"
        for target in targets(results)
    )


def write(results: Results, path: Path) -> None:
    """One page: what was to be reached, then every kind of page in both spells."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "fastapi", "uvicorn", "rapidfuzz"))
    full = results.debtors >= FULL_SIZE and results.officers >= FULL_HOUSE
    smaller = "" if full else f"\n\n**Not of full size: {results.debtors:,} debtors, {results.officers} officers.**"
    text = f"""# Console benchmark

Written by `make bench-console` on {time.strftime("%Y-%m-%d")}; do not edit. Generated data only: county code 370499 was
never assigned.{smaller}

- Machine: {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB of memory, Python
  {platform.python_version()}. {packages}. Server and load generator share the cores.
- {results.debtors:,} debtors are published. The console answered {results.opening:.1f} s after it was started.
- {results.officers} officers, each a request every two seconds: names, parts of names, numbers, case numbers, accounts,
  and names and numbers with two neighbours swapped; of whom they find they open two profiles, for a stated reason. A
  search is timed from the words to the page of results, its redirect included. Every request goes through the gate and
  into the audit log.
- The publication is exchanged by renaming a copy made before the spell over it; to write ten in a spell would measure
  the disk.

## What was to be reached

{target_table(targets(results))}

## Two spells

| | requests | median | p95 | p99 | worst |
|---|--:|--:|--:|--:|--:|
{_rows("alone", results.quiet)}
{_rows("exchanged", results.exchanged)}

Milliseconds. {_spell("Alone", results.quiet)} {_spell("Exchanged", results.exchanged)}{_errors(results)}
"""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _rows(name: str, spell: Loaded) -> str:
    lines = []
    for page, milliseconds in sorted(spell.told["milliseconds"].items()):
        figures = " | ".join(f"{percentile(spell, page, percent):.0f}" for percent in (50, 95, 99, 100))
        lines.append(f"| {name}, {page} | {len(milliseconds):,} | {figures} |")
    return "\n".join(lines)


def _spell(name: str, spell: Loaded) -> str:
    requests = sum(map(len, spell.told["milliseconds"].values()))
    return (
        f"{name}: {requests / spell.seconds:.0f} requests a second, of a core's time the server took "
        f"{spell.processor / spell.seconds:.0%} ({1_000 * spell.processor / requests:.0f} ms a request) and the load "
        f"generator {spell.told['processor'] / spell.seconds:.0%}; the server's memory peaked at {spell.peak:,.0f} MB."
    )


def _errors(results: Results) -> str:
    counted = Counter([*results.quiet.told["errors"], *results.exchanged.told["errors"]])
    return "".join(f"\n- {error}: {number}" for error, number in counted.most_common())
