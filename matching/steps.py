"""The steps of a linkage in one DuckDB session; `engine`, `prepared` and `increment` put them in order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from core.duck import connect, run_sql, sql
from core.settings import Settings
from matching import distances, sides
from matching.model import Model
from matching.sides import Side
from matching.training import estimate


@contextmanager
def session(threads: int, memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB session of bounded memory that spills into a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="chakong-link-") as scratch:
        con = connect(Settings(threads=threads, memory_limit=memory), scratch=Path(scratch))
        try:
            run_sql(con, "matching", "macros")
            yield con
        finally:
            con.close()


def open_records(con: duckdb.DuckDBPyConnection, right: Side, model: Model) -> None:
    """Read the right side and who stands in it."""
    _declare(con, model)
    sides.read(con, "right", right)
    sides.take_population(con, model.population)
    sides.drop_placeholders(con, "right")


def open_debtors(con: duckdb.DuckDBPyConnection, left: Side) -> None:
    """Read the left side, what its names are worth, and its keys."""
    sides.read(con, "left", left)
    sides.drop_placeholders(con, "left")
    run_sql(con, "matching", "worth")
    sides.find_keys(con, "left")
    con.execute("CREATE OR REPLACE TEMP TABLE left_key AS SELECT DISTINCT what, hash, row FROM key")
    sides.forget_keys(con)


def match_keys(con: duckdb.DuckDBPyConnection, *, counted: bool) -> None:
    """Of the right side's keys, those that the left side asks for. `counted`: the population was counted just now, and
    learns which keys too many share; a frozen one knows."""
    sides.find_keys(con, "right")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE right_key AS"
        " SELECT DISTINCT hash, row FROM key WHERE hash IN (SELECT hash FROM left_key)"
    )
    sides.forget_keys(con)
    run_sql(con, "matching", "crowded_keys", counted=counted)


def compare(con: duckdb.DuckDBPyConnection) -> None:
    """From left_key and right_key to pair_level and pattern."""
    for step in ("candidates", "numbers", "names"):
        run_sql(con, "matching", step)
    con.register("name_distance", distances.of_names(con))
    for step in ("names_distance", "compared", "addresses"):
        run_sql(con, "matching", step)
    con.register("address_distance", distances.of_addresses(con))
    run_sql(con, "matching", "levels")


def estimated(con: duckdb.DuckDBPyConnection, model: Model) -> Model:
    """The model with the figures that the pairs compared say."""
    patterns = con.execute("FROM pattern ORDER BY ALL").to_arrow_table()
    chance = con.execute(sql("matching", "chance")).to_arrow_table()
    return estimate(model, patterns, _all_pairs(con), chance)


def decide(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """From pair_level to answer: scores, tiers, evidence."""
    con.register("weight", model.weight_table())
    con.register("prior", model.prior_table())
    for step in ("score", "decide", "links"):
        run_sql(con, "matching", step)


def _declare(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Bind the model's figures to session variables."""
    alike_from, alike_to = model.look_alike_pairs()
    values: dict[str, Any] = {
        "alike_from": alike_from,
        "alike_to": alike_to,
        "bare_regions": "|".join(model.bare_regions),
        **model.thresholds,
        **model.limits,
        **{f"name_{key}": value for key, value in model.name_frequency.items()},
    }
    for key, value in values.items():
        con.execute(f"SET VARIABLE {key} = $value", {"value": value})


def _all_pairs(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Kind of party -> rows of that kind on the left times rows on the right."""
    rows = con.execute(
        "SELECT l.is_org, l.rows * r.rows FROM (SELECT is_org, count(*) AS rows FROM left_party GROUP BY is_org) l"
        " JOIN (SELECT is_org, count(*) AS rows FROM right_party GROUP BY is_org) r USING (is_org)"
    ).fetchall()
    found = {"organization" if is_org else "person": float(pairs) for is_org, pairs in rows}
    return {"person": 1.0, "organization": 1.0} | found
