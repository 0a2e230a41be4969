"""The frame of a build: what was published before, and what a broken file does."""

from pathlib import Path

import duckdb
import pytest
from scenario import PERSON_A, Published, Scenario

from core.errors import StoreError
from profiles import build


def car(s: Scenario) -> None:
    s.add(
        "vehicles",
        "vehicles",
        vehicle_id="1",
        owner_name="测试甲",
        owner_id_type="resident_id",
        owner_id=PERSON_A,
        plate_type="small",
        plate_no="测D00000",
        status=["normal"],
    )


def test_a_broken_file_of_before_is_a_store_error(scenario: Scenario) -> None:
    scenario.debtor("测试甲", PERSON_A)
    broken = scenario.folder / "broken.duckdb"
    broken.write_text("no database")
    with pytest.raises(StoreError, match="move it away"):
        scenario.build(previous=Published(broken, build.BuildReport({}, {}), duckdb.connect()))


def test_columns_that_an_earlier_version_did_not_publish_are_unknown(scenario: Scenario) -> None:
    scenario.debtor("测试甲", PERSON_A)
    car(scenario)
    first = scenario.build(name="first.duckdb")
    older = scenario.folder / "older.duckdb"
    with duckdb.connect(str(older)) as con:
        con.execute(f"ATTACH '{first.path}' AS first (READ_ONLY)")
        con.execute("CREATE TABLE asset AS SELECT * EXCLUDE (detail, last_seen) FROM first.main.asset")
        con.execute("UPDATE asset SET first_seen = DATE '2020-01-01'")
    second = scenario.build(previous=Published(older, first.report, first.con), name="second.duckdb")
    assert str(second.one("asset")["first_seen"]) == "2020-01-01"


def test_the_report_counts_rows_and_seconds_of_every_step(scenario: Scenario, tmp_path: Path) -> None:
    scenario.debtor("测试甲", PERSON_A)
    car(scenario)
    report = scenario.build().report
    assert (report.rows["debtor"], report.rows["asset"], report.rows["link"]) == (1, 1, 1)
    assert set(report.seconds) == {*build.FINISH, "publish"}
    assert not list((tmp_path / "work").iterdir())


def test_every_step_exists() -> None:
    folder = Path(build.__file__).parent
    for step in build.PREPARE + build.FINISH:
        assert ":" in step or (folder / f"{step}.sql").exists(), step


def test_what_has_told_nothing_is_not_read() -> None:
    unknown, nothing, one_bank = (
        {step for step in build.preparing(told) if step.startswith("mapping/")}
        for told in (None, frozenset[str](), frozenset({"court_cases", "bank_psbc"}))
    )
    assert unknown == {f"mapping/{name}" for name in build.MAPPINGS}
    assert nothing == set()
    assert one_bank == {f"mapping/{name}" for name in ("court_cases", "bank_message", "bank_psbc", "bank_accounts")}
