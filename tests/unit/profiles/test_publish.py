"""Publishing: beside, then renamed; readers of the old file stay undisturbed."""

from pathlib import Path

import duckdb
import pytest

from core.duck import connect
from core.errors import StoreError
from core.settings import Settings
from profiles import publish


def made(rows: str) -> duckdb.DuckDBPyConnection:
    con = connect(Settings())
    con.execute(f"CREATE TABLE source_reply AS SELECT * FROM (VALUES {rows}) t(debtor_id, source, result)")
    con.execute("ALTER TABLE source_reply ADD COLUMN asked_at TIMESTAMP")
    con.execute("ALTER TABLE source_reply ADD COLUMN replied_at TIMESTAMP")
    for name, kind in (("business_date", "DATE"), ("file", "VARCHAR"), ("file_sha256", "VARCHAR"),
                       ("table_name", "VARCHAR"), ("row_no", "BIGINT")):  # fmt: skip
        con.execute(f"ALTER TABLE source_reply ADD COLUMN {name} {kind}")
    con.execute("ALTER TABLE source_reply ADD COLUMN internal INTEGER")
    return con


def test_a_reader_keeps_the_old_file_and_the_next_one_meets_the_new(tmp_path: Path) -> None:
    target = tmp_path / "profiles.duckdb"
    publish.publish(made("('D1', 'tax', 'none')"), target, tmp_path / "work")
    reader = duckdb.connect(str(target), read_only=True)
    assert (
        publish.publish(made("('D1', 'tax', 'found'), ('D2', 'tax', 'none')"), target, tmp_path / "work")[
            "source_reply"
        ]
        == 2
    )
    assert reader.execute("SELECT result FROM source_reply").fetchall() == [("none",)]
    reader.close()
    with duckdb.connect(str(target), read_only=True) as fresh:
        assert fresh.execute("SELECT result FROM source_reply ORDER BY debtor_id").fetchall() == [("found",), ("none",)]
        assert "internal" not in [row[0] for row in fresh.execute("DESCRIBE source_reply").fetchall()]


def test_rows_of_a_debtor_lie_together(tmp_path: Path) -> None:
    target = tmp_path / "profiles.duckdb"
    publish.publish(
        made("('D2', 'tax', 'none'), ('D1', 'tax', 'none'), ('D2', 'household', 'none')"), target, tmp_path / "work"
    )
    with duckdb.connect(str(target), read_only=True) as con:
        assert con.execute("SELECT debtor_id, source FROM data.source_reply ORDER BY rowid").fetchall() == [
            ("D1", "tax"),
            ("D2", "household"),
            ("D2", "tax"),
        ]


def test_a_failure_leaves_the_published_file_and_no_remains(tmp_path: Path) -> None:
    target = tmp_path / "profiles.duckdb"
    publish.publish(made("('D1', 'tax', 'none')"), target, tmp_path / "work")
    before = target.read_bytes()
    blocked = tmp_path / "folder"
    (blocked / "profiles.duckdb").mkdir(parents=True)
    with pytest.raises(StoreError, match="not published"):
        publish.publish(made("('D1', 'tax', 'found')"), blocked / "profiles.duckdb", tmp_path / "work")
    assert target.read_bytes() == before
    assert list((tmp_path / "work").iterdir()) == []


def test_the_build_session_can_publish_twice(tmp_path: Path) -> None:
    con = made("('D1', 'tax', 'none')")
    for _ in range(2):
        assert publish.publish(con, tmp_path / "profiles.duckdb", tmp_path / "work")["source_reply"] == 1
