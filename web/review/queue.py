"""The queue of links that wait, made when somebody first asks for it and kept with the publication."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from core.duck import sql
from ledger import assignments, deciding, verdicts
from ledger.sessions import Session
from ledger.verdicts import Verdict
from profiles import query
from web.context import Context
from web.publications import Reader
from web.purpose import judge_name

PER_PAGE = 25


@dataclass(frozen=True)
class Settled:
    """What officers did since the publication: `given` by link, what waits for a second officer, and all rows."""

    given: dict[str, Verdict]
    proposed: list[deciding.Proposal]
    told: list[Verdict]

    @property
    def links(self) -> list[str]:
        return [*self.given, *(proposal.subject.link_id for proposal in self.proposed)]


def settled(context: Context, reader: Reader) -> Settled:
    """What officers did since the night that `reader` shows was begun."""
    begun = datetime.fromisoformat(reader.run["started_at"]) if reader.run else datetime.min
    told = verdicts.since(context.engine, begun)
    withdrawn = {verdict.withdraws for verdict in told}
    given = {
        verdict.subject.link_id: verdict
        for verdict in told
        if verdict.withdraws is None and verdict.verdict_id not in withdrawn
    }
    return Settled(given, deciding.waiting(context.engine), told)


def waiting(
    context: Context, session: Session, reader: Reader, done: Settled, *, mine: bool, page_no: int
) -> list[query.Row]:
    """One page of what still waits, each row with the `total`; `mine`: under the officer's own cases."""
    reader.prepare("web.review", "prepare")
    return query.rows(
        reader.con,
        sql("web.review", "waiting"),
        settled=done.links,
        mine=mine,
        judge=judge_name(session),
        cases=sorted(assignments.cases(context.engine, session.officer)),
        size=PER_PAGE,
        skip=(page_no - 1) * PER_PAGE,
    )


def beside(reader: Reader, link_id: str, done: Collection[str]) -> query.Row:
    """`before` and `after`: the neighbours of a link in the queue, null at its ends."""
    reader.prepare("web.review", "prepare")
    return query.rows(reader.con, sql("web.review", "beside"), link=link_id, settled=list(done))[0]


def record(reader: Reader, link_id: str) -> query.Row | None:
    """Where the record of a link was delivered; null where no asset came of it."""
    found = query.rows(reader.con, sql("web.review", "record"), link=link_id)
    return {**found[0], "business_date": date.fromisoformat(found[0]["business_date"])} if found else None


def named(reader: Reader, links: Collection[str]) -> dict[str, query.Row]:
    """Link -> whose it is and of which source, as far as it is published still."""
    found = query.rows(reader.con, _NAMED, links=list(links))
    return {row["link_id"]: row for row in found}


_NAMED = """
SELECT l.link_id, l.debtor_id, l.source, d.name FROM link l JOIN debtor d ON d.debtor_id = l.debtor_id
WHERE l.link_id IN (SELECT unnest($links))"""
