"""``python -m benchmarks``: make a task, or score links of one; ``python -m benchmarks.run`` runs everything."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.score import score
from benchmarks.task.make import make_task
from benchmarks.task.world import Size
from benchmarks.tell import tell


def main(arguments: list[str] | None = None) -> None:
    """Parse and do."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make", help="write a task to a folder")
    make.add_argument("folder", type=Path)
    make.add_argument("--seed", type=int, default=11)
    make.add_argument("--debtors", type=int, default=20_000)
    make.add_argument("--records", type=int, default=1_000_000)
    judge = commands.add_parser("score", help="measure links of a task")
    judge.add_argument("folder", type=Path)
    judge.add_argument("links", type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.command == "make":
        make_task(chosen.folder, Size(chosen.debtors, chosen.records), chosen.seed)
    else:
        sys.stdout.write(tell(score([(chosen.folder, chosen.links)])))


if __name__ == "__main__":
    main()
