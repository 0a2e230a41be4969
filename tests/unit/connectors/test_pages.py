from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from connectors.control import Control
from connectors.delivery import Part
from connectors.formats import ReadReport
from connectors.pages import put_together
from connectors.pull import Read
from connectors.transport import RemoteFile
from data_contracts import load

NOW = datetime(2026, 11, 22, 23)


def page(
    number: int, *, of: int, rows: int = 1, total: int = 2, snapshot: str = "S1", named: int | None = None
) -> Read:
    name = f"development_full_20261122_p{named or number:04d}.json"
    head = {"page": number, "total_pages": of, "snapshot": snapshot, "total_rows": {"projects": total}}
    control = Control(name, 1, "0" * 64, {"projects": rows}, "full", NOW, NOW, None)
    declared = load("development").files[0]
    part = Part(NOW.date(), RemoteFile(name, 1, NOW, name), declared, "full", None, named or number, 1, None)
    return Read(part, "0" * 64, control, Path(), ReadReport(name, {"projects": rows}, head=head))


def test_pages_are_ordered_by_what_they_say() -> None:
    reading = put_together([page(2, of=2), page(1, of=2)])
    assert [read.part.page for read in reading.pages] == [1, 2]
    assert reading.verdict is None
    assert reading.repeated == ()


def test_a_repetition_loses_against_the_page_under_its_own_number() -> None:
    reading = put_together([page(1, of=2), page(2, of=2, named=1), page(2, of=2)])
    assert [read.part.file.name[-9:] for read in reading.pages] == ["0001.json", "0002.json"]
    assert [verdict.code for _, verdict in reading.repeated] == ["duplicate_delivery"]


@pytest.mark.parametrize(
    ("pages", "held"),
    [
        ([page(1, of=3), page(3, of=3)], False),
        ([page(1, of=2, snapshot="S1"), page(2, of=2, snapshot="S2")], True),
        ([page(1, of=2), page(2, of=3)], True),
        ([page(1, of=2), page(2, of=2, rows=5)], True),
    ],
)
def test_what_does_not_add_up_is_not_loaded(pages: list[Read], held: bool) -> None:
    verdict = put_together(pages).verdict
    assert verdict is not None
    assert (verdict.code, verdict.held) == ("count_mismatch", held)


def test_absent_pages_are_named() -> None:
    verdict = put_together([page(2, of=4)]).verdict
    assert verdict is not None
    assert verdict.facts["pages"] == "1、3、4"
