from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from core import identifiers
from data_contracts import load
from demo.district import SOURCES
from demo.faults.planting import PLANTERS, QUIRKS


def faults(drops: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(drops / "truth" / "faults.parquet").to_pylist()
    return rows


def test_every_listed_fault_of_every_column_is_planted(faulty_district: Path) -> None:
    listed = {
        (source, table.name, column.name, fault)
        for source in SOURCES
        for table in load(source).tables
        for column in table.columns
        for fault in column.known_faults
    }
    listed |= {quirk[:4] for quirk in QUIRKS}
    planted = {(row["source"], row["table_name"], row["column_name"], row["fault"]) for row in faults(faulty_district)}
    assert listed <= planted


def test_no_planter_is_without_a_fault_that_needs_it() -> None:
    listed = {
        fault
        for source in SOURCES
        for table in load(source).tables
        for column in table.columns
        for fault in column.known_faults
    }
    assert set(PLANTERS) <= listed


def test_places_lie_inside_their_files(faulty_district: Path) -> None:
    counts = {
        (row["file"], row["table_name"]): row["rows"]
        for row in pq.read_table(faulty_district / "truth" / "rows.parquet").to_pylist()
    }
    for row in faults(faulty_district):
        assert row["row_no"] is None or 1 <= row["row_no"] <= counts[row["file"], row["table_name"]]
        assert (row["verdict"] == "quarantined") <= bool(row["codes"])


def test_the_row_named_bears_the_fault(faulty_district: Path) -> None:
    """Line number = row number in the vehicles file, which has no header."""
    file = "vehicles_base_full_20261122.txt"
    lines = (faulty_district / "vehicles" / "20261122" / file).read_bytes().decode("gb18030").split("\n")
    names = load("vehicles").table("vehicles").column_names
    for row in faults(faulty_district):
        if row["file"] == file and row["fault"] != "stray_delimiter":
            cells = dict(zip(names, lines[row["row_no"] - 1].split("|"), strict=True))
            assert (cells[row["column_name"]] or None) == row["delivered"]
            assert cells["vehicle_id"] == row["record_id"]


def test_faulty_assets_say_so_in_the_truth(faulty_district: Path) -> None:
    assets = pq.read_table(faulty_district / "truth" / "assets.parquet").to_pylist()
    marked = {row["fault"] for row in assets if row["fault"]}
    assert {"id_15", "id_typo", "two_in_cell", "id_masked"} <= marked
    assert any(row["fault"] is None for row in assets)


def test_without_faults_there_are_none(plain_district: Path) -> None:
    assert faults(plain_district) == []
    assets = pq.read_table(plain_district / "truth" / "assets.parquet").to_pylist()
    assert all(row["fault"] is None for row in assets)
    text = (plain_district / "vehicles" / "20261122" / "vehicles_base_full_20261122.txt").read_bytes().decode("gb18030")
    for line in text.splitlines():
        cells = line.split("|")
        valid = identifiers.check_resident_id(cells[4]) or identifiers.check_uscc(cells[4])
        assert valid or cells[3] not in ("A", "N", "J", "P", "K")
        assert identifiers.check_vin(cells[7])


def test_quirks_of_whole_files_are_planted_once_and_without_faults_not_at_all(
    faulty_district: Path, plain_district: Path
) -> None:
    whole = [row for row in faults(faulty_district) if row["table_name"] is None]
    assert {(row["source"], row["verdict"]) for row in whole} == {("mining", "unchanged"), ("development", "loaded")}
    for row in whole:
        night = f"{row['business_date']:%Y%m%d}"
        assert (faulty_district / row["source"] / night / row["file"]).exists()
        assert row["fault"] in {quirk.fault for quirk in load(row["source"]).quirks}
        assert not (plain_district / row["source"] / night / row["file"]).exists()
