from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import pytest

from connectors.site import SourceSite
from connectors.transport import RemoteFile, Transport, open_transport
from core.errors import SettingsError, TransientError
from core.files import sha256_of

DAY = date(2026, 11, 22)


def at(url: object) -> Transport:
    return open_transport(SourceSite("land", str(url)), Path("unused"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "land" / "20261122"
    folder.mkdir(parents=True)
    return folder


def test_lists_files_by_name_with_size_and_court_time(folder: Path, tmp_path: Path) -> None:
    (folder / "b.zip").write_bytes(b"12345")
    (folder / "a.zip").write_bytes(b"1")
    os.utime(folder / "b.zip", (0, 1_795_435_600))
    files = at(f"file://{tmp_path}").list("land", DAY)
    assert [(file.name, file.bytes) for file in files] == [("a.zip", 1), ("b.zip", 5)]
    assert files[1].modified == datetime(2026, 11, 23, 20, 6, 40)


def test_unfinished_and_hidden_files_and_folders_do_not_exist(folder: Path, tmp_path: Path) -> None:
    (folder / "a.zip.part").write_bytes(b"1")
    (folder / ".a.zip").write_bytes(b"1")
    (folder / "sub").mkdir()
    assert at(tmp_path).list("land", DAY) == []


def test_nothing_yet_is_an_empty_list(tmp_path: Path) -> None:
    transport = at(tmp_path)
    assert transport.list("land", DAY) == []
    assert transport.dates("land", date(2026, 11, 20), date(2026, 11, 23)) == []


def test_dates_are_the_folders_that_name_a_day(folder: Path, tmp_path: Path) -> None:
    for name in ("20261121", "20261399", "old", "2026112"):
        (tmp_path / "land" / name).mkdir()
    (tmp_path / "land" / "20261120").write_text("a file is no folder")
    assert at(tmp_path).dates("land", date(2026, 11, 20), date(2026, 11, 23)) == [date(2026, 11, 21), DAY]


def test_fetch_copies_and_hashes_and_leaves_the_sender_alone(folder: Path, tmp_path: Path) -> None:
    source = folder / "a.zip"
    source.write_bytes(b"x" * 3_000_000)
    before = source.stat()
    transport = at(tmp_path)
    to = tmp_path / "work" / "a.zip"
    assert transport.fetch(transport.list("land", DAY)[0], to) == sha256_of(source) == sha256_of(to)
    after = source.stat()
    assert (after.st_mtime_ns, after.st_mode, after.st_size) == (before.st_mtime_ns, before.st_mode, before.st_size)


def test_a_file_that_grows_while_read_is_worth_another_try(folder: Path, tmp_path: Path) -> None:
    (folder / "a.zip").write_bytes(b"123456")
    listed = RemoteFile("a.zip", 5, datetime(2026, 11, 22), str(folder / "a.zip"))
    with pytest.raises(TransientError):
        at(tmp_path).fetch(listed, tmp_path / "copy")


def test_a_file_that_vanished_is_worth_another_try(folder: Path, tmp_path: Path) -> None:
    listed = RemoteFile("a.zip", 5, datetime(2026, 11, 22), str(folder / "a.zip"))
    with pytest.raises(TransientError):
        at(tmp_path).fetch(listed, tmp_path / "copy")


def test_a_mistyped_root_is_not_sixteen_silent_agencies(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        at(tmp_path / "nowhere")


@pytest.mark.parametrize(("url", "said"), [("sftp://host/x", r"chakong\[sftp\]"), ("gopher://host", "file://")])
def test_other_schemes_say_what_to_do(url: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        at(url)
