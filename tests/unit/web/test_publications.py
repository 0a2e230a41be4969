"""A new database is taken while requests run; those that run finish on the old one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from core.duck import connect
from core.errors import StoreError
from core.settings import Settings
from profiles.searching import index
from web.publications import Publications, Reader


def named(reader: Reader) -> set[str]:
    return {row[0] for row in reader.con.execute("SELECT name FROM debtor").fetchall()}


@pytest.fixture
def published(district: Path, tmp_path: Path) -> Iterator[tuple[Path, Publications]]:
    file = tmp_path / "profiles.duckdb"
    shutil.copy(district / "profiles.duckdb", file)
    opened = Publications(file, Settings())
    yield file, opened
    opened.close()


def publish(file: Path, name: str, *, indexed: bool = True) -> None:
    """As the night does: written beside, renamed over."""
    beside = file.with_name("beside.duckdb")
    shutil.copy(file, beside)
    with connect(Settings(), path=beside) as con:
        con.execute("UPDATE data.debtor SET name = $name WHERE name LIKE '测试%'", {"name": name})
        con.execute("DROP SCHEMA search CASCADE")
        if indexed:
            index.build(con, "beside", "beside.data")
    beside.replace(file)


def test_who_reads_keeps_the_old_one_and_who_comes_later_gets_the_new(published: tuple[Path, Publications]) -> None:
    file, publications = published
    with publications.reading() as old:
        publish(file, "测试新名")
        publications.settle()
        with publications.reading() as new:
            assert "测试新名" in named(new)
            assert [hit.kind for hit in new.index.find(new.con, "测试新名")] == ["name"]
        assert "测试甲" in named(old)
        assert [hit.kind for hit in old.index.find(old.con, "测试甲")] == ["name"]
        first = old.con
    publish(file, "测试又新")
    publications.settle()
    with publications.reading() as newest:
        assert "测试又新" in named(newest)
    with pytest.raises(duckdb.Error):
        first.execute("SELECT 1")


def test_many_read_while_ten_are_published(published: tuple[Path, Publications]) -> None:
    file, publications = published

    def read(_: int) -> int:
        with publications.reading() as reader:
            return len(named(reader)) + len(reader.index.find(reader.con, "示例建材"))

    with ThreadPoolExecutor(4) as pool:
        for night in range(10):
            publish(file, f"测试{night}")
            assert set(pool.map(read, range(20))) == {7}
    publications.settle()
    with publications.reading() as reader:
        assert "测试9" in named(reader)


def test_what_is_made_of_a_publication_is_made_once_and_anew_for_the_next(published: tuple[Path, Publications]) -> None:
    file, publications = published

    def place(_: int) -> int:
        with publications.reading() as reader:
            reader.prepare("web.review", "prepare")
            return int(reader.con.execute("SELECT count(*) FROM memory.main.review_queue").fetchall()[0][0])

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(place, range(8)))) == 1
    publish(file, "测试新名")
    publications.settle()
    with publications.reading() as reader, pytest.raises(duckdb.CatalogException):
        reader.con.execute("FROM memory.main.review_queue")
    assert place(0) == 3


def test_what_an_earlier_version_published_is_searched_too(published: tuple[Path, Publications]) -> None:
    file, publications = published
    publish(file, "测试新名", indexed=False)
    publications.settle()
    with publications.reading() as reader:
        assert [hit.kind for hit in reader.index.find(reader.con, "测试新名")] == ["name"]


def test_a_file_that_cannot_be_read_leaves_the_old_one(published: tuple[Path, Publications]) -> None:
    file, publications = published
    broken = file.with_name("broken")
    broken.write_bytes(b"no database")
    broken.replace(file)
    publications.settle()
    with publications.reading() as reader:
        assert "测试甲" in named(reader)
    file.unlink()
    with publications.reading() as reader:
        assert "测试甲" in named(reader)


def test_nothing_published_is_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="还没有已发布"):
        Publications(tmp_path / "profiles.duckdb", Settings())


def test_a_reader_reaches_no_file_of_the_machine(published: tuple[Path, Publications]) -> None:
    _, publications = published
    with publications.reading() as reader, pytest.raises(duckdb.Error, match="disabled"):
        reader.con.execute("SELECT * FROM read_text('/etc/hostname')")
