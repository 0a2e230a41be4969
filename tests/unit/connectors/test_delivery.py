from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from connectors import delivery
from connectors.delivery import Standing, discover, fingerprint, settled
from connectors.transport import RemoteFile
from core import clock
from data_contracts import load

SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)
EVENING = datetime(2026, 11, 22, 23, 40)


def files(*names: str, modified: datetime = EVENING) -> list[RemoteFile]:
    return [RemoteFile(name, 10, modified, name) for name in sorted(names)]


def with_control(*names: str) -> list[RemoteFile]:
    return files(*names, *(f"{name}.ok" for name in names))


def look(source: str, listing: list[RemoteFile], day: date = SUNDAY, pull: date | None = None) -> Standing:
    return discover(load(source), day, listing, pull_date=pull or day)


def test_files_of_one_extract_make_one_delivery() -> None:
    names = [f"vehicles_{part}_full_20261122.txt" for part in ("base", "seizure", "mortgage", "business")]
    standing = look("vehicles", with_control(*names))
    (candidate,) = standing.candidates
    assert (candidate.mode, candidate.batch) == ("full", None)
    assert [slot for slot, _ in candidate.slots] == ["base", "business", "mortgage", "seizure"]
    assert standing.unfinished == standing.unexpected == ()


def test_a_file_without_control_file_does_not_exist_yet() -> None:
    standing = look("land", files("land_full_20261122.zip"))
    assert standing.candidates == ()
    assert standing.unfinished == ("land_full_20261122.zip",)


def test_a_control_file_alone_is_no_delivery() -> None:
    assert look("land", files("land_full_20261122.zip.ok")).candidates == ()


def test_revisions_stand_newest_first_in_one_place() -> None:
    names = ["land_full_20261122.zip", "land_full_20261122_r3.zip", "land_full_20261122_r2.zip"]
    (candidate,) = look("land", with_control(*names)).candidates
    assert [part.revision for part in candidate.slots["land", None]] == [3, 2, 1]


def test_a_delivery_grows_by_one_revision_of_each_place_at_a_time() -> None:
    came = {"base": ("", "_r2", "_r4"), "seizure": ("",), "mortgage": ("_r2", "_r3")}
    names = [f"vehicles_{part}_full_20261122{revision}.txt" for part, all_of in came.items() for revision in all_of]
    (candidate,) = look("vehicles", with_control(*names)).candidates
    grown = [
        {slot: [part.revision for part in parts] for (slot, _), parts in step.slots.items()}
        for step in candidate.as_it_grew()
    ]
    assert grown == [
        {"base": [1], "mortgage": [2], "seizure": [1]},
        {"base": [2, 1], "mortgage": [3, 2], "seizure": [1]},
        {"base": [4, 2, 1], "mortgage": [3, 2], "seizure": [1]},
    ]


def test_a_delivery_without_revisions_came_at_once() -> None:
    (candidate,) = look("land", with_control("land_full_20261122.zip")).candidates
    assert candidate.as_it_grew() == [candidate]


def test_every_batch_is_a_delivery_of_its_own() -> None:
    names = [f"tax_reply_Q202611{day}01.xlsx" for day in (21, 22, 23)]
    standing = look("tax", with_control(*names), MONDAY)
    assert [candidate.batch for candidate in standing.candidates] == ["Q2026112101", "Q2026112201", "Q2026112301"]
    assert {candidate.mode for candidate in standing.candidates} == {"reply"}


def test_pages_fill_places_of_their_own() -> None:
    names = [f"development_full_20261122_p000{page}.json" for page in (1, 2)]
    (candidate,) = look("development", with_control(*names)).candidates
    assert list(candidate.slots) == [("page", 1), ("page", 2)]


@pytest.mark.parametrize(
    "name", ["readme.txt", "land_full_20261121.zip", "land_part_20261122.zip", "land_full_20261122_r1.zip"]
)
def test_other_names_and_other_dates_are_unexpected(name: str) -> None:
    standing = look("land", with_control(name))
    assert standing.unexpected == (name,)
    assert standing.candidates == ()


#: Names that a clerk can give a file.
CANARIES = ["测试甲370499198503120017.xlsx", "测试甲.zip", "370499198503120017.txt", "a b.txt", "ｌａｎｄ.zip"]


@pytest.mark.parametrize("name", CANARIES)
def test_a_name_that_may_hold_a_person_is_told_as_its_place(name: str) -> None:
    beside = ["!first.txt", "000000.txt"]
    standing = look("land", files(name, *beside, "land_full_20261122.zip"))
    place = sorted([name, *beside, "land_full_20261122.zip"]).index(name) + 1
    assert f"第{place}个文件" in standing.unexpected
    assert name not in str(standing)


def test_neither_a_control_file_nor_a_growing_file_tells_such_a_name() -> None:
    names = ["测试甲.zip", "测试乙.zip.ok", "land_full_20261122.zip"]
    growing = {"测试甲.zip", "land_full_20261122.zip"}
    standing = discover(load("land"), SUNDAY, files(*names), pull_date=SUNDAY, growing=growing)
    assert standing == Standing((), ("第2个文件", "land_full_20261122.zip", "第3个文件"), ())


@pytest.mark.parametrize("name", ["land_2026-11-22.v2.zip", "12345678901234.zip", "land_full_20261121.zip.bak"])
def test_a_plain_name_is_told(name: str) -> None:
    assert look("land", files(name)).unexpected == (name,)


def test_a_workbook_saved_in_its_own_evening_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 22, 0))
    just_now = datetime(2026, 11, 22, 21, 59, 50)
    (candidate,) = look("mining", files("mining_full_20261122.xlsx", modified=just_now)).candidates
    assert candidate.mode == "full"


@pytest.mark.parametrize(("age", "complete"), [(299, False), (300, True), (3600, True)])
def test_after_the_nominal_pull_the_wall_clock_decides(
    monkeypatch: pytest.MonkeyPatch, age: int, complete: bool
) -> None:
    late = datetime(2026, 11, 23, 9, 0)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert settled(late - timedelta(seconds=age), SUNDAY, SUNDAY, 300) is complete
    listing = files("mining_full_20261122.xlsx", modified=late - timedelta(seconds=age))
    assert bool(look("mining", listing).candidates) is complete


def test_a_folder_of_an_earlier_date_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    late = datetime(2026, 11, 24, 2, 40)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert look("mining", files("mining_full_20261122.xlsx", modified=late), SUNDAY, MONDAY).candidates
    assert delivery.SETTLE_SECONDS == 300


def test_a_fingerprint_changes_with_name_size_or_time() -> None:
    listing = files("a")
    assert fingerprint(listing) == fingerprint(files("a"))
    assert fingerprint(listing) != fingerprint(files("a", modified=EVENING + timedelta(seconds=1)))
    assert fingerprint(listing) != fingerprint([RemoteFile("a", 11, EVENING, "a")])
