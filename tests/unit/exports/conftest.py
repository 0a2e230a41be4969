from __future__ import annotations

from collections.abc import Iterator

import pytest
from exported import Night, publish
from scenario import Scenario


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Published once for all tests of exports."""
    scenario = Scenario(tmp_path_factory.mktemp("exported"))
    yield publish(scenario)
    scenario.close()
