"""The one line that says what a source brought for a business date, for the operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.delivery import Standing
from connectors.records import DeliveryRecord, Outcome, Verdict
from data_contracts import Contract
from data_contracts.reasons import Reason, reason, sender_codes, unreadable

MODES_ZH = {"full": "全量", "delta": "增量", "reply": "反馈"}


def verdict_zh(verdict: Verdict) -> str:
    """One verdict for the operator: what it is, and what to do."""
    return _troubles([verdict])[0]


def message_zh(
    contract: Contract,
    outcome: Outcome,
    taken: Sequence[DeliveryRecord],
    open_batches: Sequence[str],
    *,
    releasable: Sequence[str],
    standing: Standing,
) -> str:
    """One line for the operator: what came, what was wrong, what to do. `releasable`: held deliveries that a person can
    let in."""
    parts = [_came(outcome), *_released(taken), *_troubles(outcome.verdicts)]
    if outcome.outcome in ("missing", "stale"):
        parts.append("" if outcome.could_not_ask else _nothing_came(contract, standing))
    missing = sorted({file_id for record in taken for file_id in record.missing_files})
    if missing:
        parts.append(f"缺少文件 {'、'.join(missing)}，其表沿用上次数据，请{contract.agency_now_zh}补送")
    if open_batches and outcome.outcome in ("loaded", "unchanged"):
        parts.append(f"批次 {'、'.join(open_batches)} 尚无反馈，请{contract.agency_now_zh}补送")
    if outcome.outcome in ("missing", "stale", "rejected") or outcome.could_not_ask:
        parts.append(_kept(contract, outcome))
    parts += [f"核实无误的，可用 chakong deliveries accept {delivery_id} 放行" for delivery_id in releasable]
    if outcome.tolerance_exceeded:
        parts.append("隔离比例超过约定，请查看隔离区并与来源单位核对")
    if outcome.gap_since:
        parts.append(f"自 {outcome.gap_since} 起缺件，下次全量前的增量可能不完整")
    return "；".join(part for part in parts if part)


def _came(outcome: Outcome) -> str:
    if outcome.rows_delivered is None:
        return "" if outcome.outcome != "unchanged" else _unchanged(outcome)
    mode = MODES_ZH.get(outcome.mode or "", "")
    if outcome.rows_delivered == 0:
        return f"{mode}已接收，无变化"
    quarantined = f"，隔离 {outcome.rows_quarantined:,} 行{_reasons(outcome)}" if outcome.rows_quarantined else ""
    quarantined += f"，其中 {outcome.rows_waived:,} 行已搁置" if outcome.rows_waived else ""
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
        grouped.setdefault((verdict.code, verdict.held, _told(verdict)), []).append(verdict)
    lines = []
    for (code, is_held, told), group in grouped.items():
        files = list(dict.fromkeys(verdict.file for verdict in group))
        names = "、".join(files[:2]) + (f" 等 {len(files)} 个文件" if len(files) > 2 else "")
        advice = "" if code == "late_delivery" else f"，{told.do}"
        of = f"{names}：" if names else ""
        lines.append(f"{of}{told.means}{_facts(group)}{'，已扣留' if is_held else ''}{advice}")
    return lines


def _told(verdict: Verdict) -> Reason:
    """What the verdict means here: the reader's or the suite's word for it where they have one, else the code's."""
    facts = verdict.facts
    means, _, advice = str(facts.get("means", "")).partition("：")
    if "found" in facts and advice:
        return Reason(verdict.code, "file", means, advice)
    return unreadable(str(facts.get("what", ""))) or reason(verdict.code)


def _facts(verdicts: Sequence[Verdict]) -> str:
    """The figures behind verdicts that say the same, in brackets."""
    if "rows" in verdicts[0].facts:
        return f"（{'，'.join(_rows(verdict.facts) for verdict in verdicts)}）"
    told = _figures(verdicts[0].code, verdicts[0].facts)
    return f"（{told}）" if told else ""


def _figures(code: str, facts: Mapping[str, Any]) -> str:
    told = ""
    if code in sender_codes():
        told = facts.get("where", "")
    elif "least" in facts:
        told = f"本次 {facts['found']:,} 行，以往 {facts['least']:,} 至 {facts['most']:,} 行"
    elif code == "unusual_time":
        told = f"{facts['made']}，以往不晚于 {facts['latest']}"
    elif "pages" in facts:
        told = f"缺第 {facts['pages']} 页"
    elif "last_full" in facts:
        told = f"{facts['table']} {facts['found']:,} 行，以往全量 {facts['last_full']:,} 行"
    elif "means" in facts and "found" in facts:
        told = f"{facts['table']} {facts['found']:,} 行"
    elif "means" in facts:
        told = f"{_place(facts)}：{facts['means'].split('：')[0]}"
    elif "stated" in facts and "found" in facts:
        table = f"{facts['table']} " if "table" in facts else ""
        told = f"{table}应为 {facts['stated']:,}，实为 {facts['found']:,}"
    return told


def _place(facts: Mapping[str, Any]) -> str:
    return ".".join(part for part in (facts["table"], facts["column"]) if part)


def _rows(facts: Mapping[str, Any]) -> str:
    return f"{_place(facts)} {facts['rows']:,} 行"


def _released(taken: Sequence[DeliveryRecord]) -> list[str]:
    releases = [record.release for record in taken if record.release]
    return [f"经 {one.officer} 于 {one.decided_at:%Y-%m-%d %H:%M} 同意采用：{one.reason}" for one in releases]


def _nothing_came(contract: Contract, standing: Standing) -> str:
    if standing.unfinished or standing.unexpected:
        return ""
    return f"未收到应到的数据，请联系{contract.agency_now_zh}补送"


def _kept(contract: Contract, outcome: Outcome) -> str:
    if outcome.data_as_of is None:
        return "此前尚无可用数据"
    late = f"，已超过约定的 {contract.freshness.max_age_days} 天" if outcome.outcome == "stale" else ""
    return f"沿用 {outcome.data_as_of:%Y-%m-%d %H:%M} 的数据（{outcome.age_days} 天前{late}）"
