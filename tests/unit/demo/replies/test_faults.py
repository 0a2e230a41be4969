from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.errors import ContractError
from core.store import compact
from data_contracts import load
from demo.replies import ADDRESSEES
from demo.replies.faults import hosts, sites
from demo.replies.parties import Parties
from demo.replies.questions import Question, lists_due

from .conftest import MONDAY, Evening
from .reading import batches, judged

Evenings = Callable[[bool], dict[date, Evening]]


def planted(evening: Evening, source: str) -> list[dict[str, Any]]:
    path = evening.drops / "truth" / "replies" / compact(MONDAY) / "faults.json"
    return [fault for fault in json.loads(path.read_text(encoding="utf-8")) if fault["source"] == source]


@pytest.mark.parametrize("source", ADDRESSEES)
def test_every_known_fault_of_every_delivered_column_is_planted(source: str, evenings: Evenings) -> None:
    wanted = {
        (table.name, column.name, fault)
        for table in load(source).tables
        for column in table.columns
        for fault in column.known_faults
        if table.delivered and column.delivered and not column.from_parent
    }
    found = {(fault["table"], fault["column"], fault["fault"]) for fault in planted(evenings(True)[MONDAY], source)}
    assert wanted
    assert wanted - found == set()


@pytest.mark.parametrize("source", ADDRESSEES)
def test_the_row_filter_judges_every_fault_as_expected(source: str, evenings: Evenings) -> None:
    evening = evenings(True)[MONDAY]
    expected = {(fault["file"], fault["table"], fault["row_no"]): fault for fault in planted(evening, source)}
    quarantined = 0
    for batch in batches(evening.drops, source, MONDAY):
        for table in judged(evening.drops, evening.store, source, batch):
            assert len(table.accepted) + len(table.quarantined) == table.stated
            quarantined += len(table.quarantined)
            got = {row["_row_no"]: ("accepted", row["_warnings"]) for row in table.accepted}
            got |= {row["row_no"]: ("quarantined", row["reasons"]) for row in table.quarantined}
            for (file, name, row_no), fault in expected.items():
                if (file, name) == (table.file, table.table) and row_no:
                    verdict, codes = got[row_no]
                    assert verdict == fault["verdict"], fault["fault"]
                    assert set(fault["codes"]) <= set(codes), fault["fault"]
    assert quarantined == sum(fault["verdict"] == "quarantined" for fault in expected.values())


def test_ordinary_accounts_are_the_same_with_and_without_faults(evenings: Evenings) -> None:
    path = Path("truth") / "replies" / compact(MONDAY) / "assets.parquet"
    with_faults = pq.read_table(evenings(True)[MONDAY].drops / path).to_pylist()
    without = pq.read_table(evenings(False)[MONDAY].drops / path).to_pylist()
    ordinary = {(row["inquiry_no"], row["identifier"], row["value"]) for row in with_faults if row["fault"] is None}
    before = {(row["inquiry_no"], row["identifier"], row["value"]) for row in without}
    assert len(ordinary - before) < len(before) / 20  # hosts never fail, so a few answers more
    assert len(before - ordinary) < len(before) / 5  # hosts of whole answers tell nothing else
    assert all(row["fault"] is None for row in without)


def test_a_host_who_is_asked_no_more_moves_few_faults(evenings: Evenings) -> None:
    """Nights must stay comparable: a closed case may not move every fault of the district."""
    evening = evenings(True)[MONDAY]
    contract = load("bank_abc")
    (tonight,) = lists_due(evening.store, contract, MONDAY)
    questions = list(tonight.questions())
    parties = Parties(evening.drops, 7, questions)

    def places(asked: list[Question]) -> dict[tuple[str, str, str], str]:
        return {
            (site.table, site.column.name, site.fault): number
            for number, planted_there in hosts(contract, 7, asked, parties).items()
            for site in planted_there
        }

    before = places(questions)
    gone = next(iter(before.values()))
    after = places([question for question in questions if question.inquiry_no != gone])
    assert before.keys() == after.keys()
    assert sum(before[site] != after[site] for site in before) <= len(before) / 3


def test_a_fault_that_nobody_can_make_is_an_error_of_the_contract() -> None:
    contract = load("bank_psbc")
    table = contract.table("accounts")
    strange = replace(table.column("branch"), known_faults=("merged_cells",))
    columns = tuple(strange if column.name == "branch" else column for column in table.columns)
    changed = replace(contract, tables=(replace(table, columns=columns), contract.table("measures")))
    with pytest.raises(ContractError, match="merged_cells"):
        list(sites(changed))
