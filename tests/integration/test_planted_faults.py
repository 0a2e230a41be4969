"""Every fault the demo plants gets the verdict its truth expects, and a district without faults gets none at all."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from connectors.formats import read_file
from core.duck import connect
from core.settings import Settings
from data_contracts import load
from data_contracts.row_filter import FilterContext, FilterResult, filter_table
from demo import generate
from demo.district import SOURCES

SUNDAY = "20261122"
#: What an ordinary district may be warned of: registers keep rights that are no longer current.
ORDINARY = {"historic_row"}


def judged(drops: Path, source: str, work: Path) -> dict[str, FilterResult]:
    """The first night's delivery of one register, read and filtered."""
    contract = load(source)
    texts: dict[str, dict[str, Path]] = defaultdict(dict)
    for file in sorted((drops / source / SUNDAY).iterdir()):
        if file.suffix != ".ok":
            declared = next(entry for entry in contract.files if re.match(entry.pattern, file.name))
            read_file(contract, declared, file, work / file.name)
            for table in declared.tables:
                texts[table][file.name] = work / file.name / f"{table}.parquet"
    results: dict[str, FilterResult] = {}
    connection = connect(Settings())
    for declared_table in contract.tables:
        parents = {name: result.accepted_path for name, result in results.items()}
        context = FilterContext(mode="full", accepted_parents=parents)
        results[declared_table.name] = filter_table(
            connection, contract, declared_table, texts[declared_table.name], context, out=work
        )
    connection.close()
    return results


def verdicts(result: FilterResult) -> dict[tuple[str, int], tuple[str, set[str]]]:
    """(file, row_no) -> (accepted or quarantined, codes)."""
    accepted = pq.read_table(result.accepted_path, columns=["_file", "_row_no", "_warnings"]).to_pylist()
    refused = pq.read_table(result.quarantine_path, columns=["file", "row_no", "reasons"]).to_pylist()
    found: dict[tuple[str, int], tuple[str, set[str]]] = {
        (row["_file"], row["_row_no"]): ("accepted", set(row["_warnings"])) for row in accepted
    }
    return found | {(row["file"], row["row_no"]): ("quarantined", set(row["reasons"])) for row in refused}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    drops = tmp_path_factory.mktemp("faulty")
    generate(drops, debtors=60, nights=1, seed=11, faults=True)
    return drops, pq.read_table(drops / "truth" / "faults.parquet").to_pylist()


@pytest.mark.parametrize("source", SOURCES)
def test_planted_faults_get_the_verdict_expected(
    faulty: tuple[Path, list[dict[str, Any]]], source: str, tmp_path: Path
) -> None:
    drops, planted = faulty
    results = judged(drops, source, tmp_path)
    found = {name: verdicts(result) for name, result in results.items()}
    expected_refusals: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for row in planted:
        if row["source"] != source or row["row_no"] is None:
            continue
        what = f"{row['table_name']}.{row['column_name']} {row['fault']}"
        verdict, codes = found[row["table_name"]][row["file"], row["row_no"]]
        assert (verdict, set(row["codes"]) - codes) == (row["verdict"], set()), what
        if verdict == "quarantined":
            expected_refusals[row["table_name"]].add((row["file"], row["row_no"]))
    for name, places in found.items():
        assert {place for place, (verdict, _) in places.items() if verdict == "quarantined"} == expected_refusals[name]


@pytest.mark.parametrize("source", SOURCES)
def test_a_plain_district_is_refused_nothing_and_warned_of_nothing(
    small_district: Path, source: str, tmp_path: Path
) -> None:
    for result in judged(small_district, source, tmp_path).values():
        assert result.quarantined == 0
        assert {code for code, columns in result.warnings.items() if any(columns.values())} <= ORDINARY
