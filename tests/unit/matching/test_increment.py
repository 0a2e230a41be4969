from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linkage_parties import NUMBERS, Fields, parties, table

import matching
import matching.engine
from core.errors import UsageError
from matching.model import POPULATION, Model

some_parties = st.lists(parties, min_size=4, max_size=20)
brief = settings(max_examples=5, deadline=None)


def frozen(limit: int = 60) -> Model:
    """The shipped model over a population nobody was counted in."""
    model = matching.load_model("v3")
    return replace(
        model, version="t", population=POPULATION.empty_table(), limits={**model.limits, "leads_per_left": limit}
    )


def changed(rows: list[Fields], other: list[Fields], places: set[int]) -> list[Fields]:
    """Some rows of the night before replaced, the last one gone, two new ones."""
    return [other[place % len(other)] if place in places else row for place, row in enumerate(rows[:-1])] + other[:2]


def named(rows: list[Fields], prefix: str, gone: int) -> pa.Table:
    """Rows that stayed keep their ids; the new ones get ids that nobody had."""
    ids = [f"{prefix}{place}" for place in range(len(rows) - 2)] + [f"{prefix}{gone + place}" for place in range(2)]
    return table(rows, prefix).set_column(0, "record_id", pa.array(ids))


@brief
@given(left=some_parties, right=some_parties, other=some_parties, places=st.sets(st.integers(0, 19)))
def test_the_second_night_equals_a_full_run(
    left: list[Fields], right: list[Fields], other: list[Fields], places: set[int]
) -> None:
    model = frozen(limit=2)
    _, memory = matching.relink(table(left, "d"), table(right, "r"), model, None)
    tonight = named(changed(left, other, places), "d", 100), named(changed(right, other, places), "r", 100)
    links, remembered = matching.relink(*tonight, model, memory)
    assert links.equals(matching.link(*tonight, model))
    again, _ = matching.relink(*tonight, model, remembered)
    assert again.equals(links)


def test_only_what_changed_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    answers = matching.engine.answers

    def watched(left: pa.Table, right: pa.Table, model: Model, **rest: object) -> pa.Table:
        compared.append((left.num_rows, right.num_rows))
        return answers(left, right, model)

    monkeypatch.setattr(matching.engine, "answers", watched)
    rows: list[Fields] = [{"name": "张伟", "id_number": number} for number in NUMBERS]
    _, memory = matching.relink(table(rows, "d"), table(rows, "r"), frozen(), None)
    rows[3] = {"name": "李娜", "id_number": NUMBERS[3]}
    matching.relink(table(rows[:3], "d"), table(rows, "r"), frozen(), memory)
    assert compared == [(10, 10), (3, 1)]


def test_another_model_version_compares_everything() -> None:
    side = table([{"name": "张伟", "id_number": NUMBERS[0]}], "x")
    _, memory = matching.relink(side, side, frozen(), None)
    links, _ = matching.relink(
        side, side, replace(frozen(), version="u"), replace(memory, answer=memory.answer.slice(0, 0))
    )
    assert links.column("tier").to_pylist() == ["confirmed"]


def test_a_model_that_is_not_frozen_is_refused() -> None:
    side = table([{"name": "张伟"}], "x")
    with pytest.raises(UsageError, match="frozen"):
        matching.relink(side, side, matching.load_model("v3"), None)


@brief
@given(left=some_parties, right=some_parties)
def test_prepared_records_answer_as_a_full_run_does(left: list[Fields], right: list[Fields]) -> None:
    with matching.Prepared(table(right, "r"), frozen()) as prepared:
        first = prepared.link(table(left[:2], "d"))
        assert prepared.link(table(left, "d")).equals(matching.link(table(left, "d"), table(right, "r"), frozen()))
        assert prepared.link(table(left[:2], "d")).equals(first)


def test_a_saved_model_is_the_model(tmp_path: Path) -> None:
    crowd: list[Fields] = [{"name": name, "id_number": number} for name in ("张伟", "李娜") for number in NUMBERS]
    links, memory, model = matching.begin(table(crowd, "d"), table(crowd, "r"))
    matching.save_model(model, tmp_path / "m")
    again = matching.load_model(str(tmp_path / "m"))
    assert again == model and memory.model == model.version
    assert again.digest() == model.digest()
    assert matching.relink(table(crowd, "d"), table(crowd, "r"), again, memory)[0].equals(links)
    assert again.population is not None and again.population.equals(model.population)
    assert matching.link(table(crowd, "d"), table(crowd, "r"), again).equals(
        matching.link(table(crowd, "d"), table(crowd, "r"), model)
    )


def test_what_is_left_out_is_counted_every_night() -> None:
    here: list[Fields] = [{"name": "张伟"}, {"name": "欧阳震华"}]
    there: list[Fields] = [{"name": "张伟"} for _ in range(200)]
    _, memory, model = matching.begin(table(here, "d"), table(there, "r"))
    assert (memory.leads_beyond_limit, memory.pairs_not_compared) == (140, 0)
    _, tomorrow = matching.relink(
        table(here, "d"), table(there[:-30], "r"), model, replace(memory, pairs_not_compared=7)
    )
    # leads are counted anew, pairs are those of the night that learned: a part of them is not compared again
    assert (tomorrow.leads_beyond_limit, tomorrow.pairs_not_compared) == (110, 7)
    assert matching.relink(table(here, "d"), table(there, "r"), model, None)[1].pairs_not_compared is None


def test_a_model_without_population_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="population"):
        matching.save_model(matching.load_model("v3"), tmp_path)
