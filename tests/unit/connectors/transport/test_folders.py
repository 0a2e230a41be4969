"""The common transport over a channel made of a dictionary: what it does with cuts, changes and restarts.

The real channels are tested against real servers in tests/integration.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.site import SourceSite
from connectors.transport.breaker import Breaker
from connectors.transport.channel import RemoteFile
from connectors.transport.folders import FolderTransport
from connectors.transport.guard import Guard
from core.errors import SenderError, TransientError

DAY = date(2026, 11, 22)
THEN = datetime(2026, 11, 22, 20)


class Cutting:
    """Serves one file and cuts the connection after so many bytes of each reading; None serves it to the end."""

    def __init__(self, content: bytes, cuts: list[int | None] | None = None) -> None:
        self.content, self.cuts, self.offsets, self.closed = content, cuts or [], [], 0
        self.modified = THEN

    @property
    def file(self) -> RemoteFile:
        return RemoteFile("a.zip", len(self.content), self.modified, "land/20261122/a.zip")

    lists_folders = True

    def folders(self, path: str) -> tuple[str, ...]:
        assert self.lists_folders
        return "20261122", "20261121", "20261399", "old", "2026112"

    def files(self, path: str) -> list[RemoteFile]:
        names = ["b.zip", ".hidden", "a.zip", "c.zip.part"] if path.endswith("20261122") else []
        return [RemoteFile(name, 1, THEN, f"{path}/{name}") for name in names]

    def stat(self, file: RemoteFile) -> RemoteFile:
        return self.file

    def read(self, file: RemoteFile, offset: int) -> Iterator[bytes]:
        self.offsets.append(offset)
        rest = self.content[offset:]
        cut = self.cuts.pop(0) if self.cuts else None
        for start in range(0, len(rest) if cut is None else cut, 3):
            yield rest[start : start + 3 if cut is None else min(start + 3, cut)]
        if cut is not None:
            raise TransientError("cut")

    def put(self, content: Path, folder: str, name: str) -> None:
        raise AssertionError("nothing here sends")

    def close(self) -> None:
        self.closed += 1


def over(channel: Cutting, work: Path, attempts: int = 3) -> FolderTransport:
    site = SourceSite("land", "sftp://court@host.example/x", attempts=attempts)
    return FolderTransport(channel, Guard(site, breaker=Breaker(), sleep=lambda _: None), work)


@settings(max_examples=60, deadline=None)
@given(content=st.binary(min_size=1, max_size=60), cuts=st.lists(st.integers(1, 20), max_size=6))
def test_whatever_is_cut_the_file_comes_whole(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, cuts: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("fetch")
    channel = Cutting(content, list(cuts))
    sha256 = over(channel, folder / "partial").fetch(channel.file, folder / "a.zip")
    assert (folder / "a.zip").read_bytes() == content
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert channel.offsets == sorted(set(channel.offsets)), "no byte is asked for twice"
    assert list((folder / "partial").iterdir()) == []


def test_the_next_run_continues_where_the_last_was_cut(tmp_path: Path) -> None:
    channel = Cutting(b"0123456789", [4, 0, 0, 0])
    with pytest.raises(SenderError, match="cut"):
        over(channel, tmp_path / "partial").fetch(channel.file, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()
    over(channel, tmp_path / "partial").fetch(channel.file, tmp_path / "a.zip")
    assert channel.offsets == [0, 4, 4, 4, 4]
    assert (tmp_path / "a.zip").read_bytes() == b"0123456789"


@pytest.mark.parametrize("change", ["size", "time"])
def test_a_file_that_changed_between_two_runs_is_begun_anew(tmp_path: Path, change: str) -> None:
    channel = Cutting(b"0123456789", [4, 0, 0, 0])
    with pytest.raises(SenderError):
        over(channel, tmp_path / "partial").fetch(channel.file, tmp_path / "a.zip")
    if change == "size":
        channel.content = b"abcdefghijkl"
    else:
        channel.content, channel.modified = b"abcdefghij", datetime(2026, 11, 22, 21)
    over(channel, tmp_path / "partial").fetch(channel.file, tmp_path / "a.zip")
    assert channel.offsets[-1] == 0
    assert (tmp_path / "a.zip").read_bytes() == channel.content


@pytest.mark.parametrize("now", [b"01234", b"0123456789ab", b"abcdefghij"])
def test_a_file_that_changes_while_it_comes_is_no_file_yet(tmp_path: Path, now: bytes) -> None:
    channel = Cutting(b"0123456789")
    listed = channel.file
    channel.content, channel.modified = now, datetime(2026, 11, 22, 21)
    with pytest.raises(TransientError, match="changed"):
        over(channel, tmp_path / "partial").fetch(listed, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()
    assert list((tmp_path / "partial").iterdir()) == []


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    channel = Cutting(b"")
    assert over(channel, tmp_path / "partial").fetch(channel.file, tmp_path / "a") == hashlib.sha256(b"").hexdigest()
    assert (tmp_path / "a").read_bytes() == b""


def test_uploads_in_progress_and_hidden_files_do_not_exist(tmp_path: Path) -> None:
    assert [file.name for file in over(Cutting(b""), tmp_path).list("land", DAY)] == ["a.zip", "b.zip"]


def test_dates_are_the_folders_that_name_a_day_or_those_with_files(tmp_path: Path) -> None:
    channel = Cutting(b"")
    transport = over(channel, tmp_path)
    assert transport.dates("land", date(2026, 11, 1), date(2026, 11, 23)) == [date(2026, 11, 21), DAY]
    assert transport.dates("land", date(2026, 11, 1), DAY) == [date(2026, 11, 21)]
    channel.lists_folders = False
    assert transport.dates("land", date(2026, 11, 1), date(2026, 11, 24)) == [DAY]
