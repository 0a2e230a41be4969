"""Find the records that belong to a debtor: two Arrow tables in, links with evidence out.

Each side is read into normal forms (``party.sql``) and the keys by which it may be found (``keys.sql``); pairs that
share a key are compared field by field (``numbers.sql``, ``names.sql``, ``addresses.sql``); a model's weights add up
to a score (``score.sql``), and levels and score decide the tier (``decide.sql``). Pure: no file of ours, no clock but
today's date as the latest plausible birth, no state. Row order and threads change nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pyarrow as pa

from core.duck import sql
from matching import febrl, steps
from matching.model import POPULATION, Model, load_model
from matching.sides import Side

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
#: As LINKS, before leads are limited; `lead`: nothing but a name and what stands beside it.
ANSWER = LINKS.append(pa.field("lead", pa.bool_()))


@dataclass(frozen=True)
class LinkReport:
    """What was found and what was left out, as counts. Nothing is dropped that is not counted here.

    `leads_beyond_limit`: leads scored and not shown because a debtor had more than the model's limit; `leads_limited`:
    the left ids concerned. `pairs_not_compared`: pairs of a very common name that no second field brought together.
    """

    model: str
    candidates: int
    confirmed: int
    probable: int
    possible: int
    leads_beyond_limit: int
    leads_limited: tuple[str, ...]
    pairs_not_compared: int


def link(left: Side, right: Side, model: str | Model = "v2", *, threads: int = 2, memory: str = "1GB") -> pa.Table:
    """The links between `left` (debtors, any number of rows each) and `right` (records), with the schema LINKS.

    Grain: left_id, right_id, sorted. Both sides (a table, or the path of a Parquet file): record_id, and as far as
    known source, party_type (person | organization), name, former_name, id_type, id_number, birth_date, sex, address,
    phone; all text, null where unknown. Evidence holds one entry per field compared, one for the prior and one for
    what rivals of the match could explain as well; the weights (bits) add up to the log2 odds of `probability`.
    The model `febrl` takes the columns of ``matching.febrl`` instead.
    A model that is not saved is first estimated from the two sides, if there are enough matches to learn from.
    Raises UsageError for an unknown model or a side without record_id.
    """
    return link_reported(left, right, model, threads=threads, memory=memory)[0]


def link_reported(
    left: Side, right: Side, model: str | Model = "v2", *, threads: int = 2, memory: str = "1GB"
) -> tuple[pa.Table, LinkReport]:
    """As `link`, with the report of what was left out."""
    with steps.session(threads, memory) as con:
        if model == febrl.NAME:
            version = febrl.answer(con, left, right)
        else:
            version = _answer(con, left, right, load_model(model) if isinstance(model, str) else model).version
        links = shown(con)
        return links, _report(con, version, links)


def answers(left: Side, right: Side, model: Model, *, threads: int = 2, memory: str = "1GB") -> pa.Table:
    """Every link before leads are limited, with the schema ANSWER, unsorted: what `relink` keeps overnight."""
    with steps.session(threads, memory) as con:
        _answer(con, left, right, model)
        return con.execute("FROM answer").to_arrow_table().cast(ANSWER)


@dataclass(frozen=True)
class Learned:
    """A model estimated and frozen (figures, name frequencies, placeholders) and what it found while it was.

    `answer`: every link, with the schema ANSWER. `links`, `report`: as `link_reported` gives them.
    """

    model: Model
    answer: pa.Table
    links: pa.Table
    report: LinkReport


def learn(
    left: Side, right: Side, model: str | Model = "v2", *, version: str = "", threads: int = 2, memory: str = "1GB"
) -> Learned:
    """Link the two sides and keep the model estimated from them.

    `version` names it; without one it is the base model's name and a digest of what was learned.
    """
    chosen = load_model(model) if isinstance(model, str) else model
    with steps.session(threads, memory) as con:
        used = _answer(con, left, right, replace(chosen, population=None))
        population = con.execute("FROM population ORDER BY ALL").to_arrow_table().cast(POPULATION)
        learned = replace(used, population=population)
        learned = replace(learned, version=version or f"{chosen.version}.{learned.digest()[:8]}")
        links = shown(con)
        answer = con.execute("FROM answer").to_arrow_table().cast(ANSWER)
        return Learned(learned, answer, links, _report(con, learned.version, links))


def shown(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """The links of `answer` that are shown."""
    con.execute("SET preserve_insertion_order = true")
    return con.execute(sql("matching", "shown")).to_arrow_table().cast(LINKS)


def _answer(con: duckdb.DuckDBPyConnection, left: Side, right: Side, model: Model) -> Model:
    """Make `answer`; returns the model used, which is estimated first unless it is frozen."""
    steps.open_records(con, right, model)
    steps.open_debtors(con, left)
    steps.match_keys(con, counted=model.population is None)
    steps.compare(con)
    used = model if model.population is not None else steps.estimated(con, model)
    steps.decide(con, used)
    return used


def _report(con: duckdb.DuckDBPyConnection, version: str, links: pa.Table) -> LinkReport:
    limited = con.execute(
        "SELECT left_id, greatest(count(*) - getvariable('leads_per_left'), 0)::INTEGER AS beyond"
        " FROM answer WHERE lead GROUP BY left_id HAVING beyond > 0 ORDER BY left_id"
    ).fetchall()
    candidates, not_compared = con.execute(
        "SELECT (SELECT count(*) FROM candidate), (SELECT pairs FROM not_compared)"
    ).fetchall()[0]
    tiers = Counter(links.column("tier").to_pylist())
    return LinkReport(
        model=version,
        candidates=candidates,
        confirmed=tiers["confirmed"],
        probable=tiers["probable"],
        possible=tiers["possible"],
        leads_beyond_limit=sum(beyond for _, beyond in limited),
        leads_limited=tuple(left_id for left_id, _ in limited),
        pairs_not_compared=not_compared,
    )
