"""The nightly fuzz target: ``python -m tests.fuzz.run`` mutates deliveries of every form and checks what comes out.

Batches run in processes of their own with a time bound. Whatever fails is named so that it can be made again:
``python -m tests.fuzz.worker FORM DROPS SEED NUMBER 1``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.originals import FORMS, deliver

ROOT = Path(__file__).parents[2]
BATCH = 100
#: Seconds for a batch, which takes five on an idle machine.
PATIENCE = 300.0


@dataclass(frozen=True)
class Finding:
    """A batch that did not end well: `step` is what it was at, `what` the end of what it said."""

    form: str
    step: str
    what: str


def run_batch(form: str, drops: Path, seed: str, first: int, count: int) -> dict[str, int] | Finding:
    """Check mutants `first` to `first` + `count` - 1 in a process of its own."""
    command = [sys.executable, "-m", "tests.fuzz.worker", form, str(drops), seed, str(first), str(count)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        said, complained = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        _, complained = process.communicate()
        return Finding(form, _step(complained), f"no end within {PATIENCE:.0f} seconds")
    if process.returncode:
        return Finding(form, _step(complained), complained[-1_500:])
    tally: dict[str, int] = json.loads(said)
    return tally


def _step(complained: str) -> str:
    """The last step announced."""
    steps = [line for line in complained.splitlines() if line.startswith((*FORMS, "filter "))]
    return steps[-1] if steps else "before the first mutant"


def batches(forms: list[str], mutants: int) -> Iterator[tuple[str, int, int]]:
    """(form, first, count)."""
    for form in forms:
        for first in range(0, mutants, BATCH):
            yield form, first, min(BATCH, mutants - first)


def main(arguments: list[str] | None = None) -> int:
    """0 if nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    parser.add_argument("--mutants", type=int, default=2_000, help="of every form")
    parser.add_argument("--seed", default=time.strftime("%Y%m%d"))
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=list(FORMS))
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args(arguments)
    print(f"seed {chosen.seed}: {chosen.mutants} mutants of each of {len(chosen.forms)} forms")
    print(f"{'form':<22}" + "".join(f"{name:>14}" for name in COUNTED), flush=True)
    totals: dict[str, Counter[str]] = {form: Counter() for form in chosen.forms}
    findings: list[Finding] = []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(chosen.jobs) as pool:
        drops = deliver(Path(folder))
        waiting = [
            (form, pool.submit(run_batch, form, drops, chosen.seed, first, count))
            for form, first, count in batches(chosen.forms, chosen.mutants)
        ]
        last = {form: place for place, (form, _) in enumerate(waiting)}
        for place, (form, batch) in enumerate(waiting):
            outcome = batch.result()
            if isinstance(outcome, Finding):
                findings.append(outcome)
                print(f"\n{outcome.form}, {outcome.step}:\n{outcome.what}", flush=True)
            else:
                totals[form].update({name: outcome[name] for name in COUNTED})
            if last[form] == place:
                print(f"{form:<22}" + "".join(f"{totals[form][name]:>14,}" for name in COUNTED), flush=True)
    print(f"{len(findings)} findings")
    return 1 if findings else 0


COUNTED = ("read", "refused", "accepted", "quarantined")


if __name__ == "__main__":
    sys.exit(main())
