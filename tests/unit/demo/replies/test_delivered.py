"""The delivered form: what the court's own readers and row filter make of every reply."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from core.files import sha256_of
from core.store import compact
from data_contracts import load
from demo.replies import ADDRESSEES

from .conftest import MONDAY, Evening
from .reading import batches, control, delivered_file, judged


@pytest.mark.parametrize("source", ADDRESSEES)
def test_replies_without_faults_are_accepted_row_by_row(source: str, monday: Evening) -> None:
    for batch in batches(monday.drops, source, MONDAY):
        tables = list(judged(monday.drops, monday.store, source, batch))
        assert [table.quarantined for table in tables] == [[]] * len(tables)
        assert [len(table.accepted) for table in tables] == [table.stated for table in tables]
        assert sum(table.stated for table in tables) > 50


@pytest.mark.parametrize("source", ADDRESSEES)
def test_control_files_state_bytes_hash_and_batch(source: str, monday: Evening) -> None:
    contract = load(source)
    folder = monday.drops / source / compact(MONDAY)
    for batch in batches(monday.drops, source, MONDAY):
        for declared in contract.files:
            path = delivered_file(contract, declared.id, folder, batch)
            stated = control(path)
            assert (stated["file"], stated["bytes"]) == (path.name, path.stat().st_size)
            assert stated["sha256"] == sha256_of(path)
            assert (stated["mode"], stated["inquiry_batch"]) == ("reply", batch)
            assert set(stated["rows"]) == set(declared.tables)
            assert datetime.fromisoformat(stated["data_as_of"]) == datetime(2026, 11, 23, 21, 0)
            assert stated["extracted_at"] > stated["data_as_of"]
    assert not list(folder.glob("*.part"))


def first_line(source: str, evening: Evening, encoding: str, file_id: str) -> str:
    contract = load(source)
    folder = evening.drops / source / compact(MONDAY)
    raw = delivered_file(contract, file_id, folder, batches(evening.drops, source, MONDAY)[-1]).read_bytes()
    return raw.decode(encoding).split("\r\n" if contract.format.line_end else "\n")[0]


def test_household_quotes_every_field_in_gb18030(monday: Evening) -> None:
    header = first_line("household", monday, "gb18030", "main")
    assert header == ",".join(f'"{column.label}"' for column in load("household").table("persons").columns)


def test_county_bank_puts_a_tab_before_digits_and_quotes_little(monday: Evening) -> None:
    folder = monday.drops / "bank_sdrcb" / compact(MONDAY)
    text = next(folder.glob("*accounts*.csv")).read_bytes().decode("gb18030")
    assert text.startswith("请求单号,案号,查询结果,")
    assert ",\t0499" in text
    assert ",查无开户信息,,,,,,,,,,,,,2026/11/23 " in text
    assert '"' not in text


@pytest.mark.parametrize(
    ("source", "encoding", "beginning"),
    [
        ("bank_boc", "utf-8", '<?xml version="1.0" encoding="UTF-8"?>'),
        ("bank_abc", "utf-8", '<CKFK version="1.0"><BWT>'),
        ("bank_ccb", "gb18030", '<?xml version="1.0" encoding="GBK"?>'),
        ("bank_icbc", "utf-8", '\ufeff<?xml version="1.0" encoding="UTF-8"?>'),
    ],
)
def test_bank_messages_begin_as_agreed(source: str, encoding: str, beginning: str, monday: Evening) -> None:
    assert first_line(source, monday, encoding, "message").startswith(beginning)


@pytest.mark.parametrize(
    ("source", "encoding", "present", "absent"),
    [
        ("bank_boc", "utf-8", "<KHRQ>20", "<QLXX>"),
        ("bank_abc", "utf-8", "<HNBS>1</HNBS>", "<MZFS>"),
        ("bank_ccb", "gb18030", "<ZHZT>正常</ZHZT>", "<CSXH>"),
        ("bank_icbc", "utf-8", 'xmlns="urn:ckfk:1"', "<ZZHXX>"),
    ],
)
def test_bank_messages_keep_their_habits(
    source: str, encoding: str, present: str, absent: str, monday: Evening
) -> None:
    text = next((monday.drops / source / compact(MONDAY)).glob("*.xml")).read_bytes().decode(encoding)
    assert present in text
    assert absent not in text


def test_one_bank_drops_the_hyphen_of_some_inquiry_numbers(monday: Evening) -> None:
    text = next((monday.drops / "bank_icbc" / compact(MONDAY)).glob("*.xml")).read_text(encoding="utf-8-sig")
    assert "<BDHM>Q2026112301000007</BDHM>" in text
    assert "<BDHM>Q2026112301-000001</BDHM>" in text


def test_typed_values_come_back_from_every_decimal_form(monday: Evening) -> None:
    """Products are told by four banks in four forms; total = quantity x price holds in each after reading."""
    checked = 0
    for source in ("bank_boc", "bank_abc", "bank_ccb", "bank_icbc"):
        for table in judged(monday.drops, monday.store, source, f"Q{compact(MONDAY)}01"):
            for row in table.accepted if table.table == "products" else ():
                assert abs(row["quantity"] * row["price"] - row["total"]) < 1
                checked += 1
            for row in table.accepted if table.table == "accounts" else ():
                assert row["opened_on"] is None or date(1990, 1, 1) < row["opened_on"] <= MONDAY
    assert checked
