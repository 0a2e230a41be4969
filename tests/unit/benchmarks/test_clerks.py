from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from benchmarks.clerks.clerks import WAYS


def test_it_has_the_form_of_the_other_task(clerks_task: Path, task: Path) -> None:
    for name in ("truth", "left_known", "right_known"):
        assert pq.read_schema(clerks_task / f"{name}.parquet").equals(pq.read_schema(task / f"{name}.parquet"))
    mine, other = (pq.read_schema(folder / "right.parquet").names for folder in (clerks_task, task))
    assert set(other) - set(mine) == {"former_name"}, "an optional column is missing on purpose"


def test_every_way_of_getting_it_wrong_occurs(clerks_task: Path) -> None:
    found = duckdb.sql(f"SELECT DISTINCT unnest(kinds) FROM '{clerks_task}/right_known.parquet'").fetchall()
    assert {kind for (kind,) in found} == set(WAYS)


def test_numbers_are_nobody_elses(clerks_task: Path) -> None:
    shared = duckdb.sql(
        f"""SELECT r.id_number FROM '{clerks_task}/right.parquet' r JOIN '{clerks_task}/right_known.parquet' k
            USING (record_id) WHERE len(k.kinds) = 0 AND r.id_number IS NOT NULL
            GROUP BY 1 HAVING count(DISTINCT k.reached) > 1"""
    ).fetchall()
    assert not shared
