from __future__ import annotations

from pathlib import Path

import pytest

from demo import generate

#: Sunday to Tuesday: the first full, the first deltas, and the only night on which the mining office sends one.
NIGHTS = 3


@pytest.fixture(scope="session")
def plain_district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty debtors, three nights, nothing wrong with any row. Read-only."""
    drops = tmp_path_factory.mktemp("plain")
    generate(drops, debtors=60, nights=NIGHTS, seed=7)
    return drops


@pytest.fixture(scope="session")
def faulty_district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty debtors, two nights, every listed fault planted. Read-only."""
    drops = tmp_path_factory.mktemp("faulty")
    generate(drops, debtors=60, nights=2, seed=7, faults=True)
    return drops
