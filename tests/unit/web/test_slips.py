"""Slips: nothing within them is left out by the pattern or the list that finds it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from web.search import slips

NAMES = st.text("甲乙丙丁.*[有限公司", min_size=3, max_size=16)


@st.composite
def slipped(draw: st.DrawFn) -> tuple[str, str]:
    """A name, and the same with as many slips as are allowed."""
    name = text = draw(NAMES)
    for _ in range(slips.allowed(name)):
        place = draw(st.integers(0, max(0, len(text) - 1)))
        head, tail = text[:place], text[place:]
        text = draw(
            st.sampled_from(
                [head + tail[1:], head + "戊" + tail, head + "戊" + tail[1:], head + tail[1::-1] + tail[2:]]
            )
        )
    return name, text


@given(slipped())
def test_every_name_within_the_slips_holds_an_unhurt_piece(names: tuple[str, str]) -> None:
    name, text = names
    if OSA.distance(name, text) <= slips.allowed(name):
        assert re.search(slips.unhurt(name, slips.allowed(name)), text)


@given(st.text("0123456789X", min_size=15, max_size=18), st.data())
def test_the_numbers_near_one_are_those_one_slip_away(number: str, data: st.DataObject) -> None:
    near = slips.numbers_near(number)
    assert len(near) == len(set(near))
    assert {OSA.distance(number, one) for one in data.draw(st.lists(st.sampled_from(near), max_size=20))} <= {0, 1}
    place, other = data.draw(st.integers(0, len(number) - 1)), data.draw(st.sampled_from("0123456789X"))
    assert number[:place] + other + number[place + 1 :] in near
    assert number[:place] + number[place + 1 :] in near
    assert number[:place] + other + number[place:] in near


def test_two_characters_are_told_by_their_sound_alone() -> None:
    assert [slips.allowed("甲" * size) for size in (1, 2, 3, 9, 10, 15)] == [0, 0, 1, 1, 2, 3]
