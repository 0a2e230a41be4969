"""Asks a demo district of sixty debtors and two nights, always the same, for the cookbook and the notebook.

`make docs`; tests/integration/test_night.py holds both equal to what the same district gives.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS.parent), str(DOCS)]

import cookbook
import notebook_page
from core.settings import Settings
from demo import generate
from demo.replies import answer
from flows import steps
from flows.places import Places, places

NIGHTS = (date(2026, 11, 22), date(2026, 11, 23))


def published(folder: Path) -> Path:
    """Make the district, run its nights without a scheduler, and say where the published database is."""
    drops = folder / "drops"
    generate(drops, debtors=60, nights=len(NIGHTS), seed=7)
    place = places(Settings(), drops, folder / "store")
    for night in NIGHTS:
        _run(place, night)
    return place.store.profiles


def _run(place: Places, night: date) -> None:
    steps.ask(place, night)
    answer(place.drops, place.store.root, night)
    for source in steps.sources():
        steps.take(place, source, night)
    steps.publish(place, night, rebuild=False)


def main() -> None:
    """Write both pages."""
    with tempfile.TemporaryDirectory() as folder:
        database = published(Path(folder))
        cookbook.write(database)
        notebook_page.write(database)


if __name__ == "__main__":
    main()
