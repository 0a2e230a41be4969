"""The signed API against a real server that signs, limits, expires, lies and breaks off."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from servers.development_api import APP, KEY, DevelopmentApi, Extract, millis, serving

from connectors import intake
from connectors.records import read_outcome
from connectors.site import Secret, SourceSite
from connectors.transport import open_transport
from connectors.transport.answered import nothing_taken
from connectors.transport.api import client as api_client
from connectors.transport.api.transport import ApiTransport
from connectors.transport.breaker import Breaker
from connectors.transport.guard import Guard
from core import clock
from core.errors import SenderError, SettingsError
from core.settings import Settings
from core.store import Store

SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)


def project(number: int, documents: int = 0) -> str:
    item = {
        "op": "I",
        "projectCode": f"2026-370499-47-03-{number:06d}",
        "projectName": f"示例项目{number}",
        "applicantName": "示例置业有限公司",
        "approvalType": "FILING",
        "updatedAt": millis(SUNDAY, 12),
        "documents": [{"docType": "FILING", "docNo": f"测备{number}-{place}"} for place in range(documents)],
    }
    return json.dumps(item, ensure_ascii=False)


def extract(projects: int, *, mode: str = "full", day: date = SUNDAY, extracted_at: int = 23) -> Extract:
    items = [project(number, documents=number % 2) for number in range(projects)]
    totals = {"projects": projects, "documents": projects // 2, "applications": 0}
    return Extract(mode, items, totals, millis(day, 20), millis(day, extracted_at))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevelopmentApi]:
    with serving(DevelopmentApi(), tmp_path_factory.mktemp("api")) as running:
        yield running


@pytest.fixture
def agency(server: DevelopmentApi) -> DevelopmentApi:
    """The server in good order, with a full of 450 projects (three pages) for Sunday."""
    server.extracts = {"20261122": extract(450)}
    server.ahead, server.wait, server.per_second = 0, 1, 100
    server.forget()
    return server


@pytest.fixture(autouse=True)
def no_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask as fast as one can; the pace has a test of its own."""
    monkeypatch.setattr(api_client, "PACE", 1_000)


@pytest.fixture
def waits() -> list[float]:
    """Seconds waited between tries; nobody really waits."""
    return []


@pytest.fixture
def site(agency: DevelopmentApi, tmp_path: Path) -> SourceSite:
    (tmp_path / "key").write_text(KEY, encoding="utf-8")
    return SourceSite(
        "development", agency.url, ca_file=agency.ca_file, app_id=APP, shared_key=Secret(file=tmp_path / "key")
    )


@pytest.fixture
def transport(site: SourceSite, tmp_path: Path, waits: list[float]) -> Iterator[ApiTransport]:
    opened = opened_at(site, tmp_path / "work", waits)
    yield opened
    opened.close()


def opened_at(site: SourceSite, work: Path, waits: list[float]) -> ApiTransport:
    return ApiTransport(site, Guard(site, breaker=Breaker(), sleep=waits.append), work, nothing_taken)


def pages(agency: DevelopmentApi) -> list[str]:
    return [asked["page"] for asked in agency.seen]


def test_a_reading_is_files_with_control_files_of_our_making(
    transport: ApiTransport, agency: DevelopmentApi, tmp_path: Path
) -> None:
    files = transport.list("development", SUNDAY)
    names = [f"development_full_20261122_p000{number}.json{end}" for number in (1, 2, 3) for end in ("", ".ok")]
    assert [file.name for file in files] == names
    assert {file.modified for file in files} == {datetime(2026, 11, 22, 23)}
    rows = []
    for page, beside in zip(files[::2], files[1::2], strict=True):
        sha256 = transport.fetch(page, tmp_path / page.name)
        transport.fetch(beside, tmp_path / beside.name)
        control = json.loads((tmp_path / beside.name).read_text(encoding="utf-8"))
        body = (tmp_path / page.name).read_bytes()
        assert hashlib.sha256(body).hexdigest() == sha256 == control["sha256"]
        assert (len(body), page.name) == (control["bytes"], control["file"])
        assert (control["extracted_at"], control["data_as_of"]) == ("2026-11-22T23:00:00", "2026-11-22T20:00:00")
        assert (control["mode"], control["inquiry_batch"]) == ("full", None)
        rows.append(control["rows"])
    assert [row["projects"] for row in rows] == [200, 200, 50]
    assert sum(row["documents"] for row in rows) == 225
    first, *further = agency.seen
    assert first == {"mode": "full", "business_date": "20261122", "page": "1", "size": "200"}
    assert {asked["snapshot"] for asked in further} == agency.snapshots


def test_an_extract_that_is_held_is_not_read_again(transport: ApiTransport, agency: DevelopmentApi) -> None:
    before = transport.list("development", SUNDAY)
    agency.seen.clear()
    assert transport.list("development", SUNDAY) == before
    assert pages(agency) == ["1"]


def test_another_extract_of_the_date_replaces_the_reading(transport: ApiTransport, agency: DevelopmentApi) -> None:
    transport.list("development", SUNDAY)
    agency.extracts["20261122"] = extract(201, extracted_at=22)
    files = transport.list("development", SUNDAY)
    assert len(files) == 4
    assert {file.modified for file in files} == {datetime(2026, 11, 22, 22)}


def test_nothing_in_an_extract_is_still_one_page(transport: ApiTransport, agency: DevelopmentApi) -> None:
    agency.extracts["20261123"] = extract(0, mode="delta", day=MONDAY)
    assert len(transport.list("development", MONDAY)) == 2


def test_an_expired_snapshot_starts_over_at_page_1(transport: ApiTransport, agency: DevelopmentApi) -> None:
    agency.faults.extend(["", "", "expire"])
    files = transport.list("development", SUNDAY)
    assert pages(agency) == ["1", "2", "3", "1", "2", "3"]
    assert agency.statuses.count(409) == 1
    snapshots = {json.loads(Path(file.place).read_bytes())["snapshot"] for file in files if file.name[-1] == "n"}
    assert snapshots == {agency.seen[-1]["snapshot"]}


def test_a_page_of_another_snapshot_starts_over_too(transport: ApiTransport, agency: DevelopmentApi) -> None:
    agency.faults.extend(["", "", "other_page"])
    assert len(transport.list("development", SUNDAY)) == 6
    assert pages(agency) == ["1", "2", "3", "1", "2", "3"]


def test_an_agency_that_loses_every_snapshot_is_told(transport: ApiTransport, agency: DevelopmentApi) -> None:
    agency.faults.extend(["", "other_page"] * 3)
    with pytest.raises(SenderError, match="lost 3 times") as raised:
        transport.list("development", SUNDAY)
    assert raised.value.verdict == "bad_answer"


@pytest.mark.parametrize("fault", ["cut", "silent", "503", "forge"])
def test_what_may_pass_is_tried_again(
    fault: str, transport: ApiTransport, agency: DevelopmentApi, waits: list[float]
) -> None:
    agency.faults.extend(["", *[fault] * 5])
    assert len(transport.list("development", SUNDAY)) == 6
    assert [round(wait // 2 * 2) if wait > 3 else 2 for wait in waits] == [2, 4, 8, 16, 32]


@pytest.mark.parametrize("fault", ["cut", "silent", "503", "forge"])
def test_what_does_not_pass_ends_and_is_continued(
    fault: str, site: SourceSite, agency: DevelopmentApi, tmp_path: Path, waits: list[float]
) -> None:
    agency.faults.extend(["", "", *[fault] * 6])
    with pytest.raises(SenderError) as raised:
        opened_at(site, tmp_path / "work", waits).list("development", SUNDAY)
    assert raised.value.verdict == "unreachable"
    agency.seen.clear()
    assert len(opened_at(site, tmp_path / "work", waits).list("development", SUNDAY)) == 6
    assert pages(agency) == ["1", "3"]  # the first tells that nothing has changed; the second page is held


def test_asked_too_often_waits_as_long_as_told(
    transport: ApiTransport, agency: DevelopmentApi, waits: list[float]
) -> None:
    agency.wait = 7
    agency.faults.extend(["", "429", "429"])
    assert len(transport.list("development", SUNDAY)) == 6
    assert waits == [7, 7]


def test_keeps_the_agreed_pace_by_itself(
    site: SourceSite, agency: DevelopmentApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency.per_second = 5
    agency.extracts["20261122"] = extract(1_350)
    monkeypatch.setattr(api_client, "PACE", 5)
    assert len(opened_at(site, tmp_path / "work", []).list("development", SUNDAY)) == 14
    assert 429 not in agency.statuses


def test_a_wrong_key_is_not_tried_again(site: SourceSite, agency: DevelopmentApi, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("another key", encoding="utf-8")
    with pytest.raises(SenderError, match="refuses our signature") as raised:
        opened_at(site, tmp_path / "work", []).list("development", SUNDAY)
    assert raised.value.verdict == "access_denied"
    assert "another key" not in str(raised.value)
    assert agency.statuses == [401]


@pytest.mark.parametrize("seconds", [-301, 301])
def test_clocks_that_differ_are_told_at_once(seconds: float, transport: ApiTransport, agency: DevelopmentApi) -> None:
    agency.ahead = seconds
    with pytest.raises(SenderError, match="clocks differ") as raised:
        transport.list("development", SUNDAY)
    assert raised.value.verdict == "clock_differs"
    assert agency.statuses == [401]


@pytest.mark.parametrize("seconds", [-290, 290])
def test_clocks_within_the_tolerance_do_no_harm(
    seconds: float, transport: ApiTransport, agency: DevelopmentApi
) -> None:
    agency.ahead = seconds
    assert len(transport.list("development", SUNDAY)) == 6


def test_an_old_answer_played_again_is_refused(transport: ApiTransport, agency: DevelopmentApi) -> None:
    agency.faults.append("stale")
    with pytest.raises(SenderError, match="clocks differ"):
        transport.list("development", SUNDAY)


def test_not_ready_after_the_deadline_is_nothing(
    transport: ApiTransport, agency: DevelopmentApi, waits: list[float]
) -> None:
    assert transport.list("development", date(2026, 11, 21)) == []
    assert agency.statuses == [423]
    assert waits == []


def test_not_ready_before_the_deadline_is_waited_for(
    transport: ApiTransport, agency: DevelopmentApi, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = agency.extracts.pop("20261122")
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 23, 0, 59))
    agency.wait = 50

    def waited(seconds: float) -> None:
        waits.append(seconds)
        agency.extracts["20261122"] = late

    monkeypatch.setattr(transport._guard, "_sleep", waited)
    assert len(transport.list("development", SUNDAY)) == 6
    assert waits == [50]


def test_not_ready_again_and_again_is_asked_until_it_is(
    transport: ApiTransport, agency: DevelopmentApi, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 23))
    agency.wait = 120
    agency.faults.extend(["423", "423", "", "", "423"])
    assert len(transport.list("development", SUNDAY)) == 6
    assert waits == [120, 120, 120]
    assert pages(agency) == ["1", "1", "1", "2", "3", "1", "3"]  # what has come stays


def test_not_ready_without_a_time_is_asked_once_a_minute(
    transport: ApiTransport, agency: DevelopmentApi, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 23))
    agency.wait = None
    agency.faults.extend(["423", "423"])
    assert len(transport.list("development", SUNDAY)) == 6
    assert waits == [60, 60]


def test_not_ready_for_longer_than_the_sources_time_is_nothing_yet(
    transport: ApiTransport, agency: DevelopmentApi, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 20))
    agency.wait = 4 * 3600
    agency.faults.append("423")
    assert transport.list("development", SUNDAY) == []
    assert waits == []


def test_what_was_not_ready_is_missing_and_taken_by_the_next_night(
    site: SourceSite, agency: DevelopmentApi, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    late = agency.extracts.pop("20261122")
    outcome = intake.take(
        Settings(), store, "development", SUNDAY, opened_at(site, store.root / "partial" / "development", [])
    )
    assert outcome.outcome == "missing"
    assert "未收到应到的数据" in outcome.message
    assert agency.statuses[-1] == 423
    agency.extracts["20261122"] = late
    intake.take(Settings(), store, "development", MONDAY, opened_at(site, store.root / "partial" / "development", []))
    sunday = read_outcome(store, "development", SUNDAY)
    assert sunday is not None
    assert (sunday.outcome, sunday.rows_accepted) == ("loaded", 450 + 225)


def test_a_drip_of_bytes_ends_in_bounded_time(
    transport: ApiTransport, agency: DevelopmentApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport._client, "_api", {**transport._client._api, "timeout_s": 0.5})
    agency.faults.extend(["drip", ""])
    started = time.monotonic()
    assert len(transport.list("development", SUNDAY)) == 6
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("changes", [{"data_as_of": "gestern"}, {"mode": None}, {"totals": {}}])
def test_a_page_not_as_agreed_is_never_loaded(
    changes: dict[str, object], site: SourceSite, agency: DevelopmentApi, tmp_path: Path
) -> None:
    agency.extracts["20261122"] = replace(extract(3), **changes)
    try:
        transport = opened_at(site, tmp_path / "store" / "partial", [])
        outcome = intake.take(Settings(), Store(tmp_path / "store"), "development", SUNDAY, transport)
    except SenderError as error:
        assert error.verdict == "bad_answer"
    else:
        assert outcome.outcome == "rejected"
        assert outcome.rows_delivered is None


def test_no_json_is_a_bad_answer(transport: ApiTransport, agency: DevelopmentApi) -> None:
    agency.faults.append("no_json")
    with pytest.raises(SenderError) as raised:
        transport.list("development", SUNDAY)
    assert raised.value.verdict == "bad_answer"


def test_a_stranger_with_the_agencys_name_gets_nothing(
    site: SourceSite, agency: DevelopmentApi, tmp_path: Path
) -> None:
    with pytest.raises(SenderError) as raised:
        opened_at(replace(site, ca_file=None), tmp_path, []).list("development", SUNDAY)
    assert raised.value.verdict == "certificate_invalid"
    assert agency.seen == []


def test_a_page_that_never_ends_is_cut_off(
    transport: ApiTransport, agency: DevelopmentApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_client, "LARGEST_BODY", 10_000)
    with pytest.raises(SenderError, match="larger"):
        transport.list("development", SUNDAY)


def test_settings_name_what_is_missing(site: SourceSite, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="shared_key"):
        opened_at(replace(site, shared_key=None), tmp_path, [])


def test_another_source_has_no_api(site: SourceSite, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no API"):
        open_transport(replace(site, source="land"), tmp_path)


def test_a_night_takes_the_reading_once_and_a_revised_extract_again(
    site: SourceSite, agency: DevelopmentApi, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")

    def night(day: date) -> tuple[str, int | None, bool]:
        transport = opened_at(site, store.partial("development"), [])
        outcome = intake.take(Settings(), store, "development", day, transport)
        return outcome.outcome, outcome.rows_accepted, outcome.changed

    assert night(SUNDAY) == ("loaded", 675, True)
    assert night(SUNDAY) == ("loaded", 675, False)
    agency.extracts["20261122"] = extract(452, extracted_at=22)
    assert night(SUNDAY) == ("loaded", 678, True)
    agency.extracts["20261123"] = extract(2, mode="delta", day=MONDAY)
    agency.seen.clear()
    assert night(MONDAY) == ("loaded", 3, True)
    assert len(agency.seen) == 15  # one request for each day of two weeks, one for tonight


def test_rows_that_do_not_add_up_are_not_loaded(site: SourceSite, agency: DevelopmentApi, tmp_path: Path) -> None:
    agency.extracts["20261122"] = replace(extract(450), totals={"projects": 451, "documents": 225, "applications": 0})
    transport = opened_at(site, tmp_path / "partial", [])
    outcome = intake.take(Settings(), Store(tmp_path / "store"), "development", SUNDAY, transport)
    assert outcome.outcome == "rejected"
    assert {verdict.code for verdict in outcome.verdicts} == {"count_mismatch"}
    assert outcome.rows_accepted is None
