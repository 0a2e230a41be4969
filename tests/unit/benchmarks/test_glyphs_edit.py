from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.glyphs import (
    Texts,
    code_points,
    drop,
    homophones,
    insert,
    lengths,
    lookalikes,
    points,
    put,
    swap,
    texts_of,
    traditional,
)

NAMES = np.array(["张伟", "欧阳震华", "王小明"], dtype=object)


def texts(*words: str) -> Texts:
    return np.array(words, dtype=object)


@given(st.lists(st.text(st.characters(exclude_characters="\x00"), max_size=12), min_size=1, max_size=8))
def test_texts_survive_the_grid(words: list[str]) -> None:
    assert list(texts_of(points(texts(*words)))) == words


def test_length_counts_characters_not_bytes() -> None:
    assert list(lengths(texts("张伟", "", "䶮a"))) == [2, 0, 2]


def test_each_edit_changes_its_own_place() -> None:
    at = np.array([1, 0, 2])
    letter = code_points("某某某")
    assert list(put(NAMES, at, letter)) == ["张某", "某阳震华", "王小某"]
    assert list(drop(NAMES, at)) == ["张", "阳震华", "王小"]
    assert list(insert(NAMES, at, letter)) == ["张某伟", "某欧阳震华", "王小某明"]
    assert list(swap(NAMES, np.array([0, 1, 1]))) == ["伟张", "欧震阳华", "王明小"]


def test_twins_replace_one_character_and_spare_the_surname() -> None:
    rng = np.random.default_rng(1)
    for twins in (homophones(), lookalikes(), traditional()):
        changed, done = twins.replace_one(NAMES, rng, skip=1)
        for before, after, was in zip(NAMES, changed, done, strict=True):
            assert sum(one != other for one, other in zip(before, after, strict=True)) == int(was)
            assert before[0] == after[0]


def test_what_has_no_twin_stays() -> None:
    changed, done = homophones().replace_one(texts("123", ""), np.random.default_rng(1))
    assert list(changed) == ["123", ""]
    assert not done.any()
