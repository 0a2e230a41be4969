from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats import marks
from connectors.formats.decoding import GB18030, LONGEST, UTF_8, decode, text_blocks

NAMES = st.text(st.characters(codec="gb18030", exclude_categories=["Cs", "Co", "Cc", "Cn"]), max_size=12)
CHINESE = st.text(
    st.sampled_from("测试甲乙丙丁示例建材有限公司路村镇街道号楼单元室山亭区一二三"), min_size=2, max_size=12
)


def plain(text: str) -> str:
    return marks.settle(text).text


def blocks(raw: bytes, encoding: str, size: int, cut: bytes = b"\n") -> list[str]:
    return list(text_blocks(io.BytesIO(raw), encoding, cut=cut, block=size))


@given(st.lists(NAMES, max_size=30), st.sampled_from([GB18030, UTF_8]), st.integers(1, 40))
def test_blocks_of_any_size_add_up_to_the_text(lines: list[str], encoding: str, size: int) -> None:
    text = "".join(f"{line}\n" for line in lines)
    assert plain("".join(blocks(text.encode(encoding), encoding, size))) == plain(text.removeprefix("\ufeff"))


def test_a_character_is_never_torn_at_a_block_border() -> None:
    text = "珅|瑋|東|億\n" * 50
    for size in range(1, 30):
        pieces = blocks(text.encode(GB18030), GB18030, size)
        assert "".join(pieces) == text
        assert all(piece.endswith("\n") for piece in pieces)


def test_a_byte_order_mark_at_the_start_is_dropped_and_others_stay() -> None:
    assert "".join(blocks("\ufeffa\ufeffb\n".encode(), UTF_8, 100)) == "a\ufeffb\n"


@given(CHINESE)
def test_a_utf8_value_inside_gb18030_is_found_even_where_gb18030_swallows_it(value: str) -> None:
    raw = "甲|".encode(GB18030) + value.encode() + "|乙\n".encode(GB18030)
    settled = decode(raw, GB18030)
    if marks.REPAIRED in settled:
        assert plain(settled) == f"甲|{value}|乙\n"
    else:
        # Two or three characters can read as ordinary Chinese in both encodings; then nobody can tell.
        assert len(value) <= 3
        assert settled == raw.decode(GB18030)


@given(st.lists(CHINESE, min_size=2, max_size=6))
def test_a_whole_record_in_utf8_is_read_as_such(values: list[str]) -> None:
    good, strange = "|".join(["甲乙", *values]), "|".join(values)
    raw = f"{good}\n".encode(GB18030) + f"{strange}示例街道\n".encode() + f"{good}\n".encode(GB18030)
    assert plain(decode(raw, GB18030)) == f"{good}\n{strange}示例街道\n{good}\n"


@given(st.lists(NAMES.filter(lambda name: "\n" not in name), min_size=1, max_size=20))
def test_ordinary_gb18030_is_never_taken_for_utf8(names: list[str]) -> None:
    text = "|".join(names) + "\n"
    assert decode(text.encode(GB18030), GB18030) == text


@given(CHINESE)
def test_a_gb18030_record_inside_utf8_is_read_as_such(value: str) -> None:
    raw = "甲\t乙\n".encode() + f"{value}\t测试\n".encode(GB18030) + "丙\t丁\n".encode()
    settled = decode(raw, UTF_8)
    assert plain(settled) == f"甲\t乙\n{value}\t测试\n丙\t丁\n"
    assert marks.REPAIRED in settled.split("\n")[1]


def test_a_gb18030_value_inside_a_utf8_record_leaves_its_neighbours_alone() -> None:
    raw = "测试甲,".encode() + "示例路".encode(GB18030) + ",测试乙\n".encode()
    assert decode(raw, UTF_8) == f"测试甲,{marks.REPAIRED}示例路,测试乙\n"


@pytest.mark.parametrize("encoding", [GB18030, UTF_8])
def test_bytes_that_fit_no_encoding_become_marks_in_their_own_record(encoding: str) -> None:
    raw = "甲,乙\n".encode(encoding) + b"a,\xff\xff,b\n" + "丙,丁\n".encode(encoding)
    first, second, third, _ = decode(raw, encoding).split("\n")
    assert (first, third) == ("甲,乙", "丙,丁")
    assert marks.legible(second) == r"a,\xff\xff,b"


def test_the_bar_inside_a_character_is_no_bar() -> None:
    assert b"|" in "瑋".encode(GB18030)
    assert decode("瑋|珅\n".encode(GB18030), GB18030).split("|") == ["瑋", "珅\n"]


def test_nul_and_control_characters_survive() -> None:
    assert decode(b"a\x00b\x1fc\n", GB18030) == "a\x00b\x1fc\n"


def test_a_record_without_end_is_cut_so_that_memory_stays_bounded() -> None:
    pieces = blocks(b"a" * (2 * LONGEST + 5), UTF_8, LONGEST // 2)
    assert [len(piece) for piece in pieces] == [LONGEST, LONGEST, 5]


@pytest.mark.parametrize("broken", [b"\xba1", b"\xba", b"\x811", b"\x81\x30\x81", b"\xff"])
def test_a_broken_character_at_the_end_of_a_record_costs_only_its_own(broken: bytes) -> None:
    text = decode(b"a|" + broken + b"\nb|c\n", "gb18030")
    assert text.split("\n")[1:] == ["b|c", ""]
    assert not marks.settle(text.split("\n")[0]).readable
