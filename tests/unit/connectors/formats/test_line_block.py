"""What the bytes of a block tell: a line called plain must never need cleaning, whatever stands in it."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats.line_block import simple_lines
from connectors.formats.quoted_records import Dialect
from core.duck import sql

BARS = Dialect("|", "none")
QUOTED = Dialect(",", "all")
#: Every character that cleaning looks for, its neighbours in UTF-8, and ordinary text.
SIGNS = (
    "\x00\t\x1f !'`=\"|,\x7f\x80\x9f\xa0\xad·\u200a\u200b\u200f‘’“”\u202a\u2064"
    "　〓〇﹏\ufeff\ufff9\ufffb\ufffc\ufffd\uf8ff\ue000\U000f0000\U0001f600□●☀?*＝＊？＜（）测甲A1𠀀"
)
fields = st.lists(st.text(st.sampled_from(SIGNS.replace("|", "")), max_size=4), min_size=3, max_size=3)


@pytest.fixture(scope="module")
def noisy() -> Any:
    session = duckdb.connect()
    session.execute(
        sql("data_contracts.filtering", "macros").replace("TEMP MACRO", "MACRO").split("-- A digit field")[0]
    )
    return lambda text: session.execute("SELECT noisy_row($text)", {"text": text}).fetchall()[0][0]


@settings(max_examples=300, deadline=None)
@given(rows=st.lists(fields, min_size=1, max_size=5))
def test_a_plain_line_has_nothing_to_clean(noisy: Any, rows: list[list[str]]) -> None:
    data = "".join("|".join(row) + "\n" for row in rows).encode()
    lines = simple_lines(data, BARS, 3)
    assert lines is not None
    assert len(lines) == len(rows)
    for row, plain in zip(rows, lines.plain, strict=True):
        filled = [field for field in row if field]  # an empty field is null by then
        assert not plain or not filled or not noisy("|".join(filled))


def test_ordinary_lines_are_plain() -> None:
    bars = simple_lines("测甲|（2026）测0499执1号|370499\r\n乙||1\r\n".encode(), BARS, 3)
    quoted = simple_lines('"甲","乙"\r\n'.encode(), QUOTED, 2)
    assert bars is not None
    assert quoted is not None
    assert (bars.plain.tolist(), quoted.plain.tolist()) == ([True, True], [True])


def test_blank_lines_are_no_records() -> None:
    lines = simple_lines(b"a|b\n\n\r\n c|d\r\n", BARS, 2)
    assert lines is not None
    assert lines.plain.tolist() == [True, False]


@pytest.mark.parametrize("data", [b"a|b\rc|d\n", b"a" * (129 << 10) + b"\n"])
def test_lines_that_may_not_be_records_are_left_to_others(data: bytes) -> None:
    assert simple_lines(data, BARS, 2) is None


def test_an_open_quote_is_left_to_others_and_a_quote_inside_is_not_plain() -> None:
    assert simple_lines(b'"a","b\n', QUOTED, 2) is None
    lines = simple_lines(b'"a""","b"\n', QUOTED, 2)
    assert lines is not None
    assert not lines.plain.any()
