"""The way of one source through one night: pull → archive → verify → read → filter → judge → file, or say why not.

Safe to kill at any moment: everything is made in ``work/`` and appears in the store by one rename; what a run left
unregistered, the next run registers. Safe to repeat: a delivery whose files and control files are known is not taken
again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb

from connectors import layers as layering
from connectors import orphans, present
from connectors.alone import alone
from connectors.concluding import LATE_DAYS, NONE_WAIVED, NOTHING, asked_of, draw, file_outcome
from connectors.delivery import SETTLE_SECONDS, Candidate, Standing, discover, fingerprint
from connectors.inquiry import Batch
from connectors.outcome import sender_verdict
from connectors.pull import Pulled, pull
from connectors.records import (
    DeliveryRecord,
    Outcome,
    Release,
    Verdict,
    read_deliveries,
    read_outcome,
)
from connectors.releases import lenient, released_id
from connectors.taking import Taking
from connectors.transport import Transport
from core import duck
from core.errors import SenderError, SettingsError, TransientError
from core.log import record_failure
from core.settings import Settings
from core.store import Store, compact
from data_contracts import Contract, load


def take(
    settings: Settings,
    store: Store,
    source: str,
    business_date: date,
    transport: Transport,
    *,
    asked: Sequence[Batch] | None = None,
    releases: Sequence[Release] = (),
    waived: Mapping[str, int] = NONE_WAIVED,
    settle_seconds: int = SETTLE_SECONDS,
) -> Outcome:
    """Take what `source` delivered for `business_date`, and before it whatever came late in the last two weeks.

    `asked`: inquiry batches of the last two weeks that went to this source; by default those the store remembers.
    `releases`: held deliveries that a person has let in; they are taken as if newly found.
    Raises SenderError when the sender cannot be used in this run, SettingsError when the site's table for it is wrong,
    and TransientError when a file changed while it came or another run holds the source; every other failure becomes an
    outcome. The outcome is written to ``nights/<YYYYMMDD>/<source>.json``; `changed` tells whether this call changed
    anything in the store.
    """
    contract = load(source)
    work = store.work / "intake" / source
    with alone(store, source):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        known_batches = tuple(asked) if asked is not None else asked_of(store, contract, business_date)
        try:
            night = _Night(
                settings,
                store,
                contract,
                business_date,
                transport,
                known_batches,
                work,
                releases={release.delivery_id: release for release in releases},
                waived=waived,
                settle_seconds=settle_seconds,
            )
            with closing(night):
                return night.run()
        except (TransientError, SenderError, SettingsError):
            raise
        except Exception as error:
            place = record_failure(error)
            return failed(store, source, business_date, f"{type(error).__name__}，详情见 {place}", rejected=True)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def failed(store: Store, source: str, business_date: date, what: str, *, rejected: bool = False) -> Outcome:
    """The outcome when a source could not be taken: `what` goes into the message, what stands in the store stays.

    `rejected` when something arrived and broke us. Otherwise the sender never answered, which counts as missing unless
    an earlier run took the delivery already.
    """
    broken = Verdict("missing_control", "", rejected)
    drawn = draw(store, load(source), business_date, standing=NOTHING, noted=(broken,), asked=())
    kept = f"沿用 {drawn.data_as_of:%Y-%m-%d %H:%M} 的数据" if drawn.data_as_of else "此前尚无可用数据"
    message = f"未能接收（{what}）；{kept}；请排除故障后重新运行"
    outcome = replace(drawn, verdicts=tuple(one for one in drawn.verdicts if one != broken), message=message)
    file_outcome(store, outcome)
    return outcome


def unasked(store: Store, source: str, business_date: date, error: SenderError | SettingsError) -> Outcome:
    """The outcome when the sender could not be used: what stands in the store stays, and the operator is told why.

    Outside the agreed hours a source that has delivered for the date already is left as it is.
    """
    earlier, verdict = read_outcome(store, source, business_date), sender_verdict(error)
    if verdict.code == "outside_window" and earlier and earlier.outcome in ("loaded", "unchanged"):
        return replace(earlier, changed=False)
    contract = load(source)
    asked = asked_of(store, contract, business_date)
    outcome = draw(store, contract, business_date, standing=NOTHING, noted=(verdict,), asked=asked)
    return replace(outcome, changed=file_outcome(store, outcome))


@dataclass
class _Night:
    """One call of `take`. `records` grows as deliveries are filed; `touched` are dates whose outcome may differ."""

    settings: Settings
    store: Store
    contract: Contract
    business_date: date
    transport: Transport
    asked: Sequence[Batch]
    work: Path
    releases: Mapping[str, Release]
    waived: Mapping[str, int]
    settle_seconds: int
    records: list[DeliveryRecord] = field(default_factory=list)
    touched: set[date] = field(default_factory=set)
    noted: list[Verdict] = field(default_factory=list)
    changed: bool = False
    session: duckdb.DuckDBPyConnection | None = None

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The DuckDB session, opened when rows are first touched: a night that brings nothing needs none."""
        if self.session is None:
            self.session = duck.connect(self.settings, scratch=self.work / "spill")
        return self.session

    def close(self) -> None:
        """End the session."""
        if self.session is not None:
            self.session.close()

    @property
    def source(self) -> str:
        return self.contract.source

    def run(self) -> Outcome:
        """Late deliveries first, in their order, then the night's own; then what they make possible."""
        self.records = read_deliveries(self.store, self.source)
        layering.rebuild(self.store, self.source)
        for day in self._late_dates():
            self._take_folder(day)
        standing = self._take_folder(self.business_date)
        retried = (
            orphans.retry(self.store, self.contract, self.con, self.business_date, self.work) if self.changed else ()
        )
        if retried:
            self.changed = True
            self.touched |= set(retried)
            layering.rebuild(self.store, self.source)
        for day in sorted(self.touched - {self.business_date}):
            self._conclude(day, NOTHING, ())
        return self._conclude(self.business_date, standing, self.noted)

    def _late_dates(self) -> Iterator[date]:
        """Earlier folders still at the sender. A source met for the first time starts at its newest full."""
        first = self.business_date - timedelta(days=LATE_DAYS)
        days = self.transport.dates(self.source, first, self.business_date)
        if not self.records and self.contract.mode == "extract":
            days = self._since_full(days)
        yield from days

    def _since_full(self, days: list[date]) -> list[date]:
        for place in range(len(days) - 1, -1, -1):
            if any(candidate.mode == "full" for candidate in self._discover(days[place]).candidates):
                return days[place:]
        return days

    def _discover(self, day: date) -> Standing:
        listing, grown = self.transport.list(self.source, day), set[str]()
        if day == self.business_date and not all(declared.control for declared in self.contract.files):
            # Nothing but its size tells whether such a file is still being written, if the sender's clock is wrong.
            first, listing = listing, self.transport.list(self.source, day)
            grown = {file.name for file in listing if file not in first}
        return discover(
            self.contract, day, listing, pull_date=self.business_date, settle_seconds=self.settle_seconds, growing=grown
        )

    def _take_folder(self, day: date) -> Standing:
        standing = self._discover(day)
        asked = {batch.batch for batch in self.asked}
        for candidate in standing.candidates:
            if candidate.batch is not None and candidate.batch not in asked:
                if day == self.business_date:
                    names = [parts[0].file.name for parts in candidate.slots.values()]
                    self.noted += [
                        Verdict("unexpected_file", name, True, {"what": "batch not asked"}) for name in names
                    ]
                continue
            for found in [candidate] if self._siblings(candidate) else candidate.as_it_grew():
                if record := self._take(found):
                    self.records.append(record)
                    self.touched.add(day)
                    self.changed = True
                    layering.rebuild(self.store, self.source)
        return standing

    def _siblings(self, candidate: Candidate) -> list[DeliveryRecord]:
        """What was filed of the same business date, mode and batch. A first look at a file and its revision takes one
        after the other: a revision is judged by what it would replace, however late we come."""
        place = candidate.business_date, candidate.mode, candidate.batch
        return [record for record in self.records if (record.business_date, record.mode, record.batch) == place]

    def _take(self, candidate: Candidate) -> DeliveryRecord | None:
        """File one delivery; None when it is known already or has not arrived whole."""
        siblings = self._siblings(candidate)
        seen = _seen(candidate)
        if any(record.seen == seen and self._is_settled(record) for record in siblings):
            return None
        pulled = [
            pull(self.store, self.transport, part, self.work) for parts in candidate.slots.values() for part in parts
        ]
        delivery_id = _delivery_id(self.source, candidate, pulled)
        release = self.releases.get(delivery_id)
        if release:
            delivery_id = released_id(delivery_id)
        if any(record.delivery_id == delivery_id for record in siblings):
            return None
        taking = Taking(
            settings=self.settings,
            store=self.store,
            contract=lenient(self.contract) if release else self.contract,
            con=self.con,
            work=self.work,
            night=self.business_date,
            candidate=candidate,
            delivery_id=delivery_id,
            seen=seen,
            held=present.layers_until(
                layering.load(self.store, self.source), None, without=[record.delivery_id for record in siblings]
            ),
            siblings=siblings,
            loaded=[record for record in self.records if record.state == "loaded"],
            release=release,
        )
        record = taking.file(pulled)
        if record is None and candidate.business_date == self.business_date:
            self.noted += taking.incomplete
        return record

    def _is_settled(self, record: DeliveryRecord) -> bool:
        """Not to be looked at again. A held file is: a second look at it costs less than a wrong one."""
        return record.state != "held" and record.delivery_id not in self.releases

    def _conclude(self, day: date, standing: Standing, noted: Sequence[Verdict]) -> Outcome:
        outcome = draw(
            self.store, self.contract, day, standing=standing, noted=noted, asked=self.asked, waived=self.waived
        )
        if file_outcome(self.store, outcome):
            self.changed = True
        return replace(outcome, changed=self.changed)


def _seen(candidate: Candidate) -> tuple[tuple[str, int, str], ...]:
    parts = [part for slot in candidate.slots.values() for part in slot]
    return fingerprint([file for part in parts for file in (part.file, part.control) if file is not None])


def _delivery_id(source: str, candidate: Candidate, pulled: Iterable[Pulled]) -> str:
    """Same bytes under the same names with the same control files are the same delivery, wherever it is taken."""
    stated = [
        (item.part.file.name, item.sha256, item.control.as_json() if item.control else None)
        for item in sorted(pulled, key=lambda item: item.part.file.name)
    ]
    text = json.dumps(
        [source, compact(candidate.business_date), candidate.mode, candidate.batch, stated], ensure_ascii=False
    )
    return f"d{hashlib.sha256(text.encode()).hexdigest()[:20]}"
