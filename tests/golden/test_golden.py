"""Every folder here is delivered and must end as its expectation says; see README.md."""

from __future__ import annotations

import os
from collections import defaultdict
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from court import Court
from golden_case import PACKED, Case, cases, content

from connectors import present
from core.duck import connect
from core.settings import Settings
from data_contracts import load
from data_contracts.reasons import faults

CASES = cases()


def test_every_fault_of_the_catalogue_has_a_case() -> None:
    assert CASES
    assert {fault for case in CASES for fault in case.faults} == set(faults())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_delivery_ends_as_its_agreement_says(case: Case, tmp_path: Path) -> None:
    court = Court(tmp_path)
    if case.asked:
        court.ask(sources=[case.source], **case.asked)
    for night, told in case.nights.items():
        deliver(case, night, court.drops)
        outcome = court.take(case.source, night)
        assert (outcome.outcome, outcome.message.split("；")) == (told["outcome"], told["message"].split("；"))
    expected = {table: [spelled(row) for row in rows] for table, rows in case.accepted.items()}
    assert accepted(court, case) == expected
    assert quarantined(court, case) == case.quarantined


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
    for _, table, row, reasons in court.quarantined(case.source):
        found[table][row] = sorted(reasons)
    return dict(found)
