"""The steps of a linkage, each a few SQL files in order; `engine` and `prepared` put them together."""

from __future__ import annotations

from typing import Any

from core.duck import sql
from matching import distances
from matching.model import Model
from matching.session import Session
from matching.training import estimate

#: Leads of a debtor that are kept and not shown: so many of those shown may go before he must be compared anew.
LEADS_IN_RESERVE = 20


def declare(session: Session, model: Model) -> None:
    """Bind the model's figures to session variables."""
    alike_from, alike_to = model.look_alike_pairs()
    values: dict[str, Any] = {
        "alike_from": alike_from,
        "alike_to": alike_to,
        "bare_regions": "|".join(model.bare_regions),
        **model.thresholds,
        **model.limits,
        "leads_kept": model.limits["leads_per_left"] + LEADS_IN_RESERVE,
        **{f"name_{key}": value for key, value in model.name_frequency.items()},
    }
    session.declare(**values)


def count_population(session: Session) -> None:
    """Read the whole right side and count who stands in it."""
    session.con.execute("CREATE OR REPLACE TEMP TABLE right_side AS FROM right_delivered")
    session.run("party", "right")
    session.run("population")
    drop_placeholders(session, "right")


def read(session: Session, which: str) -> None:
    """From <which>_side to its normal forms, without what the population knows as nobody's."""
    session.run("party", which)
    drop_placeholders(session, which)


def drop_placeholders(session: Session, which: str) -> None:
    """Take out of a side the telephones and numbers that the population knows as nobody's."""
    if session.value("SELECT count(*) FROM population WHERE what IN ('phone', 'number')"):
        session.run("placeholders", which)


def ask(session: Session) -> None:
    """From the left side's normal forms to what its names are worth and what it asks for."""
    session.run("worth")
    session.run("hot_names", "left")
    session.run("keys", "left")
    session.run("asked_keys")


def meet(session: Session, *, counted: bool) -> None:
    """Of the right side's keys, those that the left side asks for. `counted`: the population was counted just now, and
    learns which keys too many share; a frozen one knows."""
    session.run("keys", "right")
    session.run("met_keys")
    if counted:
        session.run("count_crowded")
    session.run("crowded_keys")


def compare(session: Session) -> None:
    """From asked_key and met_key to pair_level and pattern."""
    for step in ("candidates", "numbers", "names"):
        session.run(step)
    session.put("name_distance", distances.of_names(session.con))
    for step in ("names_distance", "compared", "addresses"):
        session.run(step)
    session.put("address_distance", distances.of_addresses(session.con))
    session.run("levels")


def estimated(session: Session, model: Model) -> Model:
    """The model with the figures that the pairs compared say."""
    session.run("patterns")
    session.run("namesakes")
    patterns = session.table("FROM pattern ORDER BY ALL")
    return estimate(model, patterns, _all_pairs(session), session.table(sql("matching", "chance")))


def weigh(session: Session, model: Model) -> None:
    """Make `weight` and `prior`."""
    session.keep("weight", model.weight_table())
    session.keep("prior", model.prior_table())


def decide(session: Session) -> None:
    """From pair_level to answer: scores, tiers, evidence."""
    for step in ("score", "decide", "leads", "links"):
        session.run(step)


def _all_pairs(session: Session) -> dict[str, float]:
    """Kind of party -> rows of that kind on the left times rows on the right."""
    rows = session.con.execute(
        "SELECT l.is_org, l.rows * r.rows FROM (SELECT is_org, count(*) AS rows FROM left_party GROUP BY is_org) l"
        " JOIN (SELECT is_org, count(*) AS rows FROM right_party GROUP BY is_org) r USING (is_org)"
    ).fetchall()
    found = {"organization" if is_org else "person": float(pairs) for is_org, pairs in rows}
    return {"person": 1.0, "organization": 1.0} | found
