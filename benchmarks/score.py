"""How good links are: against the truth of one or several tasks pooled."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

BINS = 15
_QUERIES = Path(__file__).with_name("score.sql")


@dataclass(frozen=True)
class Part:
    """One party type, register or kind of trouble: true pairs, those missed, wrong links."""

    what: str
    true_pairs: int
    missed_at_best: int
    missed_confirmed: int
    wrong_at_best: int
    wrong_confirmed: int


@dataclass(frozen=True)
class Wrong:
    """Wrong confirmed links of one relation and one kind of trouble, told without names."""

    relation: str
    kinds: str
    links: int


@dataclass(frozen=True)
class Score:
    """The measures of the report. `best` is at the threshold with the best F1, `confirmed` what the engine calls so."""

    true_pairs: int
    links: int
    best_f1: float
    best_threshold: float
    best_precision: float
    best_recall: float
    confirmed: int
    confirmed_wrong: int
    confirmed_precision: float
    confirmed_recall: float
    unheld: int
    unheld_confirmed: int
    ece: float
    ece_middle: float
    parts: dict[str, list[Part]] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)
    wrong_at_best: list[Wrong] = field(default_factory=list)


def score(tasks: list[tuple[Path, Path]]) -> Score:
    """Measure the pool of (task folder, links file); links have left_id, right_id, probability, tier."""
    connection = duckdb.connect(config={"threads": 2})
    _load(connection, tasks)
    judged = connection.execute("SELECT probability, correct FROM judged ORDER BY probability DESC").to_arrow_table()
    probability = judged["probability"].to_numpy()
    correct = judged["correct"].to_numpy(zero_copy_only=False).astype(np.int64)
    true_pairs = _count(connection, "FROM truth")
    threshold, precision, recall, f1 = best_f1(probability, correct, true_pairs)
    connection.execute("SET VARIABLE best = ?", [threshold])
    confirmed = _count(connection, "FROM judged WHERE tier = 'confirmed'")
    wrong = _count(connection, "FROM judged WHERE tier = 'confirmed' AND NOT correct")
    middle = (probability > 0.05) & (probability < 0.95)
    return Score(
        true_pairs=true_pairs,
        links=len(probability),
        best_f1=f1,
        best_threshold=threshold,
        best_precision=precision,
        best_recall=recall,
        confirmed=confirmed,
        confirmed_wrong=wrong,
        confirmed_precision=1 - wrong / confirmed if confirmed else 1.0,
        confirmed_recall=(confirmed - wrong) / true_pairs,
        unheld=_count(connection, "FROM debtors WHERE NOT held"),
        unheld_confirmed=_count(
            connection,
            "(SELECT DISTINCT task, left_id FROM judged WHERE NOT held AND tier = 'confirmed' AND NOT correct)",
        ),
        ece=calibration_error(probability, correct),
        ece_middle=calibration_error(probability[middle], correct[middle]),
        parts={name: _parts(connection, name) for name in ("party_type", "source", "kind")},
        wrong=_wrong(connection, "tier = 'confirmed'"),
        wrong_at_best=_wrong(connection, "probability >= getvariable('best')"),
    )


def best_f1(
    probability: NDArray[np.float64], correct: NDArray[np.int64], true_pairs: int
) -> tuple[float, float, float, float]:
    """Threshold, precision, recall, F1; `probability` must fall."""
    if not len(probability):
        return 1.0, 1.0, 0.0, 0.0
    found = np.cumsum(correct)
    taken = np.arange(1, len(found) + 1)
    f1 = 2 * found / (taken + true_pairs)
    f1[:-1][probability[:-1] == probability[1:]] = -1  # a threshold takes all links of one probability or none
    at = int(f1.argmax())
    return float(probability[at]), float(found[at] / taken[at]), float(found[at] / true_pairs), float(f1[at])


def calibration_error(probability: NDArray[np.float64], correct: NDArray[np.int64]) -> float:
    """Expected calibration error in bins of equal count."""
    order = np.argsort(probability, kind="stable")
    bins = [part for part in np.array_split(order, BINS) if len(part)]
    gaps = [abs(probability[part].mean() - correct[part].mean()) * len(part) for part in bins]
    return float(sum(gaps) / max(len(probability), 1))


def _load(connection: duckdb.DuckDBPyConnection, tasks: list[tuple[Path, Path]]) -> None:
    files = pa.table(
        {
            "task": [str(number) for number in range(len(tasks))],
            "folder": [str(folder) for folder, _ in tasks],
            "links": [str(links) for _, links in tasks],
        }
    )
    for row in files.to_pylist():
        head = f"SELECT {row['task']} AS task, "
        verb = "CREATE TABLE {} AS" if row["task"] == "0" else "INSERT INTO {}"
        folder = row["folder"]
        for table, select in {
            "truth": f"* FROM '{folder}/truth.parquet'",
            "debtors": f"* FROM '{folder}/left_known.parquet'",
            "records": f"* FROM '{folder}/right_known.parquet' SEMI JOIN '{row['links']}' ON record_id = right_id",
            "links": f"left_id, right_id, probability, tier FROM '{row['links']}'",
        }.items():
            connection.execute(f"{verb.format(table)} {head}{select}")
    connection.execute(_QUERIES.read_text(encoding="utf-8"))


def _parts(connection: duckdb.DuckDBPyConnection, name: str) -> list[Part]:
    rows = connection.execute(f"FROM by_part('{name}')").fetchall()
    return [Part(str(row[0]), *(int(value) for value in row[1:])) for row in rows]


def _wrong(connection: duckdb.DuckDBPyConnection, which: str) -> list[Wrong]:
    rows = connection.execute(
        f"""SELECT relation, array_to_string(list_sort(telling), ' '), count(*) FROM judged
            WHERE NOT correct AND {which} GROUP BY ALL ORDER BY 3 DESC, 1, 2"""
    ).fetchall()
    return [Wrong(str(relation), str(kinds) or "clean", int(links)) for relation, kinds, links in rows]


def _count(connection: duckdb.DuckDBPyConnection, what: str) -> int:
    head = "SELECT count(*) " if what.startswith("FROM") else "SELECT count(*) FROM "
    row = connection.execute(head + what).fetchone()
    return int(row[0]) if row else 0
