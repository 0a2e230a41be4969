"""What lies on the disk: files in their delivered form, night by night, at one with each other and with the truth."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import NotFoundError, UsageError
from data_contracts import load
from demo import district_nights, generate
from demo.district import SOURCES

SUNDAY, MONDAY, TUESDAY = "20261122", "20261123", "20261124"


def truth(drops: Path, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(drops / "truth" / f"{table}.parquet").to_pylist()
    return rows


def lines(drops: Path, file: str, night: str = SUNDAY) -> list[list[str]]:
    """Fields of a delimited file, with the separator of its contract."""
    source = file.split("_", maxsplit=1)[0]
    form = load(source).format
    text = (drops / source / night / file).read_bytes().decode(form.encoding)
    return [line.split(form.delimiter) for line in text.split("\n") if line]


def delivered_files(drops: Path) -> list[Path]:
    return [file for source in SOURCES for file in sorted((drops / source).rglob("*.*")) if file.suffix != ".ok"]


def test_the_same_seed_gives_the_same_bytes(plain_district: Path, tmp_path: Path) -> None:
    generate(tmp_path, debtors=60, nights=3, seed=7)
    again = {file.relative_to(tmp_path): file.read_bytes() for file in delivered_files(tmp_path)}
    before = {file.relative_to(plain_district): file.read_bytes() for file in delivered_files(plain_district)}
    assert again.keys() == before.keys()
    # The workbook carries the time at which it was made.
    assert all(again[name] == before[name] for name in again if name.suffix != ".xlsx")


def test_a_second_run_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    generate(tmp_path, debtors=5, nights=1, seed=1)
    stale = tmp_path / "land" / SUNDAY / "land_full_20261122_r2.zip"
    stale.write_bytes(b"")
    generate(tmp_path, debtors=5, nights=1, seed=2)
    assert not stale.exists()


@pytest.mark.parametrize("wrong", [{"first_night": date(2026, 11, 23)}, {"nights": 0}, {"debtors": 0}])
def test_wrong_arguments_are_refused_before_anything_is_written(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        generate(tmp_path, **{"debtors": 5, "nights": 1, "seed": 1} | wrong)
    assert list(tmp_path.iterdir()) == []


def test_district_nights_reads_what_was_made(plain_district: Path, tmp_path: Path) -> None:
    assert district_nights(plain_district) == (date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24))
    with pytest.raises(NotFoundError):
        district_nights(tmp_path)


def test_progress_is_told_per_neighbourhood(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    report = generate(
        tmp_path, debtors=5, nights=1, seed=1, progress=lambda done, total, _what: told.append((done, total))
    )
    assert told == [(1, 1)]
    assert "被执行人5名" in report.text_zh()


def test_every_file_matches_its_pattern_and_its_control_file(plain_district: Path) -> None:
    for file in delivered_files(plain_district):
        contract = load(file.parent.parent.name)
        declared = next(entry for entry in contract.files if re.match(entry.pattern, file.name))
        control = file.with_name(file.name + ".ok")
        assert control.exists() == declared.control
        if declared.control:
            stated = json.loads(control.read_text(encoding="utf-8"))
            assert stated["file"] == file.name
            assert stated["bytes"] == file.stat().st_size
            assert stated["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
            assert set(stated["rows"]) == set(declared.tables)
            assert stated["inquiry_batch"] is None
            assert stated["mode"] == ("full" if file.parent.name == SUNDAY else "delta")


def test_sundays_are_full_and_the_mining_office_only_sends_what_changed(plain_district: Path) -> None:
    nights = {source: {folder.name for folder in (plain_district / source).iterdir()} for source in SOURCES}
    assert nights.pop("mining") == {SUNDAY, TUESDAY}
    assert all(days == {SUNDAY, MONDAY, TUESDAY} for days in nights.values())


def test_working_day_sources_rest_on_saturday_and_carry_their_changes_over(tmp_path: Path) -> None:
    generate(tmp_path, debtors=20, nights=8, seed=1)
    for source in ("development", "planning"):
        assert not (tmp_path / source / "20261128").exists()
        assert any((tmp_path / source / "20261129").glob("*_full_*"))
    assert (tmp_path / "vehicles" / "20261128").exists()


def test_vehicles_are_bar_delimited_gb18030_without_header(plain_district: Path) -> None:
    table = load("vehicles").table("vehicles")
    rows = lines(plain_district, "vehicles_base_full_20261122.txt")
    assert {len(row) for row in rows} == {len(table.columns)}
    assert {row[0] for row in rows} == {"I"}
    assert len({row[1] for row in rows}) == len(rows)
    plates = [(row[5], row[6]) for row in rows if row[6]]
    assert len(set(plates)) == len(plates)


def test_planning_is_tab_delimited_with_header_and_backslash_n(plain_district: Path) -> None:
    header, *rows = lines(plain_district, "planning_permits_full_20261122.tsv")
    assert header == [column.label for column in load("planning").table("permits").columns]
    assert {len(row) for row in rows} == {len(header)}
    assert any("\\N" in row for row in rows)


@pytest.mark.parametrize("source", ["land", "enterprises"])
def test_archives_hold_exactly_the_agreed_entries(plain_district: Path, source: str) -> None:
    contract = load(source)
    with zipfile.ZipFile(plain_district / source / SUNDAY / f"{source}_full_20261122.zip") as archive:
        assert archive.namelist() == [table.locator[0] for table in contract.tables]
        for table in contract.tables:
            data = archive.read(table.locator[0])
            assert data.startswith(b"\xef\xbb\xbf") == contract.format.bom
            text = data.decode(contract.format.encoding).removeprefix("\ufeff")
            assert text.split("\r\n")[0].split(",") == [column.label for column in table.columns]


def test_housing_xml_states_its_units_and_nests_their_children(plain_district: Path) -> None:
    root = ElementTree.parse(plain_district / "housing" / SUNDAY / "housing_full_20261122.xml").getroot()
    units = root.findall("FWDY")
    assert root.get("mode") == "full" and root.get("count") == str(len(units))
    stated = json.loads((plain_district / "housing" / SUNDAY / "housing_full_20261122.xml.ok").read_text())["rows"]
    assert stated["owners"] == len(root.findall("FWDY/QLRS/QLR"))
    presale = [unit for unit in units if unit.find("YGS") is not None and unit.find("QLRS") is None]
    assert presale, "no presale unit"


def test_cases_are_one_object_a_line_with_amounts_as_text(plain_district: Path) -> None:
    text = (plain_district / "court_cases" / SUNDAY / "court_cases_full_20261122.jsonl").read_text(encoding="utf-8")
    cases = [json.loads(line) for line in text.splitlines()]
    assert all(case["bzxr"] and case["zq"] for case in cases)
    assert all(re.fullmatch(r"\d+\.\d\d", claim["zqje"]) for case in cases for claim in case["zq"])
    parties = Counter(len(case["bzxr"]) for case in cases)
    assert parties[1] > parties[2] > 0


def test_development_pages_state_totals_over_all_pages(plain_district: Path) -> None:
    page = json.loads((plain_district / "development" / SUNDAY / "development_full_20261122_p0001.json").read_bytes())
    assert page["totalPages"] == 1 and page["totalRows"]["projects"] == len(page["items"])
    assert all(isinstance(item["updatedAt"], int) for item in page["items"])


def test_the_mining_workbook_has_title_groups_totals_and_remark(plain_district: Path) -> None:
    book = openpyxl.load_workbook(plain_district / "mining" / SUNDAY / "mining_full_20261122.xlsx")
    assert book.sheetnames == ["探矿权", "采矿权"]
    sheet = book["采矿权"]
    assert "2026年11月22日" in str(sheet["A1"].value)
    assert any(str(cells) == "A1:AH1" for cells in sheet.merged_cells.ranges)
    first = [sheet.cell(row, 1).value for row in range(1, sheet.max_row + 1)]
    assert "合计" in first and str(first[-1]).startswith("备注")


def test_counts_in_the_truth_are_those_of_the_control_files(plain_district: Path) -> None:
    stated: Counter[tuple[str, str]] = Counter()
    for control in plain_district.rglob("*.ok"):
        document = json.loads(control.read_text(encoding="utf-8"))
        stated.update({(document["file"], table): rows for table, rows in document["rows"].items()})
    told = {(row["file"], row["table_name"]): row["rows"] for row in truth(plain_district, "rows")}
    assert {key: rows for key, rows in told.items() if not key[0].startswith("mining")} == dict(stated)


def test_owners_in_the_registers_are_people_of_the_one_population(plain_district: Path) -> None:
    from demo.population import Population

    population = Population(7, 60)
    people = {row["id_number"]: row["name"] for row in population.people(0).to_pylist()}
    people |= {row["uscc"]: row["name"] for row in population.firms(0).to_pylist()}
    cars = lines(plain_district, "vehicles_base_full_20261122.txt")
    assert all(people[row[4]] == row[2] for row in cars)
    with zipfile.ZipFile(plain_district / "land" / SUNDAY / "land_full_20261122.zip") as archive:
        holders = [line.split(",") for line in archive.read("holders.csv").decode("gb18030").split("\r\n")[1:] if line]
    assert all(people[row[5]] == row[3] for row in holders)


def test_every_asset_of_the_truth_stands_in_its_register(plain_district: Path) -> None:
    """Vehicles stand for all: on each night they are delivered as the debtors' whom the truth names, and no others'."""
    delivered: dict[str, list[str]] = {}
    debtors = {row["debtor_no"]: row for row in truth(plain_district, "debtors")}
    people = pa.concat_tables(
        [pq.read_table(plain_district / "truth" / f"{name}.parquet").select(["debtor_no", column])
         .rename_columns(["debtor_no", "number"]) for name, column in (("people", "id_number"), ("firms", "uscc"))]
    ).to_pylist()  # fmt: skip
    number_of = {row["debtor_no"]: row["number"] for row in people if row["debtor_no"] is not None}
    assets = [
        row for row in truth(plain_district, "assets") if row["source"] == "vehicles" and row["reach"] == "direct"
    ]
    for night, name in enumerate(("full_20261122", "delta_20261123", "delta_20261124")):
        for row in lines(plain_district, f"vehicles_base_{name}.txt", name[-8:]):
            delivered.pop(row[1], None)
            if row[0] != "D":
                delivered[row[1]] = row
        told = {row["record_id"]: row["debtor_no"] for row in assets if row["night"] == night}
        assert told and all(delivered[record][4] == number_of[debtor] for record, debtor in told.items())
        ours = {number_of[debtor]: debtor for debtor in debtors if debtor in number_of}
        found = {record: ours[row[4]] for record, row in delivered.items() if row[4] in ours}
        assert found == told


def test_a_sale_in_progress_is_registered_the_next_night(plain_district: Path) -> None:
    steps = [row for row in truth(plain_district, "applications") if row["source"] == "vehicles"]
    sold = next(row for row in steps if row["status"] == "done")
    assert any(row["app_no"] == sold["app_no"] and row["status"] == "open" and row["can_be_stopped"] for row in steps)
    nights = {row["night"] for row in truth(plain_district, "assets") if row["record_id"] == sold["record_id"]}
    assert nights == set(range(sold["from_night"]))


def test_cases_open_and_close_between_nights(tmp_path: Path) -> None:
    generate(tmp_path, debtors=200, nights=2, seed=3)
    scope: dict[int, set[str]] = {0: set(), 1: set()}
    for row in truth(tmp_path, "cases"):
        if row["in_scope"]:
            scope[row["night"]].add(row["case_no"])
    assert scope[1] - scope[0] and scope[0] - scope[1]


def test_hard_negatives_belong_to_no_debtor(plain_district: Path) -> None:
    owned = {(row["source"], row["record_id"]) for row in truth(plain_district, "assets")}
    others = {(row["source"], row["record_id"]) for row in truth(plain_district, "not_theirs")}
    assert others and not others & owned


def test_identifiers_have_the_agreed_forms(plain_district: Path) -> None:
    forms = {
        "vehicle": r"(\d\d:测[A-Z0-9挂学]{6,7}|vin:[A-Z0-9]{17})",
        "housing": r"(\d{12}[GJZ][A-Z]\d{5}F\d{8}|cert:.+号)",
        "land_use_right": r"\d{12}[GJZ][A-Z]\d{5}W00000000|\d{12}[GJZ][A-Z]\d{5}F\d{8}",
        "presale_housing": r"contract:HT\d{10}",
        "equity": r"[0-9A-Z]{18}:",
        "project": r"(project:\d{4}-370499-47-03-\d{6}|permit:.+号)",
        "mining_right": r"C\d{22}",
        "exploration_right": r"T\d{22}",
    }
    assets = truth(plain_district, "assets")
    assert {row["kind"] for row in assets} == set(forms)
    assert all(re.fullmatch(forms[row["kind"]], row["identifier"]) for row in assets)
