"""What a source brought for a business date, concluded from what the store holds; and the one line that says so.

The outcome is a function of records and listings. It can be drawn at any time, and a delivery that comes late changes
the outcome of its own business date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from connectors.delivery import Standing
from connectors.inquiry import Batch
from connectors.layers import Layer
from connectors.records import DeliveryRecord, Outcome, OutcomeKind, Retry, TableCount, Verdict
from core.errors import SenderError, SettingsError
from data_contracts import Contract, calendar
from data_contracts.reasons import Reason, reason, sender_codes, unreadable

MODES_ZH = {"full": "全量", "delta": "增量", "reply": "反馈"}


@dataclass(frozen=True)
class Evidence:
    """Everything an outcome rests on.

    `records` are those of the business date that no newer one replaces; `layers` the present state until that date;
    `noted` verdicts on what is in no record (pages that have not all come, answers nobody asked for, a sender that
    could not be asked); `due` the inquiry batches whose answer is due (replies only).
    """

    records: Sequence[DeliveryRecord]
    retries: Sequence[Retry]
    layers: Sequence[Layer]
    standing: Standing
    noted: Sequence[Verdict]
    due: Sequence[Batch]


def conclude(contract: Contract, business_date: date, evidence: Evidence) -> Outcome:
    """The outcome of `contract.source` for `business_date`."""
    taken = [record for record in evidence.records if record.state == "loaded"]
    verdicts = _verdicts(evidence)
    tables = _counts(taken, evidence.retries)
    as_of = max((layer.data_as_of for layer in evidence.layers), default=None)
    age = max((business_date - as_of.date()).days, 0) if as_of else None
    answered = {layer.batch for layer in evidence.layers}
    open_batches = [batch.batch for batch in evidence.due if batch.batch not in answered]
    kind = _kind(contract, business_date, evidence, verdicts, age)
    based = contract.mode == "reply" or not taken or any(layer.mode == "full" for layer in evidence.layers)
    answered_all = kind not in ("loaded", "unchanged") or not open_batches
    complete = based and answered_all and not any(record.missing_files for record in taken)
    total = _total(tables) if taken else None
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
        tolerance_exceeded=total is not None and total.quarantined > contract.quarantine_tolerance * total.delivered,
        complete=complete,
        gap_since=gap_since(contract, business_date, evidence.layers),
        deliveries=tuple(record.delivery_id for record in evidence.records),
    )
    message = message_zh(contract, outcome, taken, open_batches, standing=evidence.standing)
    return replace(outcome, message=message if based else f"{message}；尚未收到全量，现有数据不完整")


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


def verdict_zh(verdict: Verdict) -> str:
    """One verdict for the operator: what it is, and what to do."""
    return _troubles([verdict])[0]


def message_zh(
    contract: Contract,
    outcome: Outcome,
    taken: Sequence[DeliveryRecord],
    open_batches: Sequence[str],
    standing: Standing,
) -> str:
    """One line for the operator: what came, what was wrong, what to do."""
    parts = [_came(outcome), *_troubles(outcome.verdicts)]
    if outcome.outcome in ("missing", "stale"):
        parts.append("" if outcome.could_not_ask else _nothing_came(contract, standing))
    missing = sorted({file_id for record in taken for file_id in record.missing_files})
    if missing:
        parts.append(f"缺少文件 {'、'.join(missing)}，其表沿用上次数据，请{contract.agency_now_zh}补送")
    if open_batches and outcome.outcome in ("loaded", "unchanged"):
        parts.append(f"批次 {'、'.join(open_batches)} 尚无反馈，请{contract.agency_now_zh}补送")
    if outcome.outcome in ("missing", "stale", "rejected") or outcome.could_not_ask:
        parts.append(_kept(contract, outcome))
    if outcome.tolerance_exceeded:
        parts.append("隔离比例超过约定，请查看隔离区并与来源单位核对")
    if outcome.gap_since:
        parts.append(f"自 {outcome.gap_since} 起缺件，下次全量前的增量可能不完整")
    return "；".join(part for part in parts if part)


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


def _came(outcome: Outcome) -> str:
    if outcome.rows_delivered is None:
        return "" if outcome.outcome != "unchanged" else _unchanged(outcome)
    mode = MODES_ZH.get(outcome.mode or "", "")
    if outcome.rows_delivered == 0:
        return f"{mode}已接收，无变化"
    quarantined = f"，隔离 {outcome.rows_quarantined:,} 行{_reasons(outcome)}" if outcome.rows_quarantined else ""
    return f"{mode}已接收 {outcome.rows_accepted:,} 行{quarantined}"


def _unchanged(outcome: Outcome) -> str:
    if any(verdict.code == "duplicate_delivery" for verdict in outcome.verdicts):
        return ""  # the verdict says it
    if outcome.could_not_ask:
        return ""
    return "按约定当日无件"


def _reasons(outcome: Outcome) -> str:
    listed = [f"{reason(code).means.split('，')[0]} {count:,}" for code, count in outcome.reasons.items()]
    return f"（{'；'.join(listed)}）" if listed else ""


def _troubles(verdicts: Sequence[Verdict]) -> list[str]:
    grouped: dict[tuple[str, bool, Reason], list[Verdict]] = {}
    for verdict in verdicts:
        told = unreadable(str(verdict.facts.get("what", ""))) or reason(verdict.code)
        grouped.setdefault((verdict.code, verdict.held, told), []).append(verdict)
    lines = []
    for (code, is_held, told), group in grouped.items():
        files = list(dict.fromkeys(verdict.file for verdict in group))
        names = "、".join(files[:2]) + (f" 等 {len(files)} 个文件" if len(files) > 2 else "")
        advice = "" if code == "late_delivery" else f"，{told.do}"
        of = f"{names}：" if names else ""
        lines.append(f"{of}{told.means}{_facts(group[0])}{'，已扣留' if is_held else ''}{advice}")
    return lines


def _facts(verdict: Verdict) -> str:
    facts = verdict.facts
    if verdict.code in sender_codes():
        return f"（{facts['where']}）" if facts.get("where") else ""
    if "pages" in facts:
        return f"（缺第 {facts['pages']} 页）"
    if "last_full" in facts:
        return f"（{facts['table']} {facts['found']:,} 行，上次全量 {facts['last_full']:,} 行）"
    if "means" in facts:
        place = ".".join(part for part in (facts["table"], facts["column"]) if part)
        return f"（{place}：{facts['means'].split('：')[0]}）"
    if "stated" in facts and "found" in facts:
        table = f"{facts['table']} " if "table" in facts else ""
        return f"（{table}应为 {facts['stated']:,}，实为 {facts['found']:,}）"
    return ""


def _nothing_came(contract: Contract, standing: Standing) -> str:
    if standing.unfinished or standing.unexpected:
        return ""
    return f"未收到应到的数据，请联系{contract.agency_now_zh}补送"


def _kept(contract: Contract, outcome: Outcome) -> str:
    if outcome.data_as_of is None:
        return "此前尚无可用数据"
    late = f"，已超过约定的 {contract.freshness.max_age_days} 天" if outcome.outcome == "stale" else ""
    return f"沿用 {outcome.data_as_of:%Y-%m-%d %H:%M} 的数据（{outcome.age_days} 天前{late}）"
