"""Every folder here is delivered and must end as its expectation says; see README.md."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from court import Court
from golden_case import PACKED, Case, cases, content

from connectors import present
from connectors.records import Outcome, read_outcome
from core.duck import connect
from core.settings import Settings
from data_contracts import load
from data_contracts.documents import read_yaml
from data_contracts.reasons import faults, reasons

CASES = cases()


def test_every_fault_of_the_catalogue_has_a_case() -> None:
    assert CASES
    assert {fault for case in CASES for fault in case.faults} == set(faults())


def test_every_code_of_a_row_or_a_file_has_a_case() -> None:
    """The list cannot fall behind: a code that it does not know is an error wherever it is told (`reasons.reason`).
    Why a sender could not be asked is no matter of delivered bytes."""
    rows = {code for case in CASES for table in case.quarantined.values() for codes in table.values() for code in codes}
    rows |= {code for case in CASES for row in chain(*case.accepted.values()) for code in row.get("warnings", ())}
    rows |= {"duplicate_row"} if any(case.repeated for case in CASES) else set()
    files = {code for case in CASES for told in case.told() for code in told.get("verdicts", ())}
    for shown, severities in ((rows, ("reject", "warn")), (files - rows, ("file", "signal"))):
        assert shown == {code for code, entry in reasons().items() if entry.severity in severities}


def test_every_word_for_an_unreadable_file_has_a_case() -> None:
    told = [text for case in CASES for night in case.told() for text in night["message"].split("；")]
    for means in (entry["means"] for entry in read_yaml("reason_codes.yaml")["unreadable"]):
        pattern = re.escape(means).replace(re.escape("{0}"), ".+")
        assert any(re.search(pattern, text) for text in told), means


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_delivery_ends_as_its_agreement_says(case: Case, tmp_path: Path) -> None:
    court = Court(tmp_path)
    for asked in case.asked:
        court.ask(sources=[case.source], **asked)
    for night, told in case.nights.items():
        deliver(case, night, court.drops)
        outcome = court.take(case.source, night)
        assert_told(outcome, told)
    for night, told in case.afterwards.items():
        assert_told(read_outcome(court.store, case.source, night), told)
    expected = {table: [spelled(row) for row in rows] for table, rows in case.accepted.items()}
    assert accepted(court, case) == expected
    assert quarantined(court, case) == case.quarantined
    assert repeated(court, case) == case.repeated


def assert_told(outcome: Outcome | None, told: dict[str, Any]) -> None:
    assert outcome
    assert (outcome.outcome, outcome.message.split("；")) == (told["outcome"], told["message"].split("；"))
    assert sorted({verdict.code for verdict in outcome.verdicts}) == sorted(told.get("verdicts", ()))


def deliver(case: Case, night: date, drops: Path) -> None:
    """Put what came until `night` where the sender would, saved at six in the evening of its business date."""
    for folder, file in case.delivered(night):
        to = drops / case.source / folder / file.name.removesuffix(PACKED)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(content(file))
        saved = datetime.combine(datetime.strptime(folder, "%Y%m%d").date(), time(18)).timestamp()
        os.utime(to, (saved, saved))


def accepted(court: Court, case: Case) -> dict[str, list[dict[str, Any]]]:
    """The present state in the columns that the case speaks of; tables without rows left out."""
    contract = load(case.source)
    found = {}
    with connect(Settings()) as con:
        present.attach(con, court.store, contract, max(case.nights))
        for table in contract.tables:
            view = present.view_name(contract.source, table.name)
            cursor = con.execute(f'SELECT * FROM "{view}" ORDER BY _business_date, _file, _row_no')
            names = [column[0] for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            if rows:
                found[table.name] = [
                    _as_told(row, case.accepted.get(table.name, []), place) for place, row in enumerate(rows)
                ]
    return found


def _as_told(row: dict[str, Any], told: list[dict[str, Any]], place: int) -> dict[str, Any]:
    wanted = told[place] if place < len(told) else {}
    columns = [name for name in wanted if name not in ("row", "warnings")]
    return spelled({"row": row["_row_no"], "warnings": row["_warnings"], **{name: row[name] for name in columns}})


def spelled(row: dict[str, Any]) -> dict[str, Any]:
    """Values as text; warnings sorted."""
    told = {name: _text(value) for name, value in row.items() if name != "warnings"}
    return {**told, "warnings": sorted(row.get("warnings", ()))}


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [_text(one) for one in value]
    return None if value is None else str(value)


def quarantined(court: Court, case: Case) -> dict[str, dict[int, list[str]]]:
    """Table -> row -> reject codes, over all nights."""
    found: dict[str, dict[int, list[str]]] = defaultdict(dict)
    for _, table, row, codes in court.quarantined(case.source):
        found[table][row] = sorted(codes)
    return dict(found)


def repeated(court: Court, case: Case) -> dict[str, list[int]]:
    """Table -> rows that say again, word for word, what an earlier row said, over all nights."""
    found: dict[str, list[int]] = {}
    with connect(Settings()) as con:
        for path in sorted((court.store.deliveries / case.source).rglob("accepted/*.parquet")):
            query = (
                "SELECT _row_no FROM read_parquet($path) WHERE list_contains(_warnings, 'duplicate_row') ORDER BY ALL"
            )
            if rows := [row for (row,) in con.execute(query, {"path": str(path)}).fetchall()]:
                found.setdefault(path.stem, []).extend(rows)
    return found
