from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from connectors import inquiry
from core.errors import StoreError
from core.store import Store

DAY, ASKED_AT = date(2026, 11, 23), datetime(2026, 11, 23, 18, 55)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("""
            CREATE TABLE inquiry_line AS FROM (VALUES
              ('Q2026112301-000001', '（2026）测0499执123号', '370499', '法官甲', 'GW000001', '测试甲',
               ['测试旧名', '测试旧名二'], 'resident_id', '370499198503120017',
               TIMESTAMP '2026-11-23 18:55:00', NULL::DATE, NULL::DATE, 'd1',
               ['household', 'tax']),
              ('Q2026112301-000002', '（2026）测0499执124号', '370499', '法官乙', 'GW000002', '示例"建材"有限公司',
               [], 'uscc', NULL, TIMESTAMP '2026-11-23 18:55:00', DATE '2025-11-24', DATE '2026-11-23', 'd2', ['tax']))
            t(inquiry_no, case_no, court_code, judge, officer_id, debtor_name, former_names, id_type, id_number,
              asked_at, window_from, window_to, debtor_id, sources)""")
        yield con


def test_the_list_is_written_byte_for_byte_as_agreed(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    inquiry.write_lists(con, store, DAY, 1, ASKED_AT)
    content = (store.outbox / "tax" / "20261123" / "inquiry.csv").read_bytes()
    header = (
        '"请求单号","执行案号","法院代码","承办法官","公务证编号","被执行人姓名或名称","曾用名",'
        '"证件种类","证件号码","请求时间","往来起始日","往来截止日"'
    )
    first = (
        '"Q2026112301-000001","（2026）测0499执123号","370499","法官甲","GW000001","测试甲","测试旧名、测试旧名二","01",'
        '"370499198503120017","2026-11-23 18:55:00","",""'
    )
    second = (
        '"Q2026112301-000002","（2026）测0499执124号","370499","法官乙","GW000002","示例""建材""有限公司","","11","",'
        '"2026-11-23 18:55:00","2025-11-24","2026-11-23"'
    )
    assert content == b"\xef\xbb\xbf" + "\r\n".join([header, first, second, ""]).encode()


def test_each_addressee_gets_its_own_lines_only(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    batch = inquiry.write_lists(con, store, DAY, 1, ASKED_AT)
    assert batch.sources == {"household": 1, "tax": 2}
    assert batch.lines == 2
    text = (store.outbox / "household" / "20261123" / "inquiry.csv").read_text("utf-8-sig")
    assert [row["请求单号"] for row in csv.DictReader(io.StringIO(text))] == ["Q2026112301-000001"]


def test_the_control_file_vouches_for_the_list(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    inquiry.write_lists(con, store, DAY, 1, ASKED_AT)
    path = store.outbox / "tax" / "20261123" / "inquiry.csv"
    assert json.loads(path.with_name("inquiry.csv.ok").read_text()) == {
        "file": "inquiry.csv",
        "bytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "rows": {"inquiry": 2},
        "mode": "reply",
        "extracted_at": "2026-11-23T18:55:00",
        "data_as_of": "2026-11-23T18:55:00",
        "inquiry_batch": "Q2026112301",
    }


def test_the_store_remembers_who_was_asked(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    assert inquiry.remembered(store).num_rows == 0
    sent = inquiry.write_lists(con, store, DAY, 1, ASKED_AT)
    memory = inquiry.remembered(store)
    assert memory.schema.names == [name for name, _ in inquiry.REMEMBERED]
    assert memory.column("debtor_id").to_pylist() == ["d1", "d2"]
    assert inquiry.asked_batches(store, DAY) == (sent,)
    assert inquiry.asked_batches(store, DAY, "household")[0].sources["household"] == 1
    assert inquiry.asked_batches(store, DAY, "bank_boc") == ()
    assert inquiry.asked_batches(store, date(2026, 11, 22)) == ()
    lines = con.execute(
        f"SELECT inquiry_no FROM ({inquiry.asked_lines_sql(store, sent.batch, 'household')})"
    ).fetchall()
    assert lines == [("Q2026112301-000001",)]


def test_a_second_list_of_the_day_overwrites_nothing(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    inquiry.write_lists(con, store, DAY, 1, ASKED_AT)
    assert inquiry.next_run(store, DAY) == 2
    con.execute("UPDATE inquiry_line SET inquiry_no = replace(inquiry_no, '2301-', '2302-')")
    inquiry.write_lists(con, store, DAY, 2, ASKED_AT)
    folder = store.outbox / "tax" / "20261123"
    assert sorted(path.name for path in folder.iterdir()) == [
        "inquiry.csv",
        "inquiry.csv.ok",
        "inquiry_02.csv",
        "inquiry_02.csv.ok",
    ]
    assert json.loads((folder / "inquiry_02.csv.ok").read_text())["inquiry_batch"] == "Q2026112302"
    assert [batch.batch for batch in inquiry.asked_batches(store, DAY)] == ["Q2026112301", "Q2026112302"]


def test_a_batch_is_asked_once(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    inquiry.write_lists(con, store, DAY, 1, ASKED_AT)
    with pytest.raises(StoreError):
        inquiry.write_lists(con, store, DAY, 1, ASKED_AT)


def test_numbers_of_another_batch_are_refused(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    with pytest.raises(StoreError, match="2 inquiry numbers"):
        inquiry.write_lists(con, store, DAY, 2, ASKED_AT)
    assert not store.outbox.exists()


def test_a_run_killed_before_remembering_asks_the_same_again(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    inquiry.write_lists(con, store, DAY, 1, ASKED_AT)
    before = (store.outbox / "tax" / "20261123" / "inquiry.csv").read_bytes()
    inquiry.memory_path(store, "Q2026112301").unlink()
    assert inquiry.next_run(store, DAY) == 1
    inquiry.write_lists(con, store, DAY, 1, ASKED_AT)
    assert (store.outbox / "tax" / "20261123" / "inquiry.csv").read_bytes() == before


def test_a_line_break_never_splits_a_record(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    con.execute("UPDATE inquiry_line SET judge = 'a' || chr(13) || chr(10) || 'b'")
    inquiry.write_lists(con, store, DAY, 1, ASKED_AT)
    content = (store.outbox / "tax" / "20261123" / "inquiry.csv").read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") == 3
    assert b'"a b"' in content


def test_the_memory_is_whole_parquet(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    inquiry.write_lists(con, store, DAY, 1, ASKED_AT)
    memory = pq.read_table(store.inquiries / "Q2026112301.parquet")
    assert memory.column("sources").to_pylist() == [["household", "tax"], ["tax"]]
    assert memory.column("id_type").to_pylist() == ["resident_id", "uscc"]


def test_addressees_that_are_not_connected_are_not_asked(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    before = con.execute("SELECT count(*) FROM inquiry_line WHERE list_has_any(sources, ['tax'])").fetchall()[0][0]
    assert before
    inquiry.leave_out(con, ["household", "bank_abc"])
    left = con.execute("SELECT DISTINCT unnest(sources) FROM inquiry_line").fetchall()
    assert {source for (source,) in left}.isdisjoint({"household", "bank_abc"})
    assert con.execute("SELECT count(*) FROM inquiry_line WHERE len(sources) = 0").fetchall() == [(0,)]
    assert (
        con.execute("SELECT count(*) FROM inquiry_line WHERE list_has_any(sources, ['tax'])").fetchall()[0][0] == before
    )
