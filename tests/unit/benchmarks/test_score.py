from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from benchmarks.score import Score, best_f1, calibration_error, score
from benchmarks.targets import Cost, cost, hardness, quality
from benchmarks.tell import tell


def links(truth: pa.Table, probability: float = 0.99) -> pa.Table:
    chosen = truth.select(["left_id", "right_id"])
    return chosen.append_column("probability", pa.array(np.full(len(chosen), probability))).append_column(
        "tier", pa.array(["confirmed"] * len(chosen))
    )


def scored(task: Path, tmp_path: Path, table: pa.Table) -> Score:
    pq.write_table(table, tmp_path / "links.parquet")
    return score([(task, tmp_path / "links.parquet")])


def test_a_threshold_takes_equal_probabilities_together() -> None:
    probability, correct = np.array([0.9, 0.5, 0.5, 0.1]), np.array([1, 1, 0, 0])
    threshold, precision, recall, f1 = best_f1(probability, correct, true_pairs=2)
    assert (threshold, recall) == (0.5, 1.0)
    assert precision == pytest.approx(2 / 3)
    assert f1 == pytest.approx(0.8)


def test_no_links_are_no_error() -> None:
    assert best_f1(np.array([]), np.array([], dtype=np.int64), true_pairs=3)[3] == 0


def test_calibration_compares_what_is_said_with_what_is_true() -> None:
    half = np.tile([0, 1], 300)
    assert calibration_error(np.full(600, 0.5), half) == pytest.approx(0, abs=0.02)
    assert calibration_error(np.full(600, 0.9), half) == pytest.approx(0.4, abs=0.02)


def test_the_truth_scores_one(task: Path, tmp_path: Path) -> None:
    truth = pq.read_table(task / "truth.parquet")
    found = scored(task, tmp_path, links(truth))
    assert found.best_f1 == found.confirmed_recall == found.confirmed_precision == 1.0
    assert found.unheld_confirmed == found.confirmed_wrong == 0
    assert all(part.missed_at_best == 0 for parts in found.parts.values() for part in parts)
    assert sum(part.true_pairs for part in found.parts["source"]) == len(truth)


def test_a_wrong_link_is_counted_and_told_without_names(task: Path, tmp_path: Path) -> None:
    truth = pq.read_table(task / "truth.parquet")
    known = pq.read_table(task / "left_known.parquet")
    unheld = known.filter(pc.invert(known["held"]))["record_id"][0].as_py()
    wrong = pa.table({"left_id": [unheld], "right_id": [truth["right_id"][0].as_py()]})
    found = scored(task, tmp_path, pa.concat_tables([links(truth), links(wrong)]))
    assert (found.confirmed_wrong, found.unheld_confirmed) == (1, 1)
    assert [item.links for item in found.wrong] == [1]
    names = pq.read_table(task / "left.parquet", columns=["name"])["name"].to_pylist()
    assert not any(name in tell(found) for name in names if len(name) > 2)


def test_pooling_adds_up(task: Path, tmp_path: Path) -> None:
    pq.write_table(links(pq.read_table(task / "truth.parquet")), tmp_path / "links.parquet")
    one = score([(task, tmp_path / "links.parquet")])
    two = score([(task, tmp_path / "links.parquet")] * 2)
    assert (two.true_pairs, two.unheld, two.best_f1) == (2 * one.true_pairs, 2 * one.unheld, 1.0)


def test_targets_say_no(task: Path, tmp_path: Path) -> None:
    perfect = scored(task, tmp_path, links(pq.read_table(task / "truth.parquet")))
    peer = replace(perfect, best_f1=0.95)
    assert all(target.reached for target in quality(replace(perfect, ece=0.01), peer))
    worse = quality(replace(perfect, best_f1=0.96, confirmed_precision=0.9994, ece=0.03), peer)
    assert [target.what for target in worse if not target.reached] == [
        "remaining error (1 − F1) of Splink's",
        "precision of the confirmed tier",
        "… as far as honest: precision",
        "calibration error, all links",
    ]
    easy = hardness(replace(perfect, best_recall=0.9), replace(perfect, best_recall=0.65), peer)
    assert [target.reached for target in easy] == [False, True, True]


def test_costs_are_compared_with_the_peer() -> None:
    targets = cost(Cost(40, 1_000), Cost(30, 1_600), Cost(100, 2_000), Cost(50, 2_000))
    assert [target.reached for target in targets] == [True, False, False]
