from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from court import SETTINGS, SUNDAY, Court, assert_conserved, at, day, holder, right

from connectors import intake, present
from connectors.alone import alone
from connectors.records import Outcome, read_deliveries, read_outcome
from core.errors import TransientError
from core.files import sha256_of
from core.store import Store
from data_contracts import load


@pytest.fixture
def court(tmp_path: Path) -> Court:
    return Court(tmp_path)


def codes(outcome: Outcome) -> set[tuple[str, bool]]:
    return {(verdict.code, verdict.held) for verdict in outcome.verdicts}


# full and delta


def test_a_full_then_deltas_make_the_present_state(court: Court) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right("a"), right("b")], "holders": [holder("a"), holder("b")]})
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, outcome.mode, outcome.rows_delivered, outcome.rows_accepted) == ("loaded", "full", 4, 4)
    assert (outcome.data_as_of, outcome.age_days) == (datetime(2026, 11, 22, 20), 0)
    assert not outcome.needs_operator
    assert outcome.message == "全量已接收 4 行"

    land.zip(day(1), "delta", {"rights": [right("b", "U", location="新址"), right("c")], "holders": [holder("c")]})
    land.zip(day(2), "delta", {"rights": [right("a", "D")]})
    assert court.take("land", day(1)).mode == "delta"
    court.take("land", day(2))
    assert [row[0] for row in court.rows("land", "rights", "right_id")] == ["b", "c"]
    assert [row[0] for row in court.rows("land", "holders", "right_id")] == ["b", "c"]
    assert [row[0] for row in court.rows("land", "rights", "right_id", day(1))] == ["a", "b", "c"]


def test_rows_say_where_they_stand(court: Court) -> None:
    path = court.agency("land").zip(SUNDAY, "full", {"rights": [right("a")]})
    court.take("land", SUNDAY)
    facts = "_business_date, _file, _file_sha256, _row_no, _data_as_of, _batch"
    assert court.rows("land", "rights", facts) == [
        (SUNDAY, path.name, sha256_of(path), 1, datetime(2026, 11, 22, 20), None)
    ]


def test_raw_bytes_are_archived_even_when_the_file_is_held(court: Court) -> None:
    path = court.agency("land").zip(SUNDAY, "full", {"rights": [right("a")]}, stated={"sha256": "0" * 64})
    assert court.take("land", SUNDAY).outcome == "rejected"
    assert court.store.archived(sha256_of(path)).read_bytes() == path.read_bytes()


def test_nested_children_are_replaced_with_their_unit(court: Court) -> None:
    housing = court.agency("housing")
    owners = [{"seq": "1"}, {"seq": "2"}]
    housing.units(SUNDAY, "full", [({"unit_id": "u"}, {"owners": owners}), ({"unit_id": "v"}, {"owners": owners[:1]})])
    assert court.take("housing", SUNDAY).rows_accepted == 5
    housing.units(
        day(1), "delta", [({"unit_id": "u", "op": "U"}, {"owners": owners[1:]}), ({"unit_id": "v", "op": "D"}, {})]
    )
    assert court.take("housing", day(1)).rows_accepted == 3
    assert court.rows("housing", "owners", "unit_id, seq") == [("u", 2)]


def test_an_empty_delta_is_a_delivery_and_silence_is_not(court: Court) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right("a")]})
    court.take("land", SUNDAY)
    for offset in (1, 2):  # the same few bytes both days
        land.zip(day(offset), "delta", {})
        outcome = court.take("land", day(offset))
        assert (outcome.outcome, outcome.rows_delivered, outcome.age_days) == ("loaded", 0, 0)
    silent = court.take("land", day(3))
    assert (silent.outcome, silent.rows_delivered, silent.age_days) == ("missing", None, 1)
    assert "沿用 2026-11-24" in silent.message


def test_after_a_missing_date_the_source_is_flagged_until_the_next_full(court: Court) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right("a")]})
    court.take("land", SUNDAY)
    court.take("land", day(1))
    land.zip(day(2), "delta", {"rights": [right("b")]})
    outcome = court.take("land", day(2))
    assert (outcome.outcome, outcome.gap_since) == ("loaded", day(1))
    assert "2026-11-23" in outcome.message
    land.zip(day(7), "full", {"rights": [right("a"), right("b")]})
    assert court.take("land", day(7)).gap_since is None


def test_a_source_grows_stale(court: Court) -> None:
    court.agency("land").zip(SUNDAY, "full", {"rights": [right("a")]})
    assert [court.take("land", day(offset)).outcome for offset in (0, 1, 3, 4)] == [
        "loaded",
        "missing",
        "missing",
        "stale",
    ]


def test_a_source_that_never_came_is_missing(court: Court) -> None:
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, outcome.data_as_of, outcome.needs_operator) == ("missing", None, True)
    assert "此前尚无可用数据" in outcome.message


def test_what_is_not_due_is_not_missing(court: Court) -> None:
    assert court.take("planning", day(6)).outcome == "unchanged"  # a Saturday
    assert court.take("mining", day(1)).outcome == "unchanged"  # weekly
    assert court.take("tax", day(1)).outcome == "unchanged"  # nobody was asked


# what holds a file


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bytes": 1}, "size_mismatch"),
        ({"sha256": "0" * 64}, "hash_mismatch"),
        ({"mode": "delta"}, "mode_mismatch"),
        ({"inquiry_batch": "Q2026112201"}, "mode_mismatch"),
        ({"rows": {"rights": 2}}, "count_mismatch"),
        ({"file": "other.zip"}, "missing_control"),
    ],
)
def test_a_control_file_that_does_not_fit_holds_the_full(court: Court, changes: dict[str, Any], code: str) -> None:
    land = court.agency("land")
    land.zip(day(-7), "full", {"rights": [right("old")]})
    court.take("land", day(-7))
    land.zip(SUNDAY, "full", {"rights": [right("a")]}, stated=changes)
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, outcome.rows_delivered, outcome.age_days) == ("rejected", None, 7)
    assert (code, True) in codes(outcome)
    assert "land_full_20261122.zip" in outcome.message
    assert "沿用 2026-11-15" in outcome.message
    assert court.rows("land", "rights", "right_id") == [("old",)]


def break_zip(path: Path) -> None:
    path.write_bytes(b"this is no archive")


def break_empty(path: Path) -> None:
    path.write_bytes(b"")


def break_header(path: Path) -> None:
    import io
    import zipfile

    source = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w") as target:
        for entry in source.namelist():
            content = source.read(entry)
            if entry == "rights.csv":
                content = "错误表头".encode("gb18030") + content[content.index(b",") :]
            target.writestr(entry, content)


@pytest.mark.parametrize("damage", [break_zip, break_empty, break_header])
def test_a_file_of_another_layout_is_held_though_its_control_agrees(
    court: Court, damage: Callable[[Path], None]
) -> None:
    land = court.agency("land")
    path = land.zip(SUNDAY, "full", {"rights": [right("a")]})
    damage(path)
    land.put(SUNDAY, path.name, path.read_bytes(), {"rights": 1})
    outcome = court.take("land", SUNDAY)
    assert outcome.outcome == "rejected"
    assert codes(outcome) == {("unexpected_layout", True)}


@pytest.mark.parametrize("damage", [break_zip, break_empty])
def test_a_truncated_file_is_held_by_its_size(court: Court, damage: Callable[[Path], None]) -> None:
    damage(court.agency("land").zip(SUNDAY, "full", {"rights": [right("a")]}))
    assert codes(court.take("land", SUNDAY)) == {("size_mismatch", True)}


def test_a_count_mismatch_of_a_delta_is_loaded_and_flagged(court: Court) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right("a")]})
    court.take("land", SUNDAY)
    land.zip(day(1), "delta", {"rights": [right("b")]}, stated={"rows": {"rights": 7}})
    outcome = court.take("land", day(1))
    assert (outcome.outcome, outcome.rows_accepted) == ("loaded", 1)
    assert codes(outcome) == {("count_mismatch", False)}
    assert "应为 7，实为 1" in outcome.message


def test_a_full_that_calls_itself_a_delta_is_held(court: Court) -> None:
    land = court.agency("land")
    rights = [right(f"r{number}") for number in range(30)]
    land.zip(SUNDAY, "full", {"rights": rights})
    court.take("land", SUNDAY)
    land.zip(day(1), "delta", {"rights": rights[:20]})
    outcome = court.take("land", day(1))
    assert (outcome.outcome, codes(outcome)) == ("rejected", {("mode_mismatch", True)})
    assert len(court.rows("land", "rights", "right_id")) == 30
    # many new rows are no full
    land.zip(day(2), "delta", {"rights": [right(f"n{number}") for number in range(20)]})
    assert court.take("land", day(2)).outcome == "loaded"


def test_a_full_that_lost_a_third_of_the_register_is_held(court: Court) -> None:
    land = court.agency("land")
    rights = [right(f"r{number:03}") for number in range(100)]
    land.zip(SUNDAY, "full", {"rights": rights})
    court.take("land", SUNDAY)
    land.zip(day(7), "full", {"rights": rights[:60]})
    outcome = court.take("land", day(7))
    assert (outcome.outcome, codes(outcome)) == ("rejected", {("count_mismatch", True)})
    assert "以往全量 100 行" in outcome.message


def test_an_empty_full_is_not_the_end_of_a_register(court: Court) -> None:
    vehicles = court.agency("vehicles")
    for offset, rows in ((0, [{"vehicle_id": "v1"}]), (7, [])):
        for file_id in ("base", "seizure", "mortgage", "business"):
            vehicles.text(day(offset), "full", file_id, rows if file_id == "base" else [])
    court.take("vehicles", SUNDAY)
    outcome = court.take("vehicles", day(7))
    assert (outcome.outcome, codes(outcome)) == ("rejected", {("count_mismatch", True)})
    assert "vehicles 0 行，以往全量 1 行" in outcome.message
    assert court.rows("vehicles", "vehicles", "vehicle_id") == [("v1",)]


def test_a_first_full_that_looks_cut_is_not_said_to_differ_from_its_control_file(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_contracts.suite_expectations.CUT_AT", (2,))
    court.agency("land").zip(SUNDAY, "full", {"rights": [right("a"), right("b")]})
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, codes(outcome)) == ("rejected", {("count_mismatch", True)})
    assert "疑似被截断（rights 2 行），已扣留，暂缓采用，请来源单位重送完整文件" in outcome.message
    assert "控制文件" not in outcome.message


def test_a_table_most_of_whose_rows_fail_holds_its_file(court: Court) -> None:
    rights = [right(f"r{number}", right_type="错") for number in range(60)]
    court.agency("land").zip(SUNDAY, "full", {"rights": rights})
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, outcome.rows_delivered) == ("rejected", None)
    assert {code for code, _ in codes(outcome)} == {"unexpected_layout"}
    assert "rights.right_type" in outcome.message


def test_a_table_cut_at_a_spreadsheets_limit_is_held_though_its_control_agrees(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_contracts.suite_expectations.CUT_AT", (3, 4))
    land = court.agency("land")
    rights = [right("a")]
    land.zip(SUNDAY, "full", {"rights": rights, "holders": [holder("a", str(seq)) for seq in range(1, 7)]})
    court.take("land", SUNDAY)
    land.zip(day(7), "full", {"rights": rights, "holders": [holder("a", str(seq)) for seq in range(1, 5)]})
    outcome = court.take("land", day(7))
    assert (outcome.outcome, codes(outcome)) == ("rejected", {("count_mismatch", True)})


def test_deltas_without_a_full_need_a_look(court: Court) -> None:
    court.agency("land").zip(day(1), "delta", {"rights": [right("a")]})
    outcome = court.take("land", day(1))
    assert (outcome.outcome, outcome.complete, outcome.needs_operator) == ("loaded", False, True)
    assert "尚未收到全量" in outcome.message


def test_a_corrected_control_file_lets_the_held_bytes_in(court: Court) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right("a")]}, stated={"rows": {"rights": 9}})
    assert court.take("land", SUNDAY).outcome == "rejected"
    land.zip(SUNDAY, "full", {"rights": [right("a")]})
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, outcome.rows_accepted, codes(outcome)) == ("loaded", 1, set())


# revisions, repetitions, late and partial deliveries


def test_a_revision_replaces_the_whole_earlier_file(court: Court) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right("a"), right("b")]})
    court.take("land", SUNDAY)
    land.zip(SUNDAY, "full", {"rights": [right("b")]}, revision="_r2")
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, outcome.rows_delivered, outcome.changed) == ("loaded", 1, True)
    assert court.rows("land", "rights", "right_id, _file") == [("b", "land_full_20261122_r2.zip")]


def test_a_held_revision_leaves_the_earlier_file_standing(court: Court) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right("a")]})
    court.take("land", SUNDAY)
    land.zip(SUNDAY, "full", {"rights": [right("b")]}, revision="_r2", stated={"sha256": "0" * 64})
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, outcome.rows_delivered) == ("rejected", 1)
    assert court.rows("land", "rights", "right_id") == [("a",)]


def test_a_revision_beside_its_file_replaces_it(court: Court) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right("a"), right("b")]})
    land.zip(SUNDAY, "full", {"rights": [right("b"), right("c")]}, revision="_r2")
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, outcome.rows_delivered) == ("loaded", 2)
    assert court.rows("land", "rights", "right_id, _file") == [
        ("b", "land_full_20261122_r2.zip"),
        ("c", "land_full_20261122_r2.zip"),
    ]
    assert not court.take("land", SUNDAY).changed


def test_a_revision_that_the_suite_holds_leaves_the_file_beside_it(court: Court) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right(str(number)) for number in range(60)]})
    land.zip(SUNDAY, "full", {"rights": [right("1", right_type="no such code")] * 60}, revision="_r2")
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, outcome.rows_delivered) == ("rejected", 60)
    assert len(court.rows("land", "rights", "right_id")) == 60


def test_known_bytes_under_another_date_are_loaded_once(court: Court) -> None:
    mining = court.agency("mining")
    path = mining.workbook(SUNDAY, "full", [{"permit_no": "3704990520003"}])
    assert court.take("mining", SUNDAY).rows_accepted == 1
    again = mining.folder(day(7)) / "mining_full_20261129.xlsx"
    shutil.copy2(path, again)
    outcome = court.take("mining", day(7))
    assert (outcome.outcome, outcome.rows_delivered, codes(outcome)) == (
        "unchanged",
        None,
        {("duplicate_delivery", False)},
    )
    assert not outcome.needs_operator
    assert court.rows("mining", "rights", "_business_date") == [(SUNDAY,)]


def test_a_late_delivery_is_taken_before_the_nights_own(court: Court) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right("a")]})
    court.take("land", SUNDAY)
    assert court.take("land", day(1)).outcome == "missing"
    land.zip(day(1), "delta", {"rights": [right("a", "U", location="周一"), right("b")]})
    land.zip(day(2), "delta", {"rights": [right("a", "U", location="周二")]})
    outcome = court.take("land", day(2))
    assert (outcome.outcome, outcome.gap_since) == ("loaded", None)
    assert court.rows("land", "rights", "right_id, location") == [
        ("a", "周二"),
        ("b", load("land").table("rights").column("location").example),
    ]
    monday = read_outcome(court.store, "land", day(1))
    assert monday is not None
    assert (monday.outcome, monday.rows_accepted) == ("loaded", 2)
    assert ("late_delivery", False) in codes(monday)


def test_a_source_met_for_the_first_time_starts_at_its_newest_full(court: Court) -> None:
    land = court.agency("land")
    land.zip(day(-7), "full", {"rights": [right("old")]})
    land.zip(SUNDAY, "full", {"rights": [right("a")]})
    land.zip(day(1), "delta", {"rights": [right("b")]})
    assert court.take("land", day(2)).outcome == "missing"
    assert [record.business_date for record in read_deliveries(court.store, "land")] == [SUNDAY, day(1)]
    assert court.rows("land", "rights", "right_id") == [("a",), ("b",)]


def test_the_rest_of_a_partial_delivery_is_taken(court: Court) -> None:
    vehicles = court.agency("vehicles")
    for file_id in ("base", "seizure", "mortgage", "business"):
        rows = [{"vehicle_id": "v1"}] if file_id in ("base", "seizure") else []
        vehicles.text(SUNDAY, "full", file_id, rows)
    assert court.take("vehicles", SUNDAY).complete
    vehicles.text(day(1), "delta", "seizure", [{"vehicle_id": "v1", "seizure_no": "CF2", "op": "I"}])
    outcome = court.take("vehicles", day(1))
    assert (outcome.outcome, outcome.rows_accepted, outcome.complete) == ("loaded", 1, False)
    assert outcome.needs_operator
    assert "缺少文件 base、business、mortgage" in outcome.message
    assert len(court.rows("vehicles", "seizures", "vehicle_id")) == 2
    assert court.rows("vehicles", "vehicles", "vehicle_id") == [("v1",)]

    for file_id in ("base", "mortgage", "business"):  # the rest arrives later
        vehicles.text(day(1), "delta", file_id, [{"vehicle_id": "v3", "op": "I"}] if file_id == "base" else [])
    outcome = court.take("vehicles", day(1))
    assert (outcome.outcome, outcome.rows_accepted, outcome.complete) == ("loaded", 2, True)
    assert len(court.rows("vehicles", "seizures", "vehicle_id")) == 2


def test_one_held_file_does_not_hold_the_others(court: Court) -> None:
    vehicles = court.agency("vehicles")
    for file_id in ("base", "seizure", "mortgage", "business"):
        changes = {"sha256": "0" * 64} if file_id == "mortgage" else {}
        vehicles.text(SUNDAY, "full", file_id, [{"vehicle_id": "v1"}] if file_id == "base" else [], stated=changes)
    outcome = court.take("vehicles", SUNDAY)
    assert (outcome.outcome, outcome.rows_accepted) == ("rejected", 1)
    assert court.rows("vehicles", "vehicles", "vehicle_id") == [("v1",)]


def test_files_without_control_file_have_not_come(court: Court) -> None:
    path = court.agency("land").zip(SUNDAY, "full", {"rights": [right("a")]})
    path.with_name(f"{path.name}.ok").unlink()
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, codes(outcome)) == ("missing", {("missing_control", False)})
    assert path.name in outcome.message


def test_a_stranger_in_the_folder_is_named_and_left(court: Court) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right("a")]})
    (land.folder(SUNDAY) / "readme.txt").write_text("hello")
    (land.folder(SUNDAY) / "测试甲370499198503120017.xlsx").write_text("hello")
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, codes(outcome)) == ("loaded", {("unexpected_file", False)})
    assert "readme.txt、第4个文件：文件名不符合任何约定" in outcome.message
    kept = [path for path in court.store.root.rglob("*") if path.is_file()]
    assert not any("测试甲370499".encode() in path.read_bytes() or "测试甲" in path.name for path in kept)


# pages, workbooks without control


def test_pages_of_one_reading_are_one_delivery(court: Court) -> None:
    development = court.agency("development")
    for page, names in enumerate((("p1", "p2"), ("p3",)), start=1):
        development.page(SUNDAY, "full", page, [{"project_code": name} for name in names], of=2, total=3)
    outcome = court.take("development", SUNDAY)
    assert (outcome.outcome, outcome.rows_delivered) == ("loaded", 3)
    assert court.rows("development", "projects", "project_code, _file, _row_no") == [
        ("p1", "development_full_20261122_p0001.json", 1),
        ("p2", "development_full_20261122_p0001.json", 2),
        ("p3", "development_full_20261122_p0002.json", 1),
    ]


def test_nothing_of_an_incomplete_reading_is_loaded(court: Court) -> None:
    development = court.agency("development")
    development.page(SUNDAY, "full", 1, [{"project_code": "p1"}], of=2, total=2)
    outcome = court.take("development", SUNDAY)
    assert (outcome.outcome, outcome.rows_delivered) == ("missing", None)
    assert "缺第 2 页" in outcome.message
    development.page(SUNDAY, "full", 2, [{"project_code": "p2"}], of=2, total=2)
    assert court.take("development", SUNDAY).rows_accepted == 2


def test_pages_that_do_not_add_up_are_held(court: Court) -> None:
    development = court.agency("development")
    for page in (1, 2):
        development.page(SUNDAY, "full", page, [{"project_code": f"p{page}"}], of=2, total=5)
    outcome = court.take("development", SUNDAY)
    assert (outcome.outcome, codes(outcome)) == ("rejected", {("count_mismatch", True)})


def test_pages_of_two_snapshots_are_held(court: Court) -> None:
    development = court.agency("development")
    development.page(SUNDAY, "full", 1, [{"project_code": "p1"}], of=2, total=2)
    development.page(SUNDAY, "full", 2, [{"project_code": "p2"}], of=2, total=2, snapshot="S-other")
    assert court.take("development", SUNDAY).outcome == "rejected"


def test_a_page_repeated_under_the_next_number_is_recognised(court: Court) -> None:
    development = court.agency("development")
    development.page(SUNDAY, "full", 1, [{"project_code": "p1"}], of=2, total=2)
    second = development.page(SUNDAY, "full", 2, [{"project_code": "p2"}], of=2, total=2)
    name = second.name.replace("p0002", "p0003")
    development.put(SUNDAY, name, second.read_bytes(), {"projects": 1, "documents": 0, "applications": 0})
    outcome = court.take("development", SUNDAY)
    assert (outcome.outcome, outcome.rows_delivered) == ("loaded", 2)
    assert codes(outcome) == {("duplicate_delivery", False)}


def test_a_workbook_is_checked_against_its_own_count(court: Court) -> None:
    mining = court.agency("mining")
    mining.workbook(SUNDAY, "full", [{"permit_no": "3704990520003"}], counted=2)
    outcome = court.take("mining", SUNDAY)
    assert (outcome.outcome, codes(outcome)) == ("rejected", {("count_mismatch", True)})
    mining.workbook(SUNDAY, "full", [{"permit_no": "3704990520003"}])
    outcome = court.take("mining", SUNDAY)
    assert (outcome.outcome, outcome.rows_accepted) == ("loaded", 1)
    assert outcome.data_as_of == datetime(2026, 11, 22, 23, 59, 59)
    control = read_deliveries(court.store, "mining")[-1].files[0].control
    assert control is not None
    assert control["rows"] == {"rights": 1, "seizures": 0}


# replies


def found(batch: str, number: int, **changes: str | None) -> dict[str, str | None]:
    return {"inquiry_no": f"{batch}-{number:06d}", "result": "1", "hit_no": "1", "name": "测试甲", **changes}


def test_a_reply_answers_its_batch(court: Court) -> None:
    batch = "Q2026112201"
    court.ask(batch, ["household"])
    court.agency("household").reply(SUNDAY, batch, [found(batch, 1), found(batch, 2)])
    outcome = court.take("household", SUNDAY)
    assert (outcome.outcome, outcome.mode, outcome.rows_accepted) == ("loaded", "reply", 2)
    assert court.rows("household", "persons", "inquiry_no, _batch") == [
        (f"{batch}-000001", batch),
        (f"{batch}-000002", batch),
    ]


def test_an_answer_to_a_question_nobody_asked_is_quarantined(court: Court) -> None:
    batch = "Q2026112201"
    court.ask(batch, ["household"], lines=1)
    court.agency("household").reply(SUNDAY, batch, [found(batch, 1), found(batch, 2)])
    outcome = court.take("household", SUNDAY)
    assert (outcome.rows_accepted, outcome.rows_quarantined, outcome.reasons) == (1, 1, {"unknown_inquiry": 1})
    assert outcome.tolerance_exceeded


def test_a_batch_nobody_asked_is_not_even_read(court: Court) -> None:
    court.ask("Q2026112201", ["household"])
    path = court.agency("household").reply(SUNDAY, "Q2026112209", [found("Q2026112209", 1)])
    outcome = court.take("household", SUNDAY)
    assert (outcome.outcome, codes(outcome)) == ("rejected", {("unexpected_file", True)})
    assert not court.store.archived(sha256_of(path)).exists()


def test_a_due_answer_that_did_not_come_is_missing(court: Court) -> None:
    court.ask("Q2026112201", ["household"])
    outcome = court.take("household", SUNDAY)
    assert (outcome.outcome, outcome.needs_operator) == ("missing", True)


def test_on_monday_tax_answers_the_weekend(court: Court) -> None:
    batches = ["Q2026112101", "Q2026112201", "Q2026112301"]
    for batch in batches:
        court.ask(batch, ["household"])
    household = court.agency("household")
    assert court.take("household", SUNDAY).outcome == "missing"
    for batch in batches:
        household.reply(day(1), batch, [found(batch, 1)])
    outcome = court.take("household", day(1))
    assert (outcome.outcome, outcome.rows_accepted, len(outcome.deliveries)) == ("loaded", 3, 3)
    assert {row[0] for row in court.rows("household", "persons", "_batch")} == set(batches)


def test_weekend_answers_of_a_working_day_source_are_not_due(court: Court) -> None:
    court.ask("Q2026112201", ["tax"])
    assert court.take("tax", SUNDAY).outcome == "unchanged"
    assert court.take("tax", day(1)).outcome == "missing"


def test_an_answer_with_a_missing_file_is_partial(court: Court) -> None:
    batch = "Q2026112201"
    court.ask(batch, ["bank_sdrcb"])
    bank = court.agency("bank_sdrcb")
    bank.reply(SUNDAY, batch, [{"inquiry_no": f"{batch}-000001"}], file_id="accounts")
    assert not court.take("bank_sdrcb", SUNDAY).complete
    (row,) = present.reply_batches(court.store, ["bank_sdrcb"]).to_pylist()
    assert (row["batch"], row["complete"]) == (batch, False)
    bank.reply(SUNDAY, batch, [], file_id="measures")
    assert court.take("bank_sdrcb", SUNDAY).complete
    assert present.reply_batches(court.store, ["bank_sdrcb"]).column("complete").to_pylist() == [True]


def test_yesterdays_reply_under_todays_name_answers_nothing(court: Court) -> None:
    first, second = "Q2026112201", "Q2026112301"
    household = court.agency("household")
    court.ask(first, ["household"])
    court.ask(second, ["household"])
    path = household.reply(SUNDAY, first, [found(first, 1)])
    court.take("household", SUNDAY)
    household.put(
        day(1), path.name.replace(first, second), path.read_bytes(), {"persons": 1}, stated={"inquiry_batch": second}
    )
    outcome = court.take("household", day(1))
    assert (outcome.outcome, outcome.complete) == ("unchanged", False)
    assert {row[0] for row in court.rows("household", "persons", "_batch")} == {first}


def test_yesterdays_rows_in_other_bytes_under_todays_name_answer_nothing_either(court: Court) -> None:
    first, second = "Q2026112201", "Q2026112301"
    household = court.agency("household")
    court.ask(first, ["household"])
    court.ask(second, ["household"])
    household.reply(SUNDAY, first, [found(first, 1), found(first, 2)])
    sunday = court.take("household", SUNDAY)
    household.reply(day(1), second, [found(first, 1), found(first, 2, address="别处")])
    outcome = court.take("household", day(1))
    assert (outcome.outcome, outcome.rows_accepted, outcome.reasons) == ("loaded", 0, {"unknown_inquiry": 2})
    assert (outcome.complete, outcome.data_as_of) == (False, sunday.data_as_of)
    assert f"批次 {second} 尚无反馈" in outcome.message
    assert {row[0] for row in court.rows("household", "persons", "_batch")} == {first}
    batches = present.reply_batches(court.store, ["household"]).to_pylist()
    assert [(row["batch"], row["complete"]) for row in batches] == [(first, True), (second, False)]

    household.reply(day(1), second, [found(second, 1)])
    outcome = court.take("household", day(1))
    assert (outcome.outcome, outcome.rows_accepted, outcome.complete) == ("loaded", 1, True)
    assert "尚无反馈" not in outcome.message


def test_a_reply_without_a_row_answers_nothing(court: Court) -> None:
    batch = "Q2026112201"
    court.ask(batch, ["household"])
    court.agency("household").reply(SUNDAY, batch, [])
    outcome = court.take("household", SUNDAY)
    assert (outcome.rows_delivered, outcome.complete) == (0, False)
    assert f"批次 {batch} 尚无反馈" in outcome.message


# rows


def test_quarantined_rows_keep_their_place_and_reason(court: Court) -> None:
    rights = [right("a"), right("b", right_type="错"), right("a", location="别处")]
    court.agency("land").zip(SUNDAY, "full", {"rights": rights})
    outcome = court.take("land", SUNDAY)
    assert (outcome.rows_delivered, outcome.rows_accepted, outcome.rows_quarantined) == (3, 0, 3)
    name = "land_full_20261122.zip"
    assert court.quarantined("land") == [
        (name, "rights", 1, ["duplicate_key"]),
        (name, "rights", 2, ["unknown_code"]),
        (name, "rights", 3, ["duplicate_key"]),
    ]
    assert outcome.reasons == {"duplicate_key": 2, "unknown_code": 1}
    assert outcome.tolerance_exceeded


def test_an_orphan_is_accepted_in_its_own_delivery_once_its_parent_comes(court: Court) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right("a")], "holders": [holder("a"), holder("n"), holder("m")]})
    sunday = court.take("land", SUNDAY)
    assert (sunday.rows_accepted, sunday.rows_quarantined) == (2, 2)
    land.zip(day(1), "delta", {"rights": [right("n")]})
    court.take("land", day(1))
    again = read_outcome(court.store, "land", SUNDAY)
    assert again is not None
    assert_conserved(again)
    assert (again.rows_delivered, again.rows_accepted, again.rows_quarantined) == (4, 3, 1)
    assert again.reasons == {"orphan_child": 1}
    assert court.rows("land", "holders", "right_id, _business_date, _row_no") == [("a", SUNDAY, 1), ("n", SUNDAY, 2)]
    assert court.quarantined("land", "row_no") == [(3,)]

    land.zip(day(2), "delta", {"rights": [right("m")]})
    court.take("land", day(2))
    assert court.quarantined("land") == []
    assert len(court.rows("land", "holders", "right_id")) == 3


def test_a_deltas_child_may_belong_to_a_parent_held_from_before(court: Court) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right("a")]})
    court.take("land", SUNDAY)
    land.zip(day(1), "delta", {"holders": [holder("a"), holder("x")]})
    outcome = court.take("land", day(1))
    assert (outcome.rows_accepted, outcome.reasons) == (1, {"orphan_child": 1})


# rerun, kill


def store_state(store: Store) -> dict[str, str]:
    return {
        str(path.relative_to(store.root)): sha256_of(path) for path in sorted(store.root.rglob("*")) if path.is_file()
    }


def test_a_rerun_changes_nothing_and_says_so(court: Court) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right("a")], "holders": [holder("n")]})
    assert court.take("land", SUNDAY).changed
    before = store_state(court.store)
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, outcome.rows_delivered, outcome.changed) == ("loaded", 2, False)
    assert store_state(court.store) == before


def test_touched_files_with_known_bytes_are_not_taken_twice(court: Court) -> None:
    path = court.agency("land").zip(SUNDAY, "full", {"rights": [right("a")]})
    court.take("land", SUNDAY)
    path.touch()
    assert not court.take("land", SUNDAY).changed
    assert len(read_deliveries(court.store, "land")) == 1


def test_an_unchanged_rejection_is_not_news(court: Court) -> None:
    court.agency("land").zip(SUNDAY, "full", {"rights": [right("a")]}, stated={"sha256": "0" * 64})
    assert court.take("land", SUNDAY).changed
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, outcome.changed) == ("rejected", False)


@pytest.mark.parametrize(
    "target",
    [
        "pull.archive.keep",
        "pull.read_file",
        "taking.filter_delivery",
        "taking.write_json",
        "concluding.conclude",
        "concluding.write_json",
    ],
)
def test_a_run_killed_anywhere_is_made_good_by_the_next(
    court: Court, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": [right("a")], "holders": [holder("a"), holder("n")]})
    whole = Court(court.drops.parent / "whole") if (court.drops.parent / "whole").mkdir() is None else court
    shutil.copytree(court.drops, whole.drops, dirs_exist_ok=True)
    expected = whole.take("land", SUNDAY)

    class Killed(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(f"connectors.{target}", die)
        with pytest.raises(Killed):
            intake.take(SETTINGS, court.store, "land", SUNDAY, at(court.drops))
    outcome = court.take("land", SUNDAY)
    assert (outcome.outcome, outcome.tables, outcome.deliveries) == ("loaded", expected.tables, expected.deliveries)
    assert court.rows("land", "holders", "right_id") == [("a",)]
    assert court.quarantined("land") == whole.quarantined("land")


def test_what_a_killed_run_left_in_work_is_no_obstacle(court: Court) -> None:
    litter = court.store.work / "intake" / "land" / "d123" / "accepted"
    litter.mkdir(parents=True)
    (litter / "rights.parquet").write_bytes(b"half a fi")
    court.agency("land").zip(SUNDAY, "full", {"rights": [right("a")]})
    assert court.take("land", SUNDAY).rows_accepted == 1


def test_a_surprise_becomes_an_outcome_without_values(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    def surprise(*_: Any, **__: Any) -> None:
        raise ValueError("测试甲 370499198503120017")

    court.agency("land").zip(SUNDAY, "full", {"rights": [right("a")]})
    monkeypatch.setattr("connectors.taking.filter_delivery", surprise)
    outcome = court.take("land", SUNDAY)
    assert outcome.outcome == "rejected"
    assert "ValueError" in outcome.message
    assert "370499198503120017" not in outcome.message
    monkeypatch.undo()
    assert court.take("land", SUNDAY).outcome == "loaded"


def test_a_sender_that_never_answers_counts_as_missing_and_costs_nothing_taken_before(court: Court) -> None:
    assert intake.failed(court.store, "land", SUNDAY, "TransientError").outcome == "missing"
    court.agency("land").zip(SUNDAY, "full", {"rights": [right("a")]})
    court.take("land", SUNDAY)
    again = intake.failed(court.store, "land", SUNDAY, "TransientError")
    assert (again.outcome, again.rows_accepted) == ("loaded", 1)
    outcome = intake.failed(court.store, "land", day(5), "TransientError")
    assert (outcome.outcome, outcome.age_days) == ("stale", 5)
    assert "TransientError" in outcome.message


def test_two_runs_do_not_take_one_source_at_once(court: Court) -> None:
    with alone(court.store, "land"), pytest.raises(TransientError):
        court.take("land", SUNDAY)
