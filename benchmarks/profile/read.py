"""``python -m benchmarks.profile.read DATABASE``: profiles read one after the other in one warm process.

Debtors are drawn by lot, so that few are read twice. Prints one JSON line, in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import numpy as np

from profiles import order, query

WARM = 20
ASSETS = f"SELECT * FROM asset WHERE debtor_id = $debtor ORDER BY {order.clause(query.PARTS['assets'][1])}"


def main() -> None:
    """Parse, read, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--reads", type=int, default=500)
    chosen = parser.parse_args()
    with duckdb.connect(str(chosen.database), read_only=True, config={"threads": 1}) as con:
        told = {
            "debtors": _count(con, "SELECT count(*) FROM debtor"),
            "assets": _count(con, "SELECT count(*) FROM asset WHERE tier = 'confirmed' AND is_current"),
        }
        ids = [row[0] for row in con.execute("SELECT debtor_id FROM debtor ORDER BY debtor_id").fetchall()]
        drawn = random.Random(1).sample(ids, min(len(ids), chosen.reads + WARM))
        profile = timed(drawn, lambda debtor: query.profile(con, debtor))
        assets = timed(drawn, lambda debtor: query.rows(con, ASSETS, debtor))
    sys.stdout.write(json.dumps({**told, "profile": profile, "asset_list": assets}) + "\n")


def timed(debtors: list[str], read: Callable[[str], Any]) -> dict[str, float]:
    """Median, 99th percentile and worst of a read, in milliseconds."""
    milliseconds = []
    for debtor in debtors:
        started = perf_counter()
        read(debtor)
        milliseconds.append(1_000 * (perf_counter() - started))
    median, late, worst = (float(value) for value in np.percentile(milliseconds[WARM:], [50, 99, 100]))
    return {"median": median, "p99": late, "worst": worst}


def _count(con: duckdb.DuckDBPyConnection, question: str) -> int:
    return int(con.execute(question).fetchall()[0][0])


if __name__ == "__main__":
    main()
