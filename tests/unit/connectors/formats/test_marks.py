from __future__ import annotations

import pytest

from connectors.formats import marks

#: GB 18030-2022, annex: byte pairs whose character left the private-use area, written down once more.
MOVED_2022 = {
    "A6D9": "︐", "A6DA": "︒", "A6DB": "︑", "A6DC": "︓", "A6DD": "︔", "A6DE": "︕",
    "A6DF": "︖", "A6EC": "︗", "A6ED": "︘", "A6F3": "︙", "FE59": "龴", "FE61": "龵",
    "FE66": "龶", "FE67": "龷", "FE6D": "龸", "FE7E": "龹", "FE90": "龺", "FEA0": "龻",
}  # fmt: skip


def test_the_eighteen_moved_code_points_are_mended() -> None:
    assert len(MOVED_2022) == 18
    for pair, character in MOVED_2022.items():
        decoded = bytes.fromhex(pair).decode("gb18030")
        assert marks.settle(decoded) == (character, True, True), pair


def test_a_private_use_character_of_windows_becomes_the_one_that_was_meant() -> None:
    assert marks.settle("测\ue863").text == "测䶮"


def test_other_private_use_characters_stay_for_the_filter_to_flag() -> None:
    assert marks.settle("测\ue000") == ("测\ue000", False, True)


@pytest.mark.parametrize("code", [0, 1, 31])
def test_a_control_character_comes_back_without_a_flag(code: int) -> None:
    assert marks.settle(f"a{marks.control(code)}b") == (f"a{chr(code)}b", False, True)


def test_a_repaired_value_is_flagged_and_loses_its_mark() -> None:
    assert marks.settle(f"路{marks.REPAIRED}测试{marks.REPAIRED}") == ("路测试", True, True)


def test_undecodable_bytes_make_a_value_unreadable_and_show_as_hex_in_the_raw_text() -> None:
    text = b"ab\xff\xfec".decode("utf-8", marks.ERRORS)
    assert not marks.settle(text).readable
    assert marks.legible(f"{marks.REPAIRED}{text}") == r"ab\xff\xfec"


def test_every_repair_leads_out_of_the_private_use_area() -> None:
    for private, character in marks.private_use().items():
        assert 0xE000 <= private <= 0xF8FF
        assert not 0xE000 <= character <= 0xF8FF
