"""Find the records that belong to a debtor: two Arrow tables in, links with evidence out.

Each side is read into normal forms (``party.sql``) and the keys by which it may be found (``keys.sql``); of the right
side, under a frozen model, only the rows that may share a key (``sieve.sql``). Pairs that share a key are compared
field by field (``numbers.sql``, ``names.sql``, ``addresses.sql``); a model's weights add up to a score (``score.sql``),
and levels and score decide the tier (``decide.sql``). Pure: no file of ours, no clock but today's date as the latest
plausible birth, no state. Row order and threads change nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pyarrow as pa

from core.duck import sql
from matching import febrl, sides, steps
from matching.model import POPULATION, Model, load_model
from matching.session import Session, session
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


def link(left: Side, right: Side, model: str | Model = "v3", *, threads: int = 2, memory: str = "1GB") -> pa.Table:
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
    left: Side, right: Side, model: str | Model = "v3", *, threads: int = 2, memory: str = "1GB"
) -> tuple[pa.Table, LinkReport]:
    """As `link`, with the report of what was left out."""
    with session(threads, memory) as run:
        if model == febrl.NAME:
            version = febrl.answer(run.con, left, right)
        else:
            version = _answer(run, left, right, load_model(model) if isinstance(model, str) else model).version
            run.run("not_compared")
        links = shown(run.con)
        return links, _report(run, version, links)


@contextmanager
def answering(
    left: Side, right: Side, model: Model, *, threads: int = 2, memory: str = "1GB"
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session that holds what `relink` keeps overnight: ``answer``, with the columns of LINKS and `place`, and
    ``lead_count``. `place`: among the leads of a debtor, the strongest first; null for a link that is no lead."""
    with session(threads, memory) as run:
        _answer(run, left, right, model)
        yield run.con


@dataclass(frozen=True)
class Learned:
    """A model estimated and frozen (figures, name frequencies, placeholders) and what it found while it was.

    `links`, `report`: as `link_reported` gives them.
    """

    model: Model
    links: pa.Table
    report: LinkReport


def learn(
    left: Side, right: Side, model: str | Model = "v3", *, version: str = "", threads: int = 2, memory: str = "1GB"
) -> Learned:
    """Link the two sides and keep the model estimated from them.

    `version` names it; without one it is the base model's name and a digest of what was learned.
    """
    with learning(left, right, model, version=version, threads=threads, memory=memory) as (run, learned):
        links = shown(run.con)
        return Learned(learned, links, _report(run, learned.version, links))


@contextmanager
def learning(
    left: Side, right: Side, model: str | Model, *, version: str = "", threads: int = 2, memory: str = "1GB"
) -> Iterator[tuple[Session, Model]]:
    """The session of `learn`, which holds the tables of `answering` and ``not_compared``, and the model learned."""
    chosen = load_model(model) if isinstance(model, str) else model
    with session(threads, memory) as run:
        used = _answer(run, left, right, replace(chosen, population=None))
        run.run("not_compared")
        learned = replace(used, population=run.table("FROM population ORDER BY ALL").cast(POPULATION))
        yield run, replace(learned, version=version or f"{chosen.version}.{learned.digest()[:8]}")


def shown(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """The links of `answer` that are shown."""
    con.execute("SET preserve_insertion_order = true")
    return con.execute(sql("matching", "shown")).to_arrow_table().cast(LINKS)


def _answer(run: Session, left: Side, right: Side, model: Model) -> Model:
    """Make `answer`; returns the model used, which is estimated first unless it is frozen."""
    steps.declare(run, model)
    sides.open_left(run, left)
    sides.open_right(run, right)
    if model.population is not None:
        run.keep("population", model.population)
        steps.read(run, "left")
        steps.ask(run)
        run.run("sieve")
        steps.read(run, "right")
    else:
        steps.count_population(run)
        steps.read(run, "left")
        steps.ask(run)
    steps.meet(run, counted=model.population is None)
    steps.compare(run)
    used = model if model.population is not None else steps.estimated(run, model)
    steps.weigh(run, used)
    steps.decide(run)
    return used


def leads_beyond(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """Left ids with more leads than are shown, and how many more."""
    return con.execute(
        "SELECT left_id, leads - getvariable('leads_per_left') AS beyond FROM lead_count WHERE beyond > 0 ORDER BY ALL"
    ).fetchall()


def _report(run: Session, version: str, links: pa.Table) -> LinkReport:
    limited = leads_beyond(run.con)
    tiers = Counter(links.column("tier").to_pylist())
    return LinkReport(
        model=version,
        candidates=run.value("SELECT count(*) FROM candidate"),
        confirmed=tiers["confirmed"],
        probable=tiers["probable"],
        possible=tiers["possible"],
        leads_beyond_limit=sum(beyond for _, beyond in limited),
        leads_limited=tuple(left_id for left_id, _ in limited),
        pairs_not_compared=run.value("SELECT pairs FROM not_compared"),
    )
