from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# how fast examples are drawn says how busy the machine is, not whether the code is right
settings.register_profile("chakong", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("chakong")


@pytest.fixture(scope="session")
def small_district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Deliveries of sixty debtors for two nights, without faults. Read-only: copy it before writing into it."""
    from demo import generate

    drops = tmp_path_factory.mktemp("district")
    generate(drops, debtors=60, nights=2, seed=7, faults=False)
    return drops


@pytest.fixture(scope="session")
def quick_passwords() -> Iterator[None]:
    """argon2 at a thousandth of its cost, for tests that log in often."""
    from argon2 import PasswordHasher

    from ledger import passwords

    kept = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    yield
    passwords._hasher = kept
