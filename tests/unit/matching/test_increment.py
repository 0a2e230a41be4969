from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from linkage_parties import NUMBERS, Fields, parties, table

import matching
import matching.engine
import matching.steps
from core.errors import UsageError
from matching.model import POPULATION, Model

some_parties = st.lists(parties, min_size=4, max_size=20)
#: Nights in real sessions: a failing one is told as it is.
brief = settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


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


def shown(memory: matching.Memory, limit: int = 60) -> pa.Table:
    """The links of a night in the order of `link`."""
    return (
        memory.links(limit)
        .read_all()
        .cast(matching.LINKS)
        .sort_by([("left_id", "ascending"), ("right_id", "ascending")])
    )


@brief
@given(
    left=some_parties,
    right=some_parties,
    other=some_parties,
    places=st.sets(st.integers(0, 19)),
    reserve=st.integers(0, 2),
)
def test_the_second_night_equals_a_full_run(
    left: list[Fields], right: list[Fields], other: list[Fields], places: set[int], reserve: int
) -> None:
    model = frozen(limit=2)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching.steps, "LEADS_IN_RESERVE", reserve)
        first, second, third = (Path(folder) / night for night in "123")
        memory = matching.relink(table(left, "d"), table(right, "r"), model, None, first)
        tonight = named(changed(left, other, places), "d", 100), named(changed(right, other, places), "r", 100)
        remembered = matching.relink(*tonight, model, memory, second)
        assert shown(remembered, 2).equals(matching.link(*tonight, model))
        again = matching.relink(*tonight, model, remembered, third)
        assert shown(again, 2).equals(shown(remembered, 2))
        assert again.leads_beyond_limit == remembered.leads_beyond_limit


@brief
@given(
    towns=st.lists(st.integers(0, 2), min_size=12, max_size=24),
    nights=st.lists(st.sets(st.integers(0, 23)), min_size=2, max_size=4),
    reserve=st.integers(0, 3),
)
def test_leads_that_are_not_shown_come_up_when_others_go(
    towns: list[int], nights: list[set[int]], reserve: int
) -> None:
    """Many records of one name, of which every night some go and some come: what is shown is what a full run shows."""
    model = frozen(limit=3)
    debtors = table([{"name": "张伟", "address": f"示例县{town}号村示例路{town}号"} for town in (0, 1)], "d")
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching.steps, "LEADS_IN_RESERVE", reserve)
        memory = None
        for night, gone in enumerate([set(), *nights]):
            there = [
                {"name": "张伟", "address": f"示例县{town}号村示例路{town}号"}
                for place, town in enumerate(towns)
                if place not in gone
            ]
            ids = [f"r{place}" for place in range(len(towns)) if place not in gone]
            records = table(there, "r").set_column(0, "record_id", pa.array(ids, pa.string()))
            memory = matching.relink(debtors, records, model, memory, Path(folder) / str(night))
            assert shown(memory, 3).equals(matching.link(debtors, records, model))


def test_only_what_changed_is_compared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    compared = []
    answering = matching.engine.answering

    def watched(left: pa.Table, right: pa.Table | Path, model: Model, **rest: Any) -> Any:
        records = pq.read_table(right) if isinstance(right, Path) else right
        compared.append((left.num_rows, records.num_rows))
        return answering(left, right, model, **rest)

    monkeypatch.setattr(matching.engine, "answering", watched)
    rows: list[Fields] = [{"name": "张伟", "id_number": number} for number in NUMBERS]
    memory = matching.relink(table(rows, "d"), table(rows, "r"), frozen(), None, tmp_path / "1")
    rows[3] = {"name": "李娜", "id_number": NUMBERS[3]}
    matching.relink(table(rows[:3], "d"), table(rows, "r"), frozen(), memory, tmp_path / "2")
    assert compared == [(10, 10), (3, 1)]


def test_another_model_version_compares_everything(tmp_path: Path) -> None:
    side = table([{"name": "张伟", "id_number": NUMBERS[0]}], "x")
    memory = matching.relink(side, side, frozen(), None, tmp_path / "1")
    empty = pq.read_table(memory.file("answer")).slice(0, 0)
    pq.write_table(empty, memory.file("answer"))
    again = matching.relink(side, side, replace(frozen(), version="u"), memory, tmp_path / "2")
    assert shown(again).column("tier").to_pylist() == ["confirmed"]


def test_a_model_that_is_not_frozen_is_refused(tmp_path: Path) -> None:
    side = table([{"name": "张伟"}], "x")
    with pytest.raises(UsageError, match="frozen"):
        matching.relink(side, side, matching.load_model("v3"), None, tmp_path)


@brief
@given(left=some_parties, right=some_parties)
def test_prepared_records_answer_as_a_full_run_does(left: list[Fields], right: list[Fields]) -> None:
    with matching.Prepared(table(right, "r"), frozen()) as prepared:
        first = prepared.link(table(left[:2], "d"))
        assert prepared.link(table(left, "d")).equals(matching.link(table(left, "d"), table(right, "r"), frozen()))
        assert prepared.link(table(left[:2], "d")).equals(first)


def test_a_saved_model_is_the_model(tmp_path: Path) -> None:
    crowd: list[Fields] = [{"name": name, "id_number": number} for name in ("张伟", "李娜") for number in NUMBERS]
    memory, model = matching.begin(table(crowd, "d"), table(crowd, "r"), tmp_path / "1")
    matching.save_model(model, tmp_path / "m")
    again = matching.load_model(str(tmp_path / "m"))
    assert again == model and memory.model == model.version
    assert again.digest() == model.digest()
    links = shown(memory)
    tomorrow = matching.relink(table(crowd, "d"), table(crowd, "r"), again, memory, tmp_path / "2")
    assert shown(tomorrow).equals(links)
    assert again.population is not None and again.population.equals(model.population)
    assert matching.link(table(crowd, "d"), table(crowd, "r"), again).equals(
        matching.link(table(crowd, "d"), table(crowd, "r"), model)
    )


def test_what_is_left_out_is_counted_every_night(tmp_path: Path) -> None:
    here: list[Fields] = [{"name": "张伟"}, {"name": "欧阳震华"}]
    there: list[Fields] = [{"name": "张伟"} for _ in range(200)]
    memory, model = matching.begin(table(here, "d"), table(there, "r"), tmp_path / "1")
    assert (memory.leads_beyond_limit, memory.pairs_not_compared) == (140, 0)
    more = table(there + there[:5], "r")
    tomorrow = matching.relink(table(here, "d"), more, model, replace(memory, pairs_not_compared=7), tmp_path / "2")
    # pairs are those of the night that learned: a part of them is not compared again
    assert (tomorrow.leads_beyond_limit, tomorrow.pairs_not_compared) == (145, 7)
    # who goes unseen is counted until the debtor is compared whole
    fewer = matching.relink(table(here, "d"), table(there[:-30], "r"), model, tomorrow, tmp_path / "3")
    assert fewer.leads_beyond_limit is not None and 110 <= fewer.leads_beyond_limit < 145
    full = matching.relink(table(here, "d"), table(there[:-30], "r"), model, None, tmp_path / "4")
    assert (full.leads_beyond_limit, full.pairs_not_compared) == (110, None)


def test_a_model_without_population_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="population"):
        matching.save_model(matching.load_model("v3"), tmp_path)
