"""What a night does, as plain functions: ask, take, publish. `flows.nightly` wraps them in Prefect tasks.

Everything passed in and out is small and plain; rows stay in files.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

import data_contracts
from connectors import inquiry, intake, present
from connectors.records import as_json
from connectors.transport import open_transport
from core import duck
from core.clock import inquiry_time
from core.errors import ChakongError
from core.log import record_failure, wordless
from core.memory import give_back
from flows.places import Places
from flows.publishing import publish as publish_profiles
from profiles.debtors import inquiry_lines

#: What the outgoing list is made from: cases, and what identifies their debtors.
ASKING_SOURCES = ("court_cases", "household", "enterprises")


@dataclass(frozen=True)
class AskReport:
    """One evening. `sent`: addressee -> lines; `already`: the date had been asked before, nothing was written."""

    business_date: date
    batches: tuple[str, ...]
    sent: dict[str, int]
    already: bool
    court: dict[str, Any]

    @property
    def fine(self) -> bool:
        """False when the operator must look at the court's own delivery, or nobody could be asked."""
        return not self.court["needs_operator"] and bool(self.sent)

    def as_dict(self) -> dict[str, object]:
        """Batch ids and counts."""
        return {
            "business_date": self.business_date.isoformat(),
            "batches": ", ".join(self.batches),
            "already": self.already,
            **self.sent,
        }

    def text_zh(self) -> str:
        """Who was asked how much, and what is wrong with the court's delivery if anything is."""
        head = f"查询名单　业务日期 {self.business_date}　批次 {'、'.join(self.batches) or '无'}"
        state = "此前已发出，本次未重复发出。" if self.already else "已发出。"
        lists = "　".join(f"{source} {lines:,}" for source, lines in self.sent.items()) or "没有应当查询的被执行人"
        trouble = [f"需要处理：court_cases：{self.court['message']}"] if self.court["needs_operator"] else []
        return "\n".join([f"{head}　{state}", lists, *trouble])


def sources() -> tuple[str, ...]:
    """Every source that delivers; the court's own cases first, because everything else hangs on them."""
    return tuple(sorted(data_contracts.sources(), key=lambda source: (source != "court_cases", source)))


def ask(place: Places, business_date: date, *, again: bool = False) -> AskReport:
    """Take the court's delivery and send the inquiry lists, once per business date unless `again`."""
    court = take(place, "court_cases", business_date)
    known = inquiry.asked_batches(place.store, business_date)
    if known and not again:
        return AskReport(business_date, tuple(batch.batch for batch in known), known[-1].sources, True, court)
    run = inquiry.next_run(place.store, business_date)
    asked_at = inquiry_time(business_date)
    with wordless("asking"), _session(place) as con:
        for source in ASKING_SOURCES:
            present.attach(con, place.store, data_contracts.load(source), business_date)
        _register_asked(con, place)
        lines = inquiry_lines(con, business_date, run, asked_at)
        if lines.num_rows == 0:
            return AskReport(business_date, (), {}, False, court)
        batch = inquiry.write_lists(con, place.store, business_date, run, asked_at)
    return AskReport(business_date, (batch.batch,), batch.sources, False, court)


def take(place: Places, source: str, business_date: date) -> dict[str, Any]:
    """Take one source's delivery; returns its outcome record plus `changed`. Raises TransientError only.

    Anything unexpected becomes a rejected outcome whose message names a failure record: one source's surprise must not
    cost the night.
    """
    with closing(open_transport(place.sender(source), place.store.partial(source))) as transport:
        outcome = intake.take(place.settings, place.store, source, business_date, transport)
    return {**as_json(outcome), "changed": outcome.changed}


def settled(place: Places, source: str, business_date: date, result: dict[str, Any] | BaseException) -> dict[str, Any]:
    """The outcome of a `take` whatever became of it: after the last retry the source counts as not delivered."""
    if not isinstance(result, BaseException):
        return result
    what = (
        str(result) if isinstance(result, ChakongError) else f"{type(result).__name__}，详情见 {record_failure(result)}"
    )
    outcome = intake.failed(place.store, source, business_date, what)
    return {**as_json(outcome), "changed": True}


def publish(place: Places, business_date: date, *, rebuild: bool) -> dict[str, Any]:
    """Match and publish; see `flows.publishing`."""
    give_back()
    with wordless("publishing"), _session(place) as con:
        _attach_everything(con, place, business_date)
        return publish_profiles(con, place, business_date, rebuild=rebuild)


def debtor_counts(place: Places, debtor_id: str) -> list[dict[str, object]]:
    """Counts of a published debtor's assets by kind and tier. Raises NotFoundError for an unknown id."""
    from profiles import query

    with duckdb.connect(str(place.store.profiles), read_only=True) as database:
        return query.counts(database, debtor_id)


def _session(place: Places) -> duckdb.DuckDBPyConnection:
    scratch = place.store.work / "spill"
    return duck.connect(place.settings, scratch=scratch)


def _attach_everything(con: duckdb.DuckDBPyConnection, place: Places, business_date: date) -> None:
    for source in sources():
        present.attach(con, place.store, data_contracts.load(source), business_date)
    present.attach_quarantine(con, place.store, sources(), business_date)
    con.execute("CREATE OR REPLACE TEMP VIEW quarantined AS FROM quarantine_row")
    replying = [source for source in sources() if data_contracts.load(source).mode == "reply"]
    _register(con, "reply_batch", present.reply_batches(place.store, replying))
    _register_asked(con, place)


def _register_asked(con: duckdb.DuckDBPyConnection, place: Places) -> None:
    _register(con, "asked", inquiry.remembered(place.store))


def _register(con: duckdb.DuckDBPyConnection, name: str, table: Any) -> None:
    con.register("_incoming", table)
    con.execute(f"CREATE OR REPLACE TABLE {name} AS FROM _incoming")
    con.unregister("_incoming")
