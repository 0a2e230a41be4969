"""The engine on the FEBRL schema, the public benchmark of record linkage: English names, Australian addresses.

It shares with the linkage of parties the session, the form of the answer and the way a score becomes a probability;
keys, comparison and estimation are its own, since nothing in it is Chinese. Each side is read into plain text and keys
(``read.sql``); pairs that share a key are compared field by field, each two texts once (``pairs.sql``,
``levels.sql``); weights estimated from the two sides without labels add up to the score (``answer.sql``).
"""

from __future__ import annotations

import math

import duckdb
import numpy as np
import pyarrow as pa
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from core.duck import run_sql
from matching.febrl.estimate import FebrlModel, Patterns, estimate
from matching.model import shipped
from matching.sides import Side, delivered

NAME = "febrl"
COLUMNS = (
    "record_id",
    "given_name",
    "surname",
    "street_number",
    "address_1",
    "address_2",
    "suburb",
    "postcode",
    "state",
    "date_of_birth",
    "soc_sec_id",
)
_PACKAGE = "matching.febrl"


def answer(con: duckdb.DuckDBPyConnection, left: Side, right: Side) -> str:
    """Make `answer`, `candidate` and `not_compared` of two sides with COLUMNS; returns the model's version."""
    model = FebrlModel(**shipped(NAME))
    for key, value in {**model.limits, **model.thresholds, "alike": model.alike}.items():
        con.execute(f"SET VARIABLE {key} = $value", {"value": value})
    _read(con, "left", left)
    _read(con, "right", right)
    run_sql(con, _PACKAGE, "pairs")
    con.register("text_distance", _distances(con))
    con.register("code", model.code_table())
    run_sql(con, _PACKAGE, "levels")
    lefts, rights = (con.execute(f"SELECT count(*) FROM {which}_side").fetchall()[0][0] for which in ("left", "right"))
    patterns = con.execute("FROM pattern ORDER BY pattern").to_arrow_table()
    used, prior = estimate(model, Patterns.decoded(model, patterns), lefts, rights)
    con.register("weight", used.weight_table())
    run_sql(con, _PACKAGE, "answer", prior=prior, relatives=math.log2(used.relatives))
    return used.version


def _read(con: duckdb.DuckDBPyConnection, which: str, side: Side) -> None:
    """Make ``<which>_`` side, plain, text, value and key; `row` numbers what the rows hold, not their order."""
    order = f"row_number() OVER (ORDER BY {', '.join(COLUMNS)}) - 1 AS row"
    rows = f"SELECT {order}, * EXCLUDE (row) FROM ({delivered(con, which, side, COLUMNS)})"
    con.execute(f"CREATE OR REPLACE TEMP TABLE side AS {rows}")
    run_sql(con, _PACKAGE, "read")
    for made in ("side", "plain", "text", "value", "key"):
        con.execute(f"ALTER TABLE {made} RENAME TO {which}_{made}")


def _distances(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Grain: pair of text_pair without a level. `edits`: optimal string alignment; `likeness`: Jaro-Winkler."""
    query = "SELECT pair, l_value, r_value FROM text_pair WHERE level IS NULL"
    unsettled = con.execute(query).to_arrow_table()
    left, right = unsettled.column("l_value").to_pylist(), unsettled.column("r_value").to_pylist()
    edits = cpdist(left, right, scorer=OSA.distance, score_cutoff=2, dtype=np.int32)
    likeness = cpdist(left, right, scorer=JaroWinkler.normalized_similarity, dtype=np.float32)
    pairs = unsettled.column("pair").combine_chunks()
    return pa.Table.from_arrays([pairs, pa.array(edits), pa.array(likeness)], names=["pair", "edits", "likeness"])
