from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from connectors.site import SourceSite
from connectors.transport import FolderTransport, RemoteFile, open_folders
from core.errors import SettingsError, TransientError
from core.files import sha256_of

DAY = date(2026, 11, 22)
At = Callable[[object], FolderTransport]


@pytest.fixture
def at(tmp_path: Path) -> At:
    return lambda url: open_folders(SourceSite("land", str(url), attempts=1), tmp_path / "store" / "partial")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "land" / "20261122"
    folder.mkdir(parents=True)
    return folder


def test_lists_files_by_name_with_size_and_court_time(at: At, folder: Path, tmp_path: Path) -> None:
    (folder / "b.zip").write_bytes(b"12345")
    (folder / "a.zip").write_bytes(b"1")
    os.utime(folder / "b.zip", (0, 1_795_435_600))
    files = at(f"file://{tmp_path}").list("land", DAY)
    assert [(file.name, file.bytes) for file in files] == [("a.zip", 1), ("b.zip", 5)]
    assert files[1].modified == datetime(2026, 11, 23, 20, 6, 40)


def test_unfinished_and_hidden_files_and_folders_do_not_exist(at: At, folder: Path, tmp_path: Path) -> None:
    (folder / "a.zip.part").write_bytes(b"1")
    (folder / ".a.zip").write_bytes(b"1")
    (folder / "sub").mkdir()
    assert at(tmp_path).list("land", DAY) == []


def test_nothing_yet_is_an_empty_list(at: At, tmp_path: Path) -> None:
    transport = at(tmp_path)
    assert transport.list("land", DAY) == []
    assert transport.dates("land", date(2026, 11, 20), date(2026, 11, 23)) == []


def test_dates_are_the_folders_that_name_a_day(at: At, folder: Path, tmp_path: Path) -> None:
    for name in ("20261121", "20261399", "old", "2026112"):
        (tmp_path / "land" / name).mkdir()
    (tmp_path / "land" / "20261120").write_text("a file is no folder")
    assert at(tmp_path).dates("land", date(2026, 11, 20), date(2026, 11, 23)) == [date(2026, 11, 21), DAY]


def test_fetch_copies_and_hashes_and_leaves_the_sender_alone(at: At, folder: Path, tmp_path: Path) -> None:
    source = folder / "a.zip"
    source.write_bytes(b"x" * 3_000_000)
    before = source.stat()
    transport = at(tmp_path)
    to = tmp_path / "work" / "a.zip"
    assert transport.fetch(transport.list("land", DAY)[0], to) == sha256_of(source) == sha256_of(to)
    after = source.stat()
    assert (after.st_mtime_ns, after.st_mode, after.st_size) == (before.st_mtime_ns, before.st_mode, before.st_size)


def test_a_file_that_grows_while_read_is_worth_another_try(at: At, folder: Path, tmp_path: Path) -> None:
    (folder / "a.zip").write_bytes(b"123456")
    listed = RemoteFile("a.zip", 5, datetime(2026, 11, 22), str(folder / "a.zip"))
    with pytest.raises(TransientError):
        at(tmp_path).fetch(listed, tmp_path / "copy")


def test_a_file_that_vanished_is_worth_another_try(at: At, folder: Path, tmp_path: Path) -> None:
    listed = RemoteFile("a.zip", 5, datetime(2026, 11, 22), str(folder / "a.zip"))
    with pytest.raises(TransientError):
        at(tmp_path).fetch(listed, tmp_path / "copy")


def test_a_mistyped_root_is_not_sixteen_silent_agencies(at: At, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        at(tmp_path / "nowhere").list("land", DAY)


@pytest.mark.parametrize(("url", "said"), [("gopher://host", "no transport for gopher.*file://"),
                                           ("http://host/x", "no transport for http:"),
                                           ("sftp://host/x", "user and host"),
                                           ("sftp://court@host/x", "known_hosts"),
                                           ("s3://bucket/x", "access_key"),
                                           ("https://court@host/x", "both or neither")])  # fmt: skip
def test_settings_that_cannot_work_say_so_before_anybody_is_asked(at: At, url: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        at(url)


def test_a_list_sent_appears_whole_under_its_name(at: At, tmp_path: Path) -> None:
    (tmp_path / "inquiry.csv").write_bytes(b"one")
    transport = at(tmp_path)
    transport.put(tmp_path / "inquiry.csv", "tax", DAY)
    assert [path.name for path in (tmp_path / "tax" / "20261122").iterdir()] == ["inquiry.csv"]
    assert (tmp_path / "tax" / "20261122" / "inquiry.csv").read_bytes() == b"one"
