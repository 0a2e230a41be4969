"""Columns of a terminal in which a Chinese character takes two."""

from hypothesis import given as for_all
from hypothesis import strategies as st

from profiles.layout_zh import _pieces, heading, pad, table, width, wrap

TEXT = st.text(alphabet="测试甲（）。，、 ab1234.5%：；号·", max_size=80)


def test_widths() -> None:
    assert [width(text) for text in ("abc", "测试", "测a", "（1）", "é", "")] == [3, 4, 3, 5, 1, 0]
    assert pad("测", 4) == "测  " and pad("测", 4, right=True) == "  测"
    assert width(heading("案件")) == 100


def test_numbers_stay_whole_and_punctuation_begins_no_line() -> None:
    lines = wrap("金额为1234567.89元，（其中）部分已付。", 16, first="  ")
    assert "1234567.89" in "".join(line for line in lines if "1234567.89" in line)
    assert not [line for line in lines if line.strip()[:1] in "，。）"]


def test_columns_are_aligned() -> None:
    head, *rows = table(["案号", "元"], [["（2026）", "1.00"], ["甲", "10.00"]], right=(1,))
    assert [width(line) for line in (head, *rows)] == [width(head)] * 3
    assert table(["案号"], []) == []


@for_all(TEXT, st.integers(min_value=20, max_value=60))
def test_wrapping_loses_nothing_and_keeps_within_the_width(text: str, columns: int) -> None:
    lines = wrap(text, columns, first="  · ")
    assert "".join("".join(lines).split()) == "".join(("·" + text).split())
    longest = max((width(piece.strip()) for piece in _pieces(text)), default=0)  # what nothing may break
    assert all(width(line) <= max(columns, longest + 4) for line in lines)
