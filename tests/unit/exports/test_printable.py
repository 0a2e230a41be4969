from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.text import FORMULA_BEGINS, cell, printable


@pytest.mark.parametrize(
    ("delivered", "shown"),
    [
        ("两\n行\t一格", "两 行 一格"),
        ("a\x00b\x1b", "a□b□"),
        ("户名\u202e甲乙", "户名□甲乙"),
        ("\ud800", "□"),
        ("㛃䶮𬭎", "㛃䶮𬭎"),
    ],
)
def test_what_no_document_may_hold_becomes_visible(delivered: str, shown: str) -> None:
    assert printable(delivered) == shown


@settings(max_examples=50)
@given(st.text())
def test_no_cell_begins_like_a_formula(text: str) -> None:
    shown = cell(text)
    assert shown.lstrip(" \u3000\xa0")[:1] not in tuple(FORMULA_BEGINS)
    assert not set(shown) & set("\t\r\n\x00")


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "　＋1"])
def test_what_begins_like_a_formula_is_marked(text: str) -> None:
    assert cell(text) == f"'{printable(text)}"


def test_other_text_stays_as_it_was_delivered() -> None:
    assert cell("（2026）测0499执1号") == "（2026）测0499执1号"
    assert cell("049900000001") == "049900000001"
