from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.errors import NotFoundError
from core.store import Store, compact
from data_contracts import load
from demo.replies import ADDRESSEES, answer

from .conftest import MONDAY, SUNDAY, Evening, ask, make_district
from .reading import batches, judged

SATURDAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> dict[date, Evening]:
    """Two evenings of a district large enough for what is rare: refunds, moves, namesakes."""
    root = tmp_path_factory.mktemp("larger")
    drops, store = make_district(root / "drops", debtors=250), Store(root / "store")
    evenings: dict[date, Evening] = {}
    for day in (MONDAY, date(2026, 11, 24)):
        ask(drops, store, day)
        evenings[day] = Evening(drops, store, answer(drops, store.root, day))
    return evenings


def truth(evening: Evening, day: date, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(
        evening.drops / "truth" / "replies" / compact(day) / f"{name}.parquet"
    ).to_pylist()
    return rows


def asked_numbers(evening: Evening, source: str) -> list[str]:
    table = pq.read_table(evening.store.inquiries / f"Q{compact(MONDAY)}01.parquet").to_pylist()
    return sorted(row["inquiry_no"] for row in table if source in row["sources"])


@pytest.mark.parametrize("source", ADDRESSEES)
def test_every_line_is_answered_exactly_once(source: str, monday: Evening) -> None:
    asked = asked_numbers(monday, source)
    assert len(asked) > 50
    noted = [row for row in truth(monday, MONDAY, "results") if row["source"] == source]
    assert sorted(row["inquiry_no"] for row in noted if row["batch"].startswith(f"Q{compact(MONDAY)}")) == asked
    batch = f"Q{compact(MONDAY)}01"
    top = next(iter(judged(monday.drops, monday.store, source, batch)))
    answered = Counter(row["inquiry_no"] for row in top.accepted)
    assert sorted(answered) == asked
    results = {row["inquiry_no"]: row["result"] for row in noted if row["batch"] == batch}
    assert all(count == 1 for number, count in answered.items() if results[number] in ("none", "error"))


@pytest.mark.parametrize("source", ADDRESSEES)
def test_people_whom_nobody_knows_get_the_answer_none(source: str, monday: Evening) -> None:
    results = {row["inquiry_no"]: row for row in truth(monday, MONDAY, "results") if row["source"] == source}
    unknown = results[f"Q{compact(MONDAY)}01-999000"]
    assert unknown["result"] in ("none", "error")
    assert unknown["debtor_no"] is None


def test_answering_again_gives_the_same_bytes(monday: Evening, tmp_path: Path) -> None:
    shutil.copytree(monday.drops / "truth", tmp_path / "truth", ignore=shutil.ignore_patterns("replies"))
    answer(tmp_path, monday.store.root, MONDAY)
    written = sorted(path for path in monday.drops.rglob(f"*/{compact(MONDAY)}/*") if path.is_file())
    assert len(written) > 20
    for path in written:
        assert (tmp_path / path.relative_to(monday.drops)).read_bytes() == path.read_bytes(), path.name


def test_a_debtor_asked_in_two_cases_is_told_the_same_both_times(monday: Evening) -> None:
    told: dict[tuple[str, str, int], dict[str, set[tuple[str, Any]]]] = {}
    for row in truth(monday, MONDAY, "assets"):
        if row["kind"] != "tax_refund" and row["debtor_no"] is not None:
            key = (row["source"], row["batch"], row["debtor_no"])
            told.setdefault(key, {}).setdefault(row["inquiry_no"], set()).add((row["identifier"], row["value"]))
    twice = [by_inquiry for by_inquiry in told.values() if len(by_inquiry) == 2]
    assert len(twice) > 20
    assert all(first == second for first, second in (by_inquiry.values() for by_inquiry in twice))


def test_assets_of_the_truth_stand_in_the_delivered_rows(monday: Evening) -> None:
    assets = [
        row for row in truth(monday, MONDAY, "assets") if row["source"] == "bank_abc" and row["kind"] == "deposit"
    ]
    tables = {
        table.table: table.accepted for table in judged(monday.drops, monday.store, "bank_abc", f"Q{compact(MONDAY)}01")
    }
    delivered = {(row["inquiry_no"], f"bank_abc:{row['account_no']}"): row["balance"] for row in tables["accounts"]}
    assert len(assets) > 50
    for asset in assets:
        assert delivered[asset["inquiry_no"], asset["identifier"]] == asset["value"]


def test_no_two_holders_share_an_account(monday: Evening) -> None:
    owners: dict[str, set[str]] = {}
    for row in [*truth(monday, MONDAY, "assets"), *truth(monday, MONDAY, "not_theirs")]:
        owners.setdefault(row["identifier"], set()).add(row["owner"])
    assert all(len(found) == 1 for found in owners.values())


def test_strangers_are_never_the_debtor_who_was_asked_about(monday: Evening) -> None:
    assets = {(row["source"], row["inquiry_no"]): row["owner"] for row in truth(monday, MONDAY, "assets")}
    for row in truth(monday, MONDAY, "not_theirs"):
        assert row["tier"] == "possible"
        assert assets.get((row["source"], row["inquiry_no"])) != row["owner"]


def test_tax_rests_on_sunday_and_answers_both_lists_on_monday(monday: Evening) -> None:
    assert not (monday.drops / "tax" / compact(SUNDAY)).exists()
    assert batches(monday.drops, "tax", MONDAY) == ["Q2026112201", "Q2026112301"]
    assert monday.report.batches["tax"] == 2
    assert batches(monday.drops, "household", MONDAY) == ["Q2026112301"]


def test_tax_tells_refund_accounts_only_with_a_notice(larger: dict[date, Evening]) -> None:
    drops, store = larger[MONDAY].drops, larger[MONDAY].store
    tables = {table.table: table.accepted for table in judged(drops, store, "tax", "Q2026112301")}
    reasons: dict[str, set[str | None]] = {}
    for row in tables["taxpayers"]:
        reasons.setdefault(row["inquiry_no"], set()).add(row["reason"])
    told = [row for row in tables["refunds"] if row["refund_amount"] is not None]
    untold = [row for row in tables["refunds"] if row["refund_amount"] is None]
    assert told and untold
    assert all(row["refund_account"] is None and "需协助执行通知书" in reasons[row["inquiry_no"]] for row in untold)


def test_balances_of_about_two_per_cent_move_between_nights(larger: dict[date, Evening]) -> None:
    values: list[dict[str, Any]] = []
    for day, evening in larger.items():
        rows = truth(evening, day, "assets")
        values.append({row["identifier"]: row["value"] for row in rows if row["kind"] == "deposit" and row["value"]})
    both = values[0].keys() & values[1].keys()
    moved = sum(values[0][identifier] != values[1][identifier] for identifier in both)
    assert len(both) > 1_000
    assert 0.005 < moved / len(both) < 0.04


def test_a_second_list_of_the_evening_gets_its_own_reply(tmp_path: Path) -> None:
    drops, store = make_district(tmp_path / "drops", debtors=20), Store(tmp_path / "store")
    ask(drops, store, MONDAY)
    answer(drops, store.root, MONDAY)
    before = {path: path.read_bytes() for path in (drops / "bank_psbc").rglob("*.xlsx")}
    ask(drops, store, MONDAY, run=2)
    assert answer(drops, store.root, MONDAY).batches == dict.fromkeys(ADDRESSEES, 2)
    assert batches(drops, "bank_psbc", MONDAY) == ["Q2026112301", "Q2026112302"]
    assert all(path.read_bytes() == content for path, content in before.items())


def test_nothing_asked_is_nothing_answered(tmp_path: Path) -> None:
    drops = make_district(tmp_path / "drops", debtors=5)
    report = answer(drops, tmp_path / "store", SATURDAY)
    assert report.batches == dict.fromkeys(ADDRESSEES, 0)
    assert [path.name for path in drops.iterdir()] == ["truth"]
    assert "今日无应答" in report.text_zh()


def test_report_counts_what_was_written(monday: Evening) -> None:
    for source in ADDRESSEES:
        results = [row["result"] for row in truth(monday, MONDAY, "results") if row["source"] == source]
        assert monday.report.results[source] == Counter(results)
        assert load(source).agency_now_zh in monday.report.text_zh()


def test_a_folder_without_a_district_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        answer(tmp_path, tmp_path, MONDAY)
