"""Find the records that belong to a debtor: two Arrow tables in, links with evidence out.

Candidates share a number or a name (``keys.sql``, ``candidates.sql``); fields are compared level by level
(``compare.sql``, ``names.sql``); a model's weights add up to a score, and the levels decide the tier (``decide.sql``).
Pure: no file, no clock but today's date as the latest plausible birth, no state. Row order and threads change nothing.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from core.duck import connect, run_sql, sql
from core.errors import UsageError
from core.settings import Settings
from matching.model import Model, load_model

COLUMNS = (
    "record_id",
    "source",
    "party_type",
    "name",
    "former_name",
    "id_type",
    "id_number",
    "birth_date",
    "sex",
    "address",
    "phone",
)
_EVIDENCE: list[pa.Field[Any]] = [
    pa.field("field", pa.string()),
    pa.field("left", pa.string()),
    pa.field("right", pa.string()),
    pa.field("level", pa.string()),
    pa.field("weight", pa.float64()),
]
_LINKS: list[pa.Field[Any]] = [
    pa.field("left_id", pa.string()),
    pa.field("right_id", pa.string()),
    pa.field("probability", pa.float64()),
    pa.field("tier", pa.string()),
    pa.field("evidence", pa.list_(pa.struct(_EVIDENCE))),
]
LINKS = pa.schema(_LINKS)


@dataclass(frozen=True)
class LinkReport:
    """What was found and what was left out, as counts. Nothing is dropped that is not counted here.

    `leads_beyond_limit`: leads scored and not shown because a row of the left side had more than the model's limit;
    `leads_limited`: the left ids concerned. `pairs_not_compared`: pairs of a very common name that no second field
    brought together.
    """

    model: str
    candidates: int
    confirmed: int
    probable: int
    possible: int
    leads_beyond_limit: int
    leads_limited: tuple[str, ...]
    pairs_not_compared: int


def link(
    left: pa.Table, right: pa.Table, model: str | Model = "v1", *, threads: int = 2, memory: str = "1GB"
) -> pa.Table:
    """The links between `left` (debtors, any number of rows each) and `right` (records), with the schema LINKS.

    Grain: left_id, right_id, sorted. Both sides: record_id, and as far as known source, party_type (person |
    organization), name, former_name, id_type, id_number, birth_date, sex, address, phone; all text, null where unknown.
    Evidence holds one entry per field compared and one for the prior; the weights (bits) add up to the log2 odds of
    `probability`. Raises UsageError for an unknown model or a side without record_id.
    """
    return link_reported(left, right, model, threads=threads, memory=memory)[0]


def link_reported(
    left: pa.Table, right: pa.Table, model: str | Model = "v1", *, threads: int = 2, memory: str = "1GB"
) -> tuple[pa.Table, LinkReport]:
    """As `link`, with the report of what was left out."""
    chosen = load_model(model) if isinstance(model, str) else model
    with tempfile.TemporaryDirectory(prefix="chakong-link-") as scratch:
        con = connect(Settings(threads=threads, memory_limit=memory), scratch=Path(scratch))
        try:
            _take_side(con, left, "left")
            _take_side(con, right, "right")
            _declare(con, chosen)
            for step in ("macros", "keys", "candidates", "compare", "names"):
                run_sql(con, "matching", step)
            con.register("name_distance", _name_distances(con))
            for step in ("names_distance", "decide"):
                run_sql(con, "matching", step)
            links = _links(con)
            return links, _report(con, chosen, links)
        finally:
            con.close()


def _take_side(con: duckdb.DuckDBPyConnection, table: pa.Table, which: str) -> None:
    """View ``<which>_side``: the eleven columns as text plus `row`; empty text is null, like a column not delivered."""
    if "record_id" not in table.column_names:
        raise UsageError("a side of the linkage has no record_id", where=which, do="add the column")
    present = [name for name in COLUMNS if name in table.column_names]
    con.register(f"{which}_table", table.select(present).append_column("row", pa.array(np.arange(table.num_rows))))
    columns = [
        f"nullif({name}::VARCHAR, '') AS {name}" if name in present else f"NULL::VARCHAR AS {name}" for name in COLUMNS
    ]
    con.execute(f"CREATE OR REPLACE TEMP VIEW {which}_side AS SELECT row, {', '.join(columns)} FROM {which}_table")


def _declare(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Bind the model's figures to session variables and its weights to a table."""
    alike_from, alike_to = model.look_alike_pairs()
    values = {
        "prior": model.prior,
        "alike_from": alike_from,
        "alike_to": alike_to,
        "bare_regions": "|".join(model.bare_regions),
        **model.thresholds,
        **model.limits,
        **{f"name_{key}": value for key, value in model.name_frequency.items()},
    }
    for key, value in values.items():
        con.execute(f"SET VARIABLE {key} = $value", {"value": value})
    con.register("weight", model.weight_table())


def _name_distances(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Edit distance in code points of the name pairs that nothing else settled (DuckDB's own distances count bytes)."""
    unsettled = con.execute("SELECT pair, l_folded, r_folded FROM name_settled WHERE level IS NULL").to_arrow_table()
    distance = cpdist(
        unsettled.column("l_folded").to_pylist(),
        unsettled.column("r_folded").to_pylist(),
        scorer=OSA.distance,
        dtype=np.int32,
    )
    pairs = unsettled.column("pair").combine_chunks()
    return pa.Table.from_arrays([pairs, pa.array(distance)], names=["pair", "distance"])


def _links(con: duckdb.DuckDBPyConnection) -> pa.Table:
    con.execute("SET preserve_insertion_order = true")
    return con.execute(sql("matching", "links")).to_arrow_table().cast(LINKS)


def _report(con: duckdb.DuckDBPyConnection, model: Model, links: pa.Table) -> LinkReport:
    limited = con.execute(
        "SELECT l.record_id, count(*) FROM decided d JOIN left_party l ON l.row = d.lrow"
        " WHERE (d.lrow, d.rrow) NOT IN (SELECT (lrow, rrow) FROM shown) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    candidates, not_compared = con.execute(
        "SELECT (SELECT count(*) FROM candidate), (SELECT coalesce(sum(pairs), 0)::BIGINT FROM not_compared)"
    ).fetchall()[0]
    tiers = Counter(links.column("tier").to_pylist())
    return LinkReport(
        model=model.version,
        candidates=candidates,
        confirmed=tiers["confirmed"],
        probable=tiers["probable"],
        possible=tiers["possible"],
        leads_beyond_limit=sum(count for _, count in limited),
        leads_limited=tuple(left_id for left_id, _ in limited),
        pairs_not_compared=not_compared,
    )
