"""What surrounds a profile's assets: what was declared, other debts, alerts, changes, and how each source answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from profiles import words_zh
from profiles.layout_zh import heading, table, wrap
from profiles.report_asset_zh import day, identifier, money

Row = Mapping[str, Any]


#: What `case_cells` gives.
CASE_TITLES = ("案号", "类型", "责任", "承办", "立案", "结案")


def case_cells(case: Row) -> tuple[str, ...]:
    """One case without its amounts."""
    closed = f"{day(case['closed_at'])} {words_zh.say('close_mode', case['close_mode'], '')}".strip()
    return (
        case["case_no"],
        words_zh.say("case_type", case["case_type"]),
        words_zh.say("role", case["role"]),
        case["judge"] or "",
        day(case["filed_at"]),
        closed if case["closed_at"] else "在执行",
    )


def declared(profile: Row) -> list[str]:
    """Declared and found, declared and not found, found and not declared."""
    only_declared = [
        row for row in profile["assets"] if row["value_basis"] == "declared" or row["source"] == "court_cases"
    ]
    both = [row for row in profile["assets"] if row["declared_by_debtor"] and row not in only_declared]
    undeclared = sum(alert["kind"] == "found_not_declared" for alert in profile["alerts"])
    if not only_declared and not both and not undeclared:
        return []
    lines = [heading("申报与查得")]
    lines += [f"  申报且查得 {len(both)} 件　申报而未查得 {len(only_declared)} 件　查得而未申报 {undeclared} 件"]
    for row in only_declared:
        told = [words_zh.say("asset_kind", row["kind"]), row["title"], identifier(row)]
        told.append(f"自报价值 {money(row['gross_value'])} 元")
        lines += wrap("　".join(part for part in told if part), first="  未查得：")
    return lines


def liabilities(profile: Row) -> list[str]:
    """What the debtor owes others."""
    rows = [
        [
            words_zh.say("liability", row["kind"]),
            row["creditor"] or "",
            money(row["amount"]),
            day(row["arose_on"]),
            words_zh.say("source", row["source"]),
        ]
        for row in profile["liabilities"]
    ]
    return (
        [heading("其他债务"), *table(["种类", "债权人", "金额（元）", "发生日期", "来源"], rows, right=(2,))]
        if rows
        else []
    )


def other_alerts(profile: Row) -> list[str]:
    """Alerts that are not urgent; equal messages once."""
    rest = [row for row in profile["alerts"] if row["severity"] != "urgent"]
    if not rest:
        return []
    lines = [heading("预警")]
    for message, rows in grouped(rest, "message_zh"):
        times = f"（{len(rows)} 项）" if len(rows) > 1 else ""
        lines += wrap(message + times, first=f"  {words_zh.say('severity', rows[0]['severity'])}　")
    return lines


def changes(profile: Row) -> list[str]:
    """Change events by night and kind."""
    if not profile["changes"]:
        return []
    lines = [heading("近期变动")]
    for (night, kind), rows in _by_night(profile["changes"]):
        values = [f"{row['before'] or '无'} → {row['after'] or '无'}" for row in rows if row["before"] or row["after"]]
        told = f"：{'；'.join(values[:3])}" if values else ""
        lines += wrap(f"{night}　{words_zh.say('change', kind)} {len(rows)} 项{told}", first="  ")
    return lines


def _by_night(rows: Iterable[Row]) -> list[tuple[tuple[str, str], list[Row]]]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["run_date"], row["kind"]), []).append(row)
    return list(groups.items())


def sources(profile: Row) -> list[str]:
    """Every source: what it answered about this debtor, or how the register stands."""
    replies = {row["source"]: row for row in profile["replies"]}
    rows = []
    states = {state["source"]: state for state in profile["sources"]}
    for source in (name for name in words_zh.words("source") if name in states):
        state = states[source]
        reply = replies.get(source)
        if reply:
            rows.append(
                [
                    words_zh.say("source", source),
                    words_zh.say("reply", reply["result"]),
                    moment(reply["replied_at"]),
                ]
            )
        else:
            rows.append(
                [
                    words_zh.say("source", source),
                    words_zh.say("outcome", state["outcome"]),
                    moment(state["data_as_of"]),
                ]
            )
    half = (len(rows) + 1) // 2
    pairs = [
        [*left, *right] for left, right in zip(rows[:half], rows[half:] + [["", "", ""]] * (len(rows) % 2), strict=True)
    ]
    return [heading("来源"), *table(["来源", "结果", "数据时点", "来源", "结果", "数据时点"], pairs)] if rows else []


def grouped(rows: Iterable[Row], key: str) -> list[tuple[Any, list[Row]]]:
    """Rows by the value of `key`, groups in the order of their first row."""
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return list(groups.items())


def moment(value: str | datetime | None) -> str:
    """Date and minute; 不明 for unknown."""
    if value is None:
        return "不明"
    return str(value).replace("T", " ")[:16]
