"""What the engine costs grows with the rows, not with their pairs."""

from __future__ import annotations

import random

import pytest
from linkage_parties import NAMES, NUMBERS, table

from matching import engine
from matching import session as sessions
from matching.session import Session
from tests.unit.query_plans import run_watched

#: A sum of one row beside another.
ONE_ROW = {"not_compared: CROSS_PRODUCT: CREATE OR REPLACE TEMP TABLE not_compared AS"}


def test_no_step_compares_every_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    met: set[str] = set()
    steps: set[str] = set()

    def watched(self: Session, step: str, which: str = "") -> None:
        steps.add(step)
        met.update(run_watched(self.con, sessions._text(step, which), step))

    monkeypatch.setattr(Session, "run", watched)
    draw = random.Random(5)
    sides = [
        table([{"name": draw.choice(NAMES), "id_number": draw.choice(NUMBERS)} for _ in range(200)], side)
        for side in ("d", "r")
    ]
    learned = engine.learn(sides[0], sides[1], "v3")
    engine.link(sides[0], sides[1], learned.model)
    assert {"worth", "sieve", "candidates", "links"} <= steps
    assert met == ONE_ROW
