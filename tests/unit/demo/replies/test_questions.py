from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.errors import StoreError
from core.store import Store
from data_contracts import load
from demo.replies.questions import lists_due

from .conftest import ask, make_district

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 23))


@pytest.fixture(scope="module")
def outbox(tmp_path_factory: pytest.TempPathFactory) -> Store:
    root = tmp_path_factory.mktemp("lists")
    drops, store = make_district(root / "drops", debtors=10), Store(root / "store")
    for day in (FRIDAY, SATURDAY, SUNDAY, MONDAY):
        ask(drops, store, day)
    for day in (date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 8)):
        ask(drops, store, day)
    return store


@pytest.mark.parametrize(
    ("day", "answered"),
    [
        (FRIDAY, ["Q2026112001"]),
        (SATURDAY, []),
        (SUNDAY, []),
        (MONDAY, ["Q2026112101", "Q2026112201", "Q2026112301"]),
        (date(2026, 10, 1), []),
        (date(2026, 10, 8), ["Q2026100101", "Q2026100801"]),
    ],
)
def test_tax_answers_on_working_days_what_came_since(day: date, answered: list[str], outbox: Store) -> None:
    assert [entry.batch for entry in lists_due(outbox, load("tax"), day)] == answered


def test_daily_addressees_answer_their_own_evening(outbox: Store) -> None:
    assert [entry.batch for entry in lists_due(outbox, load("bank_abc"), SUNDAY)] == ["Q2026112201"]


def test_a_list_is_read_back_as_it_was_sent(outbox: Store) -> None:
    (tonight,) = lists_due(outbox, load("household"), MONDAY)
    questions = list(tonight.questions())
    assert questions[0].inquiry_no == "Q2026112301-000000"
    assert questions[0].case_no == "（2026）测0499执0号"
    assert {question.id_type for question in questions} <= {"resident_id", "passport"}
    assert questions[0].window_from is None


def test_a_list_without_its_control_file_does_not_exist_yet(tmp_path: Path) -> None:
    drops, store = make_district(tmp_path / "drops", debtors=5), Store(tmp_path / "store")
    ask(drops, store, MONDAY)
    control = store.outbox_folder("bank_ccb", MONDAY) / "inquiry.csv.ok"
    control.write_text("{}", encoding="utf-8")
    with pytest.raises(StoreError):
        lists_due(store, load("bank_ccb"), MONDAY)
    control.unlink()
    assert lists_due(store, load("bank_ccb"), MONDAY) == []
