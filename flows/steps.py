"""What a night does, as plain functions: ask, take, publish. `flows.nightly` wraps them in Prefect tasks.

Everything passed in and out is small and plain; rows stay in files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

import data_contracts
from connectors import inquiry, intake, outbox, present
from connectors.concluding import LATE_DAYS
from connectors.data_docs import build as data_docs
from connectors.layers import taken_before
from connectors.message_zh import verdict_zh
from connectors.outcome import sender_verdict
from connectors.records import as_json
from connectors.site import SourceSite
from connectors.transport import open_folders, open_transport
from core import duck
from core.clock import inquiry_time, now
from core.errors import ChakongError, SenderError, SettingsError
from core.log import record_failure, wordless
from core.memory import give_back
from flows.places import Places
from flows.publishing import publish as publish_profiles
from flows.releases import released
from flows.waivers import waived_rows
from profiles import history
from profiles.debtors import inquiry_lines

#: What the outgoing list is made from: cases, and what identifies their debtors.
ASKING_SOURCES = ("court_cases", "household", "enterprises")


@dataclass(frozen=True)
class AskReport:
    """One evening. `sent`: addressee -> lines; `already`: the date had been asked before, nothing was written.
    `unsent`: addressee -> why its lists, of this or an earlier evening, still wait in our outbox."""

    business_date: date
    batches: tuple[str, ...]
    sent: dict[str, int]
    already: bool
    court: dict[str, Any]
    unsent: dict[str, str]

    @property
    def fine(self) -> bool:
        """False when the operator must look at the court's own delivery, or somebody could not be asked."""
        return not self.court["needs_operator"] and bool(self.sent) and not self.unsent

    def as_dict(self) -> dict[str, object]:
        """Batch ids and counts."""
        return {
            "business_date": self.business_date.isoformat(),
            "batches": ", ".join(self.batches),
            "already": self.already,
            "unsent": self.unsent,
            **self.sent,
        }

    def text_zh(self) -> str:
        """Who was asked how much, and what is wrong with the court's delivery if anything is."""
        head = f"查询名单　业务日期 {self.business_date}　批次 {'、'.join(self.batches) or '无'}"
        state = "此前已发出，本次未重复发出。" if self.already else "已发出。"
        lists = "　".join(f"{source} {lines:,}" for source, lines in self.sent.items()) or "没有应当查询的被执行人"
        trouble = [f"需要处理：court_cases：{self.court['message']}"] if self.court["needs_operator"] else []
        trouble += [f"需要处理：{source}：查询名单未送达，{why}" for source, why in self.unsent.items()]
        return "\n".join([f"{head}　{state}", lists, *trouble])


def sources() -> tuple[str, ...]:
    """Every source that delivers; the court's own cases first, because everything else hangs on them."""
    return tuple(sorted(data_contracts.sources(), key=lambda source: (source != "court_cases", source)))


def connected(place: Places) -> tuple[str, ...]:
    """Those sources that the site has not switched off, in the same order."""
    return tuple(source for source in sources() if place.site.mode(source) != "off")


def ask(place: Places, business_date: date, *, again: bool = False) -> AskReport:
    """Take the court's delivery, write the inquiry lists once per business date unless `again`, send what waits."""
    court = take(place, "court_cases", business_date)
    known = inquiry.asked_batches(place.store, business_date)
    already = bool(known) and not again
    batch = known[-1] if already else _write_lists(place, business_date)
    batches = tuple(one.batch for one in known) if already else (batch.batch,) if batch else ()
    return AskReport(
        business_date, batches, batch.sources if batch else {}, already, court, unsent=_send(place, business_date)
    )


def _write_lists(place: Places, business_date: date) -> inquiry.Batch | None:
    """Tonight's lists in the store's outbox; None when nobody is to be asked about."""
    run = inquiry.next_run(place.store, business_date)
    asked_at = inquiry_time(business_date)
    with wordless("asking"), _session(place) as con:
        for source in ASKING_SOURCES:
            present.attach(con, place.store, data_contracts.load(source), business_date)
        _register_asked(con, place)
        if inquiry_lines(con, business_date, run, asked_at).num_rows == 0:
            return None
        inquiry.leave_out(con, [source for source in sources() if source not in connected(place)])
        return inquiry.write_lists(con, place.store, business_date, run, asked_at)


def _send(place: Places, business_date: date) -> dict[str, str]:
    """Send what waits in the outbox; addressee -> why it could not be sent. One addressee's trouble is only its own."""
    unsent = {}
    for source in set(outbox.addressees(place.store)).intersection(connected(place)):
        since = business_date - timedelta(days=LATE_DAYS)
        try:
            site = place.sender(source).as_outbox()
            if site and outbox.waiting(place.store, source, since):
                _in_window(site)
                with closing(open_folders(site, place.store.partial(source))) as transport:
                    outbox.send_waiting(place.store, source, transport, since)
        except (SenderError, SettingsError) as error:
            unsent[source] = verdict_zh(sender_verdict(error))
    return dict(sorted(unsent.items()))


def take(place: Places, source: str, business_date: date) -> dict[str, Any]:
    """Take one source's delivery; returns its outcome record plus `changed`. Raises TransientError only.

    A sender that cannot be used is an outcome of its source. Anything unexpected becomes a rejected outcome whose
    message names a failure record: one source's surprise must not cost the night.
    """
    try:
        site = place.sender(source)
        _in_window(site)
        taken = partial(taken_before, place.store, source)
        with closing(open_transport(site, place.store.partial(source), taken)) as transport:
            outcome = intake.take(
                place.settings,
                place.store,
                source,
                business_date,
                transport,
                releases=released(place, source),
                waived=waived_rows(place.settings, place.store, [source]),
            )
    except (SenderError, SettingsError) as error:
        outcome = intake.unasked(place.store, source, business_date, error)
    return {**as_json(outcome), "changed": outcome.changed}


def _in_window(site: SourceSite) -> None:
    """SenderError outside_window when the sender may not be asked now."""
    if site.window and not site.window.holds(now()):
        raise SenderError("the sender may not be asked now", verdict="outside_window", where=str(site.window))


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
    with wordless("publishing"), _workbench(place) as con:
        _attach_everything(con, place, business_date)
        return publish_profiles(con, place, business_date, rebuild=rebuild)


def keep(place: Places) -> list[str]:
    """Bring the history up to what stands published; the dates that were written. See `profiles.history`."""
    with wordless("keeping the history"):
        return [night.isoformat() for night in history.keep(place.settings, place.store)]


def kept(result: list[str] | BaseException) -> list[str]:
    """What the operator is told of a `keep`, whatever became of it; the next run makes up for what was not kept."""
    return [f"历史未能记入（{result}）"] if isinstance(result, BaseException) else []


def document(place: Places) -> int:
    """Bring the Data Docs up to date with what was judged; returns how many files were written."""
    with wordless("building the Data Docs"):
        return data_docs.build(place.store, place.settings.full_volume_floor)


def documented(result: int | BaseException) -> list[str]:
    """What the operator is told of a `document`, whatever became of it."""
    return [f"数据校验报告未能更新（{result}）"] if isinstance(result, BaseException) else []


def debtor_counts(place: Places, debtor_id: str) -> list[dict[str, object]]:
    """Counts of a published debtor's assets by kind and tier. Raises NotFoundError for an unknown id."""
    from profiles import query

    with duckdb.connect(str(place.store.profiles), read_only=True) as database:
        return query.counts(database, debtor_id)


def _session(place: Places) -> duckdb.DuckDBPyConnection:
    scratch = place.store.work / "spill"
    return duck.connect(place.settings, scratch=scratch)


@contextmanager
def _workbench(place: Places) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session whose tables stand in a file of its own, packed: in memory they would be four times as large, and what
    does not fit there goes to disk as it is."""
    path = place.store.work / "build.duckdb"
    _remove(path)
    try:
        with duck.connect(place.settings, path=path, scratch=place.store.work / "spill") as con:
            yield con
    finally:
        _remove(path)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_suffix(".duckdb.wal").unlink(missing_ok=True)


def _attach_everything(con: duckdb.DuckDBPyConnection, place: Places, business_date: date) -> None:
    for source in sources():
        present.attach(con, place.store, data_contracts.load(source), business_date)
    present.attach_quarantine(con, place.store, sources(), business_date)
    con.execute("CREATE OR REPLACE TEMP VIEW quarantined AS SELECT * EXCLUDE (fields) FROM quarantine_row")
    replying = [source for source in sources() if data_contracts.load(source).mode == "reply"]
    _register(con, "reply_batch", present.reply_batches(place.store, replying))
    _register_asked(con, place)


def _register_asked(con: duckdb.DuckDBPyConnection, place: Places) -> None:
    _register(con, "asked", inquiry.remembered(place.store))


def _register(con: duckdb.DuckDBPyConnection, name: str, table: Any) -> None:
    con.register("_incoming", table)
    con.execute(f"CREATE OR REPLACE TABLE {name} AS FROM _incoming")
    con.unregister("_incoming")
