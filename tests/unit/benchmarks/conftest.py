from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.clerks.make import make_clerks_task
from benchmarks.task.make import make_task
from benchmarks.task.world import Size

SIZE = Size(debtors=1_000, records=40_000)


@pytest.fixture(scope="session")
def task(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("task")
    make_task(folder, SIZE, seed=21)
    return folder


@pytest.fixture(scope="session")
def clerks_task(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clerks")
    make_clerks_task(folder, debtors=400, records=8_000, seed=21)
    return folder
