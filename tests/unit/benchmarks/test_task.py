from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from benchmarks.peers.exact import exact_links
from benchmarks.task.make import make_task
from benchmarks.task.rows import KINDS
from benchmarks.task.world import Size

FILES = ("left", "right", "truth", "left_known", "right_known")


def ask(task: Path, question: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        for name in FILES:
            connection.execute(f"CREATE VIEW {name}s AS FROM '{task}/{name}.parquet'")
        return connection.execute(question).fetchall()


def count(task: Path, question: str) -> int:
    return int(str(ask(task, f"SELECT count(*) FROM {question}")[0][0]))


def test_the_size_is_the_size_asked_for(task: Path) -> None:
    assert count(task, "lefts") == 1_000
    assert count(task, "rights") == 40_000


def test_one_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two", "other"):
        make_task(tmp_path / folder, Size(100, 3_000), seed=5 if folder != "other" else 6)
    for name in FILES:
        one, two, other = ((tmp_path / folder / f"{name}.parquet").read_bytes() for folder in ("one", "two", "other"))
        assert one == two
        assert one != other


def test_every_kind_of_trouble_occurs(task: Path) -> None:
    seen = {kind for (kind,) in ask(task, "SELECT DISTINCT unnest(kinds) FROM right_knowns")}
    assert set(KINDS) - seen <= {"firm_mark", "width", "cut_name"}  # rare ones may be missing in a task so small


def test_a_tenth_to_a_fifth_of_the_debtors_are_held_by_nobody(task: Path) -> None:
    unheld = count(task, "left_knowns WHERE NOT held")
    assert 100 < unheld < 200
    assert not count(task, "truths SEMI JOIN (FROM left_knowns WHERE NOT held) ON left_id = record_id")
    assert not count(task, "(FROM left_knowns WHERE held) ANTI JOIN truths ON left_id = record_id")


def test_some_debtors_are_listed_twice_and_both_rows_have_the_records(task: Path) -> None:
    twice = "(SELECT reached FROM left_knowns GROUP BY 1 HAVING count(*) = 2)"
    assert count(task, twice) >= 20
    assert not ask(
        task,
        f"""SELECT reached FROM truths JOIN left_knowns ON left_id = record_id SEMI JOIN {twice} USING (reached)
            GROUP BY reached HAVING count(*) <> 2 * count(DISTINCT right_id)""",
    )


def test_a_branch_is_the_debtors_and_a_subsidiary_is_not(task: Path) -> None:
    about = "truths t JOIN right_knowns r ON t.right_id = r.record_id"
    assert count(task, f"{about} WHERE r.role = 'branch'") > 0
    assert not count(
        task,
        f"{about} JOIN left_knowns l ON t.left_id = l.record_id WHERE r.role = 'subsidiary' AND l.number <> r.number",
    )


def test_no_number_is_of_a_county_that_exists(task: Path) -> None:
    for (number,) in ask(task, "SELECT id_number FROM rights WHERE id_type = 'resident_id' AND length(id_number) = 18"):
        if re.fullmatch(r"[1-9]\d{16}[\dX]", str(number)) and len(set(str(number))) > 1:
            damage = sum(one != other for one, other in zip(str(number)[:6], "370499", strict=True))
            assert damage <= 2 or str(number).startswith("123456"), "one digit or one swap at most"


def test_hard_negatives_stand_beside_the_debtors(task: Path) -> None:
    same_day = """right_knowns r JOIN left_knowns l ON r.true_name = l.true_name AND r.true_birth = l.true_birth
                  WHERE r.role = 'namesake' AND r.reached <> l.reached"""
    family = "right_knowns r JOIN left_knowns l ON r.family = l.family WHERE r.role = 'child' AND l.role = 'head'"
    assert count(task, same_day) > 0
    assert count(task, family) > 0
    for role in ("twin", "similar firm", "subsidiary"):
        assert count(task, f"right_knowns WHERE role = '{role}'") > 0, role


@pytest.mark.parametrize(("name", "low", "high"), [("exact number", 0.68, 0.82), ("exact number and name", 0.57, 0.72)])
def test_exact_agreement_finds_too_little(task: Path, name: str, low: float, high: float) -> None:
    links = exact_links(task / "left.parquet", task / "right.parquet", threads=2)[name]
    with duckdb.connect() as connection:
        connection.register("links", links)
        truth = f"'{task}/truth.parquet'"
        found = connection.execute(f"SELECT count(*) FROM {truth} SEMI JOIN links USING (left_id, right_id)").fetchall()
    recall = found[0][0] / count(task, "truths")
    assert low < recall < high


def test_the_commonest_names_are_as_common_as_they_are(tmp_path: Path) -> None:
    import numpy as np

    from benchmarks.task.people import make_people

    people = make_people(np.random.default_rng(3), 400_000, homes=200_000)
    names = people.name.to_pandas().value_counts()
    surnames = people.surname.to_pandas().value_counts(normalize=True)
    assert 100 < names["张伟"] / len(people) * 500_000 < 170
    assert surnames.head(100).sum() == pytest.approx(0.86, abs=0.015)
