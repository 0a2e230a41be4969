"""How long one debtor takes against records that are prepared: run as a module, prints one JSON line."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

WARM = 3


def link_one_by_one(left: pa.Table, right: Path, model: str) -> tuple[float, list[float]]:
    """Seconds to prepare the records, then seconds per debtor. THE ONE PLACE that calls the engine from Python."""
    import matching

    started = time.perf_counter()
    with matching.Prepared(right, model) as prepared:
        preparing = time.perf_counter() - started
        seconds = []
        for row in range(len(left)):
            started = time.perf_counter()
            prepared.link(left.slice(row, 1))
            seconds.append(time.perf_counter() - started)
    return preparing, seconds[WARM:]


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", type=Path)
    parser.add_argument("--debtors", type=int, default=100)
    parser.add_argument("--model", required=True, help="name, or folder of a saved model")
    chosen = parser.parse_args()
    left = pq.read_table(chosen.task / "left.parquet").slice(0, chosen.debtors + WARM)
    preparing, seconds = link_one_by_one(left, chosen.task / "right.parquet", chosen.model)
    median, late, worst = (1_000 * float(value) for value in np.percentile(seconds, [50, 95, 100]))
    sys.stdout.write(json.dumps({"prepare": preparing, "median": median, "p95": late, "worst": worst}) + "\n")


if __name__ == "__main__":
    main()
