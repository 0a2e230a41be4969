"""The profile benchmark: its report says what was not reached, and its clock leaves the first reads out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.profile import report
from benchmarks.profile.read import ASSETS, WARM, timed
from benchmarks.profile.run import Half, Results
from profiles import query, schema


def results(*, finish: float = 50.0, second: float = 5.0, peak: float = 1_500.0, p99: float = 8.0) -> Results:
    def published(seconds: float) -> Half:
        parts: dict[str, Any] = {"prepare": 20.0, "matching": 30.0, "finish": seconds, "longest": {"assets": 9.0}}
        return Half(parts, 100.0, peak)

    taken = (Half({"delivered": 1_000}, 60.0, 900.0), Half({"delivered": 250}, 20.0, 900.0))
    read = {"median": 1.0, "p99": p99, "worst": 90.0}
    reads = {"debtors": 100_000, "assets": 1_000_000, "profile": read, "asset_list": read}
    return Results(taken, (published(finish), published(second)), reads)


@pytest.mark.parametrize(
    ("missed", "found"),
    [
        ({}, []),
        ({"finish": 61.0}, ["from links to the published file"]),
        ({"peak": 2_001.0}, ["peak memory, matching included"]),
        ({"p99": 50.0}, ["one profile read whole, p99", "its list of assets, p99"]),
        ({"p99": 10.0}, ["its list of assets, p99"]),
        ({"second": 9.1}, ["the second night from links to the published file"]),
        ({"finish": 61.0, "second": 9.15}, ["from links to the published file"]),
    ],
)
def test_what_is_not_reached_is_said(missed: dict[str, float], found: list[str], tmp_path: Path) -> None:
    measured = results(**missed)
    named = [
        target.what.removeprefix("1,000,000 assets: ") for target in report.targets(measured) if not target.reached
    ]
    assert named == found
    report.write(measured, "1200MB", tmp_path / "profiles.md")
    page = (tmp_path / "profiles.md").read_text(encoding="utf-8")
    assert page.count("**no**") == len(found)
    assert "Not of full size" not in page
    assert report.target_lines(measured).count("NOT REACHED") == len(found)


def test_reads_before_everything_is_warm_do_not_count() -> None:
    read: list[str] = []
    told = timed([str(number) for number in range(WARM + 3)], read.append)
    assert len(read) == WARM + 3
    assert 0 <= told["median"] <= told["p99"] <= told["worst"]


def test_the_list_of_assets_is_read_in_the_order_of_a_profile() -> None:
    (asset_view,) = [view for view in schema.load() if view.name == "asset"]
    columns = ", ".join(f'"{column.name}" {column.type}' for column in asset_view.columns)
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE asset ({columns})")
        for asset, current in [("A1", False), ("A2", True)]:
            con.execute("INSERT INTO asset BY NAME SELECT $a AS asset_id, 'D' AS debtor_id, $c AS is_current",
                        {"a": asset, "c": current})  # fmt: skip
        assert [row["asset_id"] for row in query.rows(con, ASSETS, "D")] == ["A2", "A1"]
