"""SFTP, S3 and HTTPS against real servers: what comes whole, what is cut, what is refused, and how long it may take."""

from __future__ import annotations

import hashlib
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncssh
import pytest
import trustme
from servers import https_folder, s3, sftp
from servers.line import Line, line_to

from connectors.site import Secret, SourceSite
from connectors.transport import FolderTransport, open_folders
from connectors.transport.breaker import Breaker
from core import clock
from core.errors import SenderError, SettingsError, TransientError

SATURDAY, SUNDAY = date(2026, 11, 21), date(2026, 11, 22)
#: Larger than the blocks in which any transport reads.
LARGE = bytes(range(256)) * 12_000
SCHEMES = ("sftp", "s3", "https")


@dataclass
class Sender:
    """One server with a line to it; `write` is what its agency does."""

    site: Callable[[int | None], SourceSite]
    write: Callable[[str, bytes], None]
    line: Line
    server: Any

    def open(self, work: Path, *, through: bool = False, **changed: Any) -> FolderTransport:
        """A transport to the server, `through` the line where asked, with a breaker of its own."""
        site = replace(self.site(self.line.port if through else None), **changed)
        return quick(open_folders(site, work))


def quick(transport: FolderTransport) -> FolderTransport:
    """Without waits between tries, which tests of the guard measure."""
    transport.guard.breaker = Breaker()
    transport.guard._sleep = lambda _seconds: None
    return transport


@pytest.fixture(scope="module")
def senders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Sender]]:
    with ExitStack() as stack, pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHAKONG_TEST_PASSWORD", sftp.PASSWORD)
        environment.setenv("CHAKONG_TEST_ACCESS_KEY", s3.ACCESS_KEY)
        environment.setenv("CHAKONG_TEST_SECRET_KEY", s3.SECRET_KEY)
        password = Secret(env="CHAKONG_TEST_PASSWORD")
        folders = {name: tmp_path_factory.mktemp(name) for name in ("drops", "sftp", "https", "web")}
        ssh = stack.enter_context(sftp.sftp_server(folders["drops"], folders["sftp"]))
        web = stack.enter_context(https_folder.https_folder(folders["web"], folders["https"]))
        bucket = stack.enter_context(s3.s3_server(tmp_path_factory.mktemp("s3")))

        def writing(root: Path) -> Callable[[str, bytes], None]:
            def write(path: str, content: bytes) -> None:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(content)

            return write

        yield {
            "sftp": Sender(
                lambda port: SourceSite("land", ssh.url(port), password=password, known_hosts=ssh.known_hosts),
                writing(folders["drops"]),
                stack.enter_context(line_to(ssh.port)),
                ssh,
            ),
            "https": Sender(
                lambda port: SourceSite("land", web.url(port), password=password, ca_file=web.ca_file),
                writing(folders["web"]),
                stack.enter_context(line_to(web.port)),
                web,
            ),
            "s3": Sender(
                lambda port: SourceSite(
                    "land",
                    f"s3://{s3.BUCKET}",
                    endpoint=bucket.endpoint(port),
                    access_key=Secret(env="CHAKONG_TEST_ACCESS_KEY"),
                    secret_key=Secret(env="CHAKONG_TEST_SECRET_KEY"),
                ),
                bucket.put,
                stack.enter_context(line_to(bucket.port)),
                bucket,
            ),
        }


@pytest.fixture(params=SCHEMES)
def sender(request: pytest.FixtureRequest, senders: dict[str, Sender]) -> Iterator[Sender]:
    chosen = senders[request.param]
    yield chosen
    chosen.line.cuts.clear()
    chosen.line.per_second = None


def test_lists_and_brings_what_stands_there(sender: Sender, tmp_path: Path) -> None:
    sender.write("land/20261121/a.zip", b"one")
    sender.write("land/20261122/b.zip", LARGE)
    sender.write("land/20261122/b.zip.ok", b"{}")
    sender.write("land/20261122/c.zip.part", b"not yet")
    sender.write("land/20261122/测.zip", b"")
    transport = sender.open(tmp_path / "partial")
    assert transport.dates("land", date(2026, 11, 9), date(2026, 11, 23)) == [SATURDAY, SUNDAY]
    files = transport.list("land", SUNDAY)
    assert [(file.name, file.bytes) for file in files] == [("b.zip", len(LARGE)), ("b.zip.ok", 2), ("测.zip", 0)]
    assert transport.fetch(files[0], tmp_path / "b.zip") == hashlib.sha256(LARGE).hexdigest()
    assert (tmp_path / "b.zip").read_bytes() == LARGE
    assert transport.fetch(files[2], tmp_path / "empty") == hashlib.sha256(b"").hexdigest()
    transport.close()


def test_the_time_of_a_file_is_the_courts(sender: Sender, tmp_path: Path) -> None:
    sender.write("land/20261101/now.zip", b"1")
    file = sender.open(tmp_path).list("land", date(2026, 11, 1))[0]
    assert abs((clock.now() - file.modified).total_seconds()) < 60


def test_what_is_not_there_yet_is_an_empty_list(sender: Sender, tmp_path: Path) -> None:
    transport = sender.open(tmp_path)
    assert transport.list("mining", SUNDAY) == []
    assert transport.dates("mining", date(2026, 11, 9), date(2026, 11, 23)) == []


def test_a_cut_line_is_taken_up_where_it_broke(sender: Sender, tmp_path: Path) -> None:
    sender.write("land/20261103/large.zip", LARGE)
    transport = sender.open(tmp_path / "partial", through=True)
    file = transport.list("land", date(2026, 11, 3))[0]
    transport.close()
    before = len(sender.line.sent)
    sender.line.cuts[:] = [1_600_000, 1_600_000]
    assert transport.fetch(file, tmp_path / "large.zip") == hashlib.sha256(LARGE).hexdigest()
    assert (tmp_path / "large.zip").read_bytes() == LARGE
    assert sender.line.cuts == []
    assert len(sender.line.sent) - before >= 3
    # Taken up, not begun anew: three beginnings would need two cut parts and the whole.
    assert sum(sender.line.sent[before:]) < len(LARGE) + 1_600_000
    transport.close()


def test_a_run_that_ends_in_the_middle_leaves_its_part_to_the_next(sender: Sender, tmp_path: Path) -> None:
    sender.write("land/20261104/large.zip", LARGE)
    first = sender.open(tmp_path / "partial", through=True, attempts=1)
    file = first.list("land", date(2026, 11, 4))[0]
    first.close()
    sender.line.cuts[:] = [1_600_000, 10]
    with pytest.raises(SenderError) as caught:
        first.fetch(file, tmp_path / "large.zip")
    assert caught.value.verdict == "unreachable"
    assert not (tmp_path / "large.zip").exists()
    (part,) = (tmp_path / "partial").glob("*.part")
    come = part.stat().st_size
    assert 0 < come < len(LARGE)
    before = len(sender.line.sent)
    next_run = sender.open(tmp_path / "partial", through=True)
    assert next_run.fetch(file, tmp_path / "large.zip") == hashlib.sha256(LARGE).hexdigest()
    assert sum(sender.line.sent[before:]) < len(LARGE) - come + 500_000
    next_run.close()


def test_a_part_of_a_file_that_was_sent_anew_is_thrown_away(sender: Sender, tmp_path: Path) -> None:
    sender.write("land/20261105/large.zip", LARGE)
    first = sender.open(tmp_path / "partial", through=True, attempts=1)
    file = first.list("land", date(2026, 11, 5))[0]
    first.close()
    sender.line.cuts[:] = [1_600_000, 10]
    with pytest.raises(SenderError):
        first.fetch(file, tmp_path / "large.zip")
    anew = LARGE[1:]
    sender.write("land/20261105/large.zip", anew)
    next_run = sender.open(tmp_path / "partial")
    with pytest.raises(TransientError, match="changed"):
        next_run.fetch(file, tmp_path / "large.zip")
    listed = next_run.list("land", date(2026, 11, 5))[0]
    assert next_run.fetch(listed, tmp_path / "large.zip") == hashlib.sha256(anew).hexdigest()
    next_run.close()


def test_a_growing_file_is_no_file_yet(sender: Sender, tmp_path: Path) -> None:
    sender.write("land/20261106/growing.zip", b"123")
    transport = sender.open(tmp_path / "partial")
    file = transport.list("land", date(2026, 11, 6))[0]
    sender.write("land/20261106/growing.zip", b"12345")
    with pytest.raises(TransientError, match="changed"):
        transport.fetch(file, tmp_path / "growing.zip")
    assert not (tmp_path / "growing.zip").exists()
    transport.close()


def test_a_slow_line_costs_no_more_than_the_sources_time(sender: Sender, tmp_path: Path) -> None:
    sender.write("land/20261107/large.zip", LARGE)
    transport = sender.open(tmp_path / "partial", through=True, seconds=2)
    file = transport.list("land", date(2026, 11, 7))[0]
    sender.line.per_second = 20_000
    started = time.monotonic()
    with pytest.raises(SenderError) as caught:
        transport.fetch(file, tmp_path / "large.zip")
    assert caught.value.verdict == "time_exceeded"
    assert time.monotonic() - started < 6
    assert not (tmp_path / "large.zip").exists()
    sender.line.per_second = None


def test_a_line_that_breaks_at_once_is_tried_again(sender: Sender, tmp_path: Path) -> None:
    sender.write("land/20261108/a.zip", b"one")
    sender.line.cuts[:] = [10]
    transport = sender.open(tmp_path, through=True)
    assert [file.name for file in transport.list("land", date(2026, 11, 8))] == ["a.zip"]
    transport.close()


def test_a_host_that_is_not_there_is_unreachable(sender: Sender, tmp_path: Path) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # a port on which nobody listens
        site = replace(sender.site(bound.getsockname()[1]), attempts=2)
        with pytest.raises(SenderError) as caught:
            quick(open_folders(site, tmp_path)).list("land", SUNDAY)
    assert caught.value.verdict == "unreachable"
    assert site.host in str(caught.value)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_wrong_password_is_told_at_once_and_never_repeated(
    senders: dict[str, Sender], scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAKONG_TEST_WRONG", "hunter2hunter2")
    wrong = {"secret_key" if scheme == "s3" else "password": Secret(env="CHAKONG_TEST_WRONG")}
    transport = senders[scheme].open(tmp_path, **wrong)
    waits: list[float] = []
    transport.guard._sleep = waits.append
    with pytest.raises(SenderError) as caught:
        transport.list("land", SUNDAY)
    assert caught.value.verdict == "access_denied"
    assert waits == []
    assert "hunter2" not in str(caught.value)


def test_a_list_we_send_arrives_whole_and_may_be_sent_again(sender: Sender, tmp_path: Path) -> None:
    transport = sender.open(tmp_path / "partial")
    day = date(2026, 11, 9)
    for content in (b"first", b"second"):
        (tmp_path / "inquiry.csv").write_bytes(content)
        transport.put(tmp_path / "inquiry.csv", "outbox/tax", day)
        (file,) = transport.list("outbox/tax", day)
        transport.fetch(file, tmp_path / "back.csv")
        assert (tmp_path / "back.csv").read_bytes() == content
    transport.close()


def test_a_private_key_opens_too(senders: dict[str, Sender], tmp_path: Path) -> None:
    sender = senders["sftp"]
    sender.write("land/20261110/a.zip", b"one")
    known = sender.site(None).known_hosts
    assert known is not None
    transport = sender.open(tmp_path, password=None, key_file=known.with_name("id_court"))
    assert len(transport.list("land", date(2026, 11, 10))) == 1
    transport.close()
    with pytest.raises(SettingsError, match="private key"):
        sender.open(tmp_path, password=None, key_file=known).list("land", SUNDAY)


def test_a_host_key_that_is_not_the_known_one_gets_no_password(senders: dict[str, Sender], tmp_path: Path) -> None:
    other = sftp.known_hosts(tmp_path / "known_hosts", asyncssh.generate_private_key("ssh-ed25519"))
    with pytest.raises(SenderError) as caught:
        senders["sftp"].open(tmp_path, known_hosts=other).list("land", SUNDAY)
    assert caught.value.verdict == "host_key_changed"
    (tmp_path / "empty").touch()
    with pytest.raises(SenderError) as caught:
        senders["sftp"].open(tmp_path, known_hosts=tmp_path / "empty").list("land", SUNDAY)
    assert caught.value.verdict == "host_key_changed"


def test_a_certificate_of_an_unknown_authority_gets_no_password(senders: dict[str, Sender], tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    for ca_file in (tmp_path / "other.pem", None):
        with pytest.raises(SenderError) as caught:
            senders["https"].open(tmp_path, ca_file=ca_file).list("land", SUNDAY)
        assert caught.value.verdict == "certificate_invalid"


@pytest.mark.parametrize("scheme", ["sftp", "s3"])
def test_a_root_that_does_not_exist_is_our_mistake_and_no_silent_agency(
    senders: dict[str, Sender], scheme: str, tmp_path: Path
) -> None:
    site = senders[scheme].site(None)
    url = f"{site.url}nowhere" if scheme == "sftp" else "s3://nowhere"
    with pytest.raises(SettingsError, match="does not exist"):
        senders[scheme].open(tmp_path, url=url).list("land", SUNDAY)


@pytest.fixture
def web(senders: dict[str, Sender]) -> Iterator[https_folder.HttpsFolder]:
    """The HTTPS server, to be put into a mood."""
    shown = senders["https"].server
    yield shown
    shown.ranges = shown.times = True
    shown.stated.clear()
    shown.busy.clear()


def test_an_index_that_states_another_size_than_the_file_has_waits(
    senders: dict[str, Sender], web: https_folder.HttpsFolder, tmp_path: Path
) -> None:
    for name in ("a.zip", "b.zip"):
        senders["https"].write(f"land/20261112/{name}", b"12345")
    web.stated["a.zip"] = 9
    web.stated["gone.zip"] = 1
    names = [file.name for file in senders["https"].open(tmp_path).list("land", date(2026, 11, 12))]
    assert names == ["b.zip"]


def test_a_busy_server_is_asked_again_after_the_time_it_names(
    senders: dict[str, Sender], web: https_folder.HttpsFolder, tmp_path: Path
) -> None:
    senders["https"].write("land/20261113/a.zip", b"one")
    transport = senders["https"].open(tmp_path)
    waits: list[float] = []
    transport.guard._sleep = waits.append
    web.busy.extend([503, 429])
    web.wait = 7
    assert len(transport.list("land", date(2026, 11, 13))) == 1
    assert waits == [7, 7]


def test_a_server_that_tells_no_times_delivers_however_long_it_takes(
    senders: dict[str, Sender], web: https_folder.HttpsFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender, ticks = senders["https"], iter(range(10_000))
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 20) + timedelta(seconds=next(ticks)))
    sender.write("land/20261116/a.zip", LARGE)
    web.times = False
    transport = sender.open(tmp_path)
    (file,) = transport.list("land", date(2026, 11, 16))
    transport.fetch(file, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == LARGE


def test_a_server_without_ranges_sends_again_what_is_there_already(
    senders: dict[str, Sender], web: https_folder.HttpsFolder, tmp_path: Path
) -> None:
    sender = senders["https"]
    sender.write("land/20261114/large.zip", LARGE)
    web.ranges = False
    transport = sender.open(tmp_path / "partial", through=True)
    file = transport.list("land", date(2026, 11, 14))[0]
    transport.close()
    sender.line.cuts[:] = [1_600_000]
    assert transport.fetch(file, tmp_path / "large.zip") == hashlib.sha256(LARGE).hexdigest()
    transport.close()


@pytest.mark.parametrize("status", [302, 400, 404, 418])
def test_an_answer_that_is_not_agreed_is_named_or_means_nothing_yet(
    senders: dict[str, Sender], web: https_folder.HttpsFolder, tmp_path: Path, status: int
) -> None:
    web.busy.append(status)
    transport = senders["https"].open(tmp_path)
    if status == 404:
        assert transport.list("land", date(2026, 11, 15)) == []
        return
    with pytest.raises(SenderError, match=str(status)) as caught:
        transport.list("land", date(2026, 11, 15))
    assert caught.value.verdict == "bad_answer"
