"""What may become of an answer on its way over a real line: late, repeated, revised, cut, still being written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from agency import Agency
from servers import sftp
from servers.line import Line, line_to

from connectors import intake
from connectors.inquiry import REMEMBERED, memory_path
from connectors.records import Outcome, read_outcome
from connectors.site import Secret, SourceSite
from connectors.transport import FolderTransport, RemoteFile, open_folders
from connectors.transport.breaker import Breaker
from core.errors import SenderError
from core.settings import Settings
from core.store import Store

SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)
FIRST, SECOND = "Q2026112201", "Q2026112301"


class Court:
    """A store, and a sender's SSH server with a line to it."""

    def __init__(self, root: Path, server: sftp.SftpServer, line: Line) -> None:
        self.store, self.drops, self.server, self.line = Store(root / "store"), root / "drops", server, line
        self.household = Agency(self.drops, "household")

    def ask(self, batch: str) -> None:
        """Remember three questions to the household registry."""
        day = datetime.strptime(batch[1:9], "%Y%m%d")
        asked = {"batch": batch, "business_date": day.date(), "asked_at": day, "case_no": "（2026）测0499执123号"}
        asked |= {"name": "测试甲", "id_type": "resident_id", "id_number": "370499198503120017"}
        lines = [
            {**asked, "inquiry_no": f"{batch}-{place:06d}", "debtor_id": f"d{place}", "sources": ["household"]}
            for place in (1, 2, 3)
        ]
        path = memory_path(self.store, batch)
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(lines, pa.schema(REMEMBERED)), path)

    def open(self, source: str, attempts: int = 6) -> FolderTransport:
        site = SourceSite(
            source,
            self.server.url(self.line.port),
            password=Secret(env="CHAKONG_TEST_PASSWORD"),
            known_hosts=self.server.known_hosts,
            attempts=attempts,
        )
        transport = open_folders(site, self.store.partial(source))
        transport.guard.breaker = Breaker()
        transport.guard._sleep = lambda _seconds: None
        return transport

    def take(self, source: str, night: date, attempts: int = 6) -> Outcome:
        with closing(self.open(source, attempts)) as transport:
            return intake.take(Settings(), self.store, source, night, transport)


@pytest.fixture
def court(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Court]:
    monkeypatch.setenv("CHAKONG_TEST_PASSWORD", sftp.PASSWORD)
    for name in ("drops", "keys"):
        (tmp_path / name).mkdir()
    with sftp.sftp_server(tmp_path / "drops", tmp_path / "keys") as server, line_to(server.port) as line:
        yield Court(tmp_path, server, line)


def found(batch: str, *places: int, name: str = "测试甲") -> list[dict[str, str | None]]:
    return [{"inquiry_no": f"{batch}-{place:06d}", "result": "1", "hit_no": "1", "name": name} for place in places]


def codes(outcome: Outcome | None) -> set[str]:
    assert outcome is not None
    return {verdict.code for verdict in outcome.verdicts}


def test_an_answer_that_comes_a_night_late_answers_its_own_batch(court: Court) -> None:
    court.ask(FIRST)
    assert court.take("household", SUNDAY).outcome == "missing"
    court.ask(SECOND)
    court.household.reply(SUNDAY, FIRST, found(FIRST, 1, 2, 3))
    court.household.reply(MONDAY, SECOND, found(SECOND, 1, 2, 3))
    assert court.take("household", MONDAY).outcome == "loaded"
    late = read_outcome(court.store, "household", SUNDAY)
    assert late is not None
    assert (late.outcome, late.rows_accepted, codes(late)) == ("loaded", 3, {"late_delivery"})


def test_an_answer_sent_twice_counts_once_and_its_revision_takes_its_place(court: Court) -> None:
    court.ask(FIRST)
    path = court.household.reply(SUNDAY, FIRST, found(FIRST, 1, 2, 3))
    first = court.take("household", SUNDAY)
    assert first.rows_accepted == 3
    content, stated = path.read_bytes(), {"inquiry_batch": FIRST}
    court.household.put(MONDAY, path.name, content, {"persons": 3}, stated=stated)
    assert (court.take("household", MONDAY).rows_accepted, codes(read_outcome(court.store, "household", MONDAY))) == (
        None,
        {"duplicate_delivery"},
    )
    revised = court.household.reply(SUNDAY, FIRST, found(FIRST, 1, 2, 3, name="测试乙"))
    for suffix in ("", ".ok"):
        text = revised.with_name(revised.name + suffix).read_bytes()
        target = revised.with_name(revised.name.replace(".csv", "_r2.csv") + suffix)
        target.write_bytes(text.replace(b"reply_Q2026112201.csv", b"reply_Q2026112201_r2.csv"))
    court.take("household", MONDAY)
    sunday = read_outcome(court.store, "household", SUNDAY)
    assert sunday is not None and (sunday.rows_delivered, len(sunday.deliveries)) == (3, 1)
    assert sunday.deliveries != first.deliveries


def test_an_answer_that_is_cut_is_never_half_an_answer(court: Court) -> None:
    court.ask(FIRST)
    rows = [{**row, "address": "测试区示例路" * 20} for row in found(FIRST, 1, 2, 3) for _ in range(400)]
    court.household.reply(SUNDAY, FIRST, rows)
    with closing(court.open("household")) as transport:
        transport.list("household", SUNDAY)
    before = court.line.sent[-1]
    court.line.cuts[:] = [before + 120_000, *[10] * 3]
    with pytest.raises(SenderError):
        court.take("household", SUNDAY, attempts=1)
    assert list(court.store.deliveries.glob("household/*/*")) == []
    assert list(court.store.partial("household").glob("*.part"))
    court.line.cuts.clear()
    outcome = court.take("household", SUNDAY)
    assert (outcome.outcome, outcome.rows_delivered) == ("loaded", len(rows))
    assert not list(court.store.partial("household").iterdir())


def test_bytes_that_are_not_those_of_the_control_file_are_held(court: Court) -> None:
    court.ask(FIRST)
    path = court.household.reply(SUNDAY, FIRST, found(FIRST, 1, 2, 3))
    path.write_bytes(path.read_bytes().replace(b"000003", b"000004"))
    outcome = court.take("household", SUNDAY)
    assert (outcome.outcome, codes(outcome)) == ("rejected", {"hash_mismatch"})


def test_a_file_without_control_that_grows_between_two_looks_waits(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    mining = Agency(court.drops, "mining")
    path = mining.workbook(SUNDAY, "full", [{"permit_no": "3704990520003"}])
    whole, facts = path.read_bytes(), path.stat()
    listing = FolderTransport.list

    def clerk_saves(transport: FolderTransport, source: str, day: date) -> list[RemoteFile]:
        seen = listing(transport, source, day)
        with path.open("ab") as stream:
            stream.write(b"more")
        os.utime(path, (facts.st_mtime, facts.st_mtime))  # the sender's clock tells nothing
        return seen

    monkeypatch.setattr(FolderTransport, "list", clerk_saves)
    outcome = court.take("mining", SUNDAY)
    assert (outcome.outcome, codes(outcome)) == ("missing", {"missing_control"})
    monkeypatch.setattr(FolderTransport, "list", listing)
    path.write_bytes(whole)
    os.utime(path, (facts.st_mtime, facts.st_mtime))
    assert court.take("mining", SUNDAY).outcome == "loaded"
