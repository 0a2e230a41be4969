"""What surrounds the assets in a profile's document: past assets, other debts, alerts, and how each source answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exports.document import Block, Column, Heading, Table, Text
from profiles import standing, words_zh
from profiles.report_asset_zh import day, identifier, money
from profiles.report_context_zh import moment

Row = Mapping[str, Any]


def represented(profile: Row) -> list[Block]:
    """Companies led without a share: a clue to what may be held through others."""
    told = standing.represented(profile)
    return [Heading("公司线索"), *(Text(fact) for fact in told)] if told else []


def past(profile: Row) -> list[Block]:
    """Assets that are registered no more, accounts that were closed."""
    gone = [asset for asset in profile["assets"] if not asset["is_current"]]
    rows = [
        (
            words_zh.say("asset_kind", asset["kind"]),
            identifier(asset),
            words_zh.statuses(asset["status"]),
            asset["location"] or asset["title"] or "",
            day(asset["last_seen"]),
        )
        for asset in gone
    ]
    titles = (("种类", 2), ("标识", 4), ("状态", 2), ("坐落或名称", 5), ("最近确认", 2))
    heading = Heading(f"曾有财产（{len(gone)} 件，登记已失效、账户已销或不再查得）")
    return [heading, Table([Column(*title) for title in titles], rows)] if gone else []


def liabilities(profile: Row) -> list[Block]:
    """What the debtor owes others."""
    rows = [
        (
            words_zh.say("liability", row["kind"]),
            row["creditor"] or "",
            money(row["amount"]),
            day(row["arose_on"]),
            words_zh.say("source", row["source"]),
            row["legal_basis"] or "",
        )
        for row in profile["liabilities"]
    ]
    columns = (
        Column("种类", 2),
        Column("债权人", 4),
        Column("金额（元）", 2.5, right=True),
        Column("发生日期", 2),
        Column("来源", 2),
        Column("依据", 4),
    )
    return [Heading("其他债务"), Table(columns, rows)] if rows else []


def alerts(profile: Row) -> list[Block]:
    """What the night warned of, urgent first."""
    rows = [
        (
            words_zh.say("severity", row["severity"]),
            row["message_zh"],
            row["case_no"] or "",
            row["due_on"] or "",
            row["legal_basis"] or "",
        )
        for row in profile["alerts"]
    ]
    titles = (("级别", 1), ("事项", 7), ("案号", 3.5), ("期限", 2), ("依据", 4))
    return [Heading("预警"), Table([Column(*title) for title in titles], rows)] if rows else []


def sources(profile: Row) -> list[Block]:
    """Every source: what it answered about this debtor, or how the register stands."""
    replies = {row["source"]: row for row in profile["replies"]}
    states = {row["source"]: row for row in profile["sources"]}
    rows = []
    for source in (name for name in words_zh.words("source") if name in states):
        reply, state = replies.get(source), states[source]
        rows.append(
            (
                words_zh.say("source", source),
                words_zh.say("reply", reply["result"]) if reply else words_zh.say("outcome", state["outcome"]),
                moment(reply["asked_at"]) if reply else "按登记库比对",
                moment(reply["replied_at"]) if reply else "",
                moment(state["data_as_of"]),
                "" if state["age_days"] is None else str(state["age_days"]),
            )
        )
    columns = (
        Column("来源", 2),
        Column("结果", 2),
        Column("查询时间", 3),
        Column("反馈时间", 3),
        Column("数据时点", 3),
        Column("距业务日期（天）", 2, right=True),
    )
    return [Heading("来源"), Table(columns, rows)]
