"""What a night costs grows with the rows of a district, not with their pairs."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from scenario import PERSON_A, Scenario

from core.duck import sql
from profiles import build
from tests.unit.query_plans import run_watched

#: Beside one row only: the last publication, the age of all registers.
ONE_ROW = {
    "silent_releases: CROSS_PRODUCT: CREATE OR REPLACE TEMP TABLE told_before AS",
    "past: NESTED_LOOP_JOIN: CREATE OR REPLACE TABLE delivered_source AS SELECT",
    "past: CROSS_PRODUCT: CREATE OR REPLACE TEMP TABLE no_longer_his AS",
    "debtor_values: CROSS_PRODUCT: CREATE OR REPLACE TEMP TABLE profile_age AS",
    "change_events: CROSS_PRODUCT: CREATE OR REPLACE TEMP TABLE link_difference AS",
    "change_events: CROSS_PRODUCT: CREATE OR REPLACE TEMP TABLE found_tonight AS",
}


@pytest.mark.system
@pytest.mark.slow
def test_no_step_of_a_second_night_compares_every_pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    met: set[str] = set()
    steps: set[str] = set()
    as_it_is = build._run_step

    def watched(con: duckdb.DuckDBPyConnection, context: build.BuildContext, step: str) -> None:
        if ":" in step:
            return as_it_is(con, context, step)
        folder, _, name = step.rpartition("/")
        steps.add(step)
        met.update(run_watched(con, sql("profiles" + (f".{folder}" if folder else ""), name), step))
        return None

    scenario = Scenario(tmp_path)
    scenario.debtor("测试甲", PERSON_A)
    first = scenario.build()
    monkeypatch.setattr(build, "_run_step", watched)
    monkeypatch.setattr(build, "preparing", lambda told: build.PREPARE)
    scenario.build(previous=first, name="second.duckdb")
    scenario.close()
    assert {step for step in (*build.PREPARE, *build.FINISH) if ":" not in step} == steps
    assert met == ONE_ROW
