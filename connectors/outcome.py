"""What a source brought for a business date, concluded from what the store holds.

The outcome is a function of records and listings. It can be drawn at any time, and a delivery that comes late changes
the outcome of its own business date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from connectors.delivery import Standing
from connectors.inquiry import Batch
from connectors.layers import Layer
from connectors.message_zh import message_zh
from connectors.records import DeliveryRecord, Outcome, OutcomeKind, Retry, TableCount, Verdict
from connectors.releases import releasable
from core.errors import SenderError, SettingsError
from data_contracts import Contract, calendar
from data_contracts.reasons import sender_codes


@dataclass(frozen=True)
class Evidence:
    """Everything an outcome rests on.

    `records` are those of the business date that no newer one replaces; `layers` the present state until that date;
    `noted` verdicts on what is in no record (pages that have not all come, answers nobody asked for, a sender that
    could not be asked); `due` the inquiry batches whose answer is due (replies only);
    `waived` delivery -> quarantined rows that a person has set aside.
    """

    records: Sequence[DeliveryRecord]
    retries: Sequence[Retry]
    layers: Sequence[Layer]
    standing: Standing
    noted: Sequence[Verdict]
    due: Sequence[Batch]
    waived: Mapping[str, int] = field(default_factory=dict)


def conclude(contract: Contract, business_date: date, evidence: Evidence) -> Outcome:
    """The outcome of `contract.source` for `business_date`."""
    taken = [record for record in evidence.records if record.state == "loaded"]
    verdicts = _verdicts(evidence)
    tables = _counts(taken, evidence.retries)
    answering = [layer for layer in evidence.layers if layer.answers]
    as_of = _as_of(contract, answering)
    age = max((business_date - as_of.date()).days, 0) if as_of else None
    answered = {layer.batch for layer in answering}
    open_batches = [batch.batch for batch in evidence.due if batch.batch not in answered]
    kind = _kind(contract, business_date, evidence, verdicts, age)
    based = contract.mode == "reply" or not taken or any(layer.mode == "full" for layer in evidence.layers)
    answered_all = kind not in ("loaded", "unchanged") or not open_batches
    complete = based and answered_all and not any(record.missing_files for record in taken)
    total = _total(tables) if taken else None
    waived = sum(evidence.waived.get(record.delivery_id, 0) for record in taken)
    outcome = Outcome(
        source=contract.source,
        business_date=business_date,
        outcome=kind,
        mode=taken[-1].mode if taken else None,
        rows_delivered=total.delivered if total else None,
        rows_accepted=total.accepted if total else None,
        rows_quarantined=total.quarantined if total else None,
        tables=tables,
        data_as_of=as_of,
        age_days=age,
        message="",
        verdicts=verdicts,
        reasons=_remaining(_sum(record.reasons for record in taken), taken, evidence.retries),
        warnings=_sum(record.warnings for record in taken),
        tolerance_exceeded=total is not None
        and total.quarantined - waived > contract.quarantine_tolerance * total.delivered,
        complete=complete,
        gap_since=gap_since(contract, business_date, evidence.layers),
        deliveries=tuple(record.delivery_id for record in evidence.records),
        rows_waived=waived,
    )
    message = message_zh(
        contract,
        outcome,
        taken,
        open_batches,
        releasable=[record.delivery_id for record in evidence.records if releasable(record)],
        standing=evidence.standing,
    )
    return replace(outcome, message=message if based else f"{message}；尚未收到全量，现有数据不完整")


def _as_of(contract: Contract, layers: Iterable[Layer]) -> datetime | None:
    """data_as_of of the table that is furthest behind: where one file of a delivery is held or missing, what stands in
    its place is older than the rest. None when nothing is held; tables that never came say nothing."""
    newest: dict[str, datetime] = {}
    for layer in layers:
        for table in contract.tables:
            if layer.carries(table.name):
                newest[table.name] = max(layer.data_as_of, newest.get(table.name, layer.data_as_of))
    return min(newest.values(), default=None)


def gap_since(contract: Contract, business_date: date, layers: Sequence[Layer]) -> date | None:
    """First business date after the last full that owed a delta and brought none; None for replies."""
    fulls = [layer.business_date for layer in layers if layer.mode == "full"]
    if contract.mode != "extract" or contract.freshness.expected == "weekly" or not fulls:
        return None
    held = {layer.business_date for layer in layers}
    day = max(fulls) + timedelta(days=1)
    while day <= business_date:
        if day not in held and calendar.is_due(contract, day):
            return day
        day += timedelta(days=1)
    return None


def due_batches(contract: Contract, business_date: date, batches: Iterable[Batch]) -> list[Batch]:
    """Those of the asked batches whose answer is due on that business date."""
    return [batch for batch in batches if calendar.next_due(contract, batch.business_date) == business_date]


def sender_verdict(error: SenderError | SettingsError) -> Verdict:
    """Why a sender could not be used, as a verdict on no file."""
    code = error.verdict if isinstance(error, SenderError) else "misconfigured"
    return Verdict(code, "", False, {"what": error.what, "where": error.where})


def _kind(
    contract: Contract, business_date: date, evidence: Evidence, verdicts: Sequence[Verdict], age: int | None
) -> OutcomeKind:
    states = {record.state for record in evidence.records}
    if any(verdict.held for verdict in verdicts):
        return "rejected"
    if "loaded" in states:
        return "loaded"
    if "duplicate" in states or not _due(contract, business_date, evidence):
        return "unchanged"
    return "stale" if age is not None and age > contract.freshness.max_age_days else "missing"


def _due(contract: Contract, business_date: date, evidence: Evidence) -> bool:
    """An incomplete delivery counts as owed: something was meant to come. That nobody could be asked owes nothing."""
    if any(verdict.code not in sender_codes() for verdict in evidence.noted):
        return True
    return bool(evidence.due) if contract.mode == "reply" else calendar.is_due(contract, business_date)


def _verdicts(evidence: Evidence) -> tuple[Verdict, ...]:
    found = [verdict for record in evidence.records for verdict in record.verdicts]
    found += evidence.noted
    found += [Verdict("unexpected_file", name, False) for name in evidence.standing.unexpected]
    # A control file that came alone is no file without control.
    late = [name for name in evidence.standing.unfinished if not name.endswith(".ok")]
    found += [Verdict("missing_control", name, False) for name in late]
    return tuple(found)


def _counts(taken: Sequence[DeliveryRecord], retries: Sequence[Retry]) -> dict[str, TableCount]:
    """Rows per table over the deliveries of the date; orphans that found their parent count as accepted."""
    counts: dict[str, TableCount] = {}
    for record in taken:
        for table, count in record.tables.items():
            found = sum(retry.tables.get(table, 0) for retry in retries if retry.of == record.delivery_id)
            before = counts.get(table, TableCount(0, 0, 0))
            counts[table] = TableCount(
                before.delivered + count.delivered,
                before.accepted + count.accepted + found,
                before.quarantined + count.quarantined - found,
            )
    return counts


def _total(tables: Mapping[str, TableCount]) -> TableCount:
    return TableCount(
        sum(count.delivered for count in tables.values()),
        sum(count.accepted for count in tables.values()),
        sum(count.quarantined for count in tables.values()),
    )


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(sorted(total.items()))


def _remaining(reasons: dict[str, int], taken: Sequence[DeliveryRecord], retries: Sequence[Retry]) -> dict[str, int]:
    """Reasons without the orphans that found their parent since."""
    ids = {record.delivery_id for record in taken}
    found = sum(sum(retry.tables.values()) for retry in retries if retry.of in ids)
    left = {**reasons, "orphan_child": reasons.get("orphan_child", 0) - found} if found else reasons
    return {code: count for code, count in left.items() if count > 0}
