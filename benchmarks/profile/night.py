"""``python -m benchmarks.profile.night take|publish DROPS STORE DATE``: half a night in a process of its own.

``take``: the evening's inquiries, the agencies' replies, every delivery taken in. ``publish``: matching and publishing,
from scratch with ``--rebuild``. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from core.settings import Settings
from demo.replies import answer
from flows import steps
from flows.places import Places, places


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("half", choices=["take", "publish"])
    parser.add_argument("drops", type=Path)
    parser.add_argument("store", type=Path)
    parser.add_argument("date", type=date.fromisoformat)
    parser.add_argument("--rebuild", action="store_true")
    parser.add_argument("--memory", default=Settings().memory_limit, help="the site's memory_limit")
    chosen = parser.parse_args()
    place = places(replace(Settings(), memory_limit=chosen.memory), chosen.drops, chosen.store)
    told = take(place, chosen.date) if chosen.half == "take" else publish(place, chosen.date, rebuild=chosen.rebuild)
    sys.stdout.write(json.dumps(told) + "\n")


def take(place: Places, night: date) -> dict[str, Any]:
    """Rows delivered and quarantined, in all sources."""
    steps.ask(place, night)
    assert place.drops is not None, "a demo district stands in a folder"
    answer(place.drops, place.store.root, night)
    outcomes = [steps.take(place, source, night) for source in steps.sources()]
    return {
        "delivered": sum(outcome["rows_delivered"] or 0 for outcome in outcomes),
        "quarantined": sum(outcome["rows_quarantined"] or 0 for outcome in outcomes),
    }


def publish(place: Places, night: date, *, rebuild: bool) -> dict[str, Any]:
    """Seconds of the three parts of a build, the longest steps, and what was found."""
    record = steps.publish(place, night, rebuild=rebuild)
    seconds: dict[str, float] = record["seconds"]
    steps_run = list(seconds)  # in their order
    matched = steps_run.index("matching")
    finish = {step: seconds[step] for step in steps_run[matched + 1 :]}
    return {
        "prepare": sum(seconds[step] for step in steps_run[:matched]),
        "matching": seconds["matching"],
        "finish": sum(finish.values()),
        "longest": dict(sorted(finish.items(), key=lambda entry: -entry[1])[:6]),
        "changes": sum(record["changes"].values()),
    }


if __name__ == "__main__":
    main()
