"""The night for the command centre, in counts and ids; and for one judge what he has to look at, with names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from core.duck import sql
from core.errors import NotFoundError
from exports.document import Block, Column, Document, Facts, Heading, Table, Text
from exports.imprint import Imprint
from profiles import query, status_zh, words_zh
from profiles.report_asset_zh import money
from profiles.report_context_zh import moment

Row = dict[str, Any]
#: Beyond so many lines nobody reads on: the rest is counted.
LISTED = 200

CHANGES = """
SELECT kind, count(*) AS changes FROM change_event WHERE run_date = (SELECT max(run_date) FROM run)
GROUP BY kind ORDER BY changes DESC, kind"""
SEVERAL = "SELECT count(*) AS debtors, sum(case_count)::BIGINT AS cases FROM debtor WHERE case_count > 1"
JUDGES = "SELECT DISTINCT judge FROM debtor_case ORDER BY judge NULLS LAST"


def document(con: duckdb.DuckDBPyConnection, imprint: Imprint) -> Document:
    """Sources, totals, what changed, alerts, expiring measures, judges. Holds no name and no number of a debtor."""
    facts = status_zh.read(con)
    return Document(
        "夜间对账报告",
        f"指挥中心　{imprint.night_zh}　发布于 {moment(imprint.published_at)}",
        imprint,
        (
            Text(
                f"没有送达的来源：{'、'.join(imprint.not_delivered) or '无'}",
                warning=bool(imprint.not_delivered),
            ),
            *_totals(con, facts["totals"]),
            *_sources(facts["sources"]),
            *_alerts(facts["alerts"]),
            *_expiring(con),
            *_changes(con),
            *_judges(con),
            *_urgent(con),
        ),
    )


def judges(con: duckdb.DuckDBPyConnection) -> list[str | None]:
    """The judges of the published cases; None where a case has none."""
    return [row["judge"] for row in query.rows(con, JUDGES)]


def worklist(con: duckdb.DuckDBPyConnection, imprint: Imprint, judge: str | None) -> Document:
    """The alerts of one judge's cases, names included. NotFoundError where no case has this judge."""
    if judge not in judges(con):
        raise NotFoundError("没有该承办法官的案件", do="核对姓名，或不写 --judge 以导出全部承办法官的清单")
    found = con.execute(sql("exports", "worklist"), {"judge": judge})
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    told = [
        (
            words_zh.say("severity", row["severity"]),
            words_zh.say("alert", row["kind"]),
            row["case_no"],
            row["name"] or "",
            row["message_zh"] or "",
            str(row["due_on"] or ""),
            row["legal_basis"] or "",
        )
        for row in rows
    ]
    titles = (("级别", 1), ("事项", 2.4), ("案号", 3.4), ("被执行人", 2.6), ("说明", 6), ("期限", 1.8), ("依据", 4))
    block = Table([Column(*title) for title in titles], told) if told else Text("本夜没有须处理的事项。")
    title = f"承办法官 {judge}" if judge else "尚未确定承办法官的案件"
    return Document("承办法官待办清单", f"{title}　共 {len(rows)} 项", imprint, (block,), landscape=True)


def _totals(con: duckdb.DuckDBPyConnection, totals: Row) -> list[Block]:
    several = query.rows(con, SEVERAL)[0]
    return [
        Heading("一、总体"),
        Facts(
            [
                ("被执行人", f"{totals['debtors']:,} 名，案件 {totals['cases']:,} 件"),
                ("涉数案", f"{several['debtors']:,} 名被执行人涉及 {several['cases'] or 0:,} 件次案件"),
                (
                    "财产",
                    f"已确认的现有 {totals['confirmed_assets']:,} 件；疑似 {totals['probable_assets']:,} 件，不计入",
                ),
                ("净值合计", f"{money(totals['net_value'])} 元（只计已确认、价值已知且依法可计的财产）"),
                ("待核实", f"{totals['waiting_review'] or 0:,} 件"),
                ("可停办", f"{totals['stoppable']:,} 项在办手续尚未登簿"),
                ("隔离", f"{totals['quarantined']:,} 行"),
            ]
        ),
    ]


def _sources(rows: Iterable[Row]) -> list[Block]:
    told = [
        (
            words_zh.say("source", row["source"]),
            words_zh.say("outcome", row["outcome"]),
            words_zh.say("mode", row["mode"], ""),
            *(_count(row[name]) for name in ("rows_delivered", "rows_accepted", "rows_quarantined")),
            moment(row["data_as_of"]),
            _count(row["age_days"]),
            f"{row['debtors_answered'] or 0:,}/{row['debtors_asked']:,}" if row["debtors_asked"] else "",
        )
        for row in rows
    ]
    columns = (
        Column("来源", 2.4),
        Column("结果", 2),
        Column("方式", 1.3),
        Column("到件", 1.6, right=True),
        Column("接收", 1.6, right=True),
        Column("隔离", 1.3, right=True),
        Column("数据时点", 3.2),
        Column("天数", 1.1, right=True),
        Column("已答复/已查询", 2.6, right=True),
    )
    return [Heading("二、来源"), Table(columns, told)]


def _alerts(rows: Iterable[Row]) -> list[Block]:
    order = list(words_zh.words("severity"))
    ranked = sorted(rows, key=lambda row: (order.index(row["severity"]), -row["alerts"], row["kind"]))
    told = [
        (words_zh.say("severity", row["severity"]), words_zh.say("alert", row["kind"]), f"{row['alerts']:,}")
        for row in ranked
    ]
    return [Heading("三、预警"), _counted("级别", "事项", told)] if told else [Heading("三、预警"), Text("没有预警。")]


def _expiring(con: duckdb.DuckDBPyConnection) -> list[Block]:
    found = query.rows(con, sql("exports", "expiring"))[0]
    titles = {
        "lapsed": "已届满而无解除记录",
        "days_7": "7 天内到期",
        "days_15": "8 至 15 天",
        "days_30": "16 至 30 天",
        "later": "30 天以上",
    }
    told = [(title, f"{found[name]:,}") for name, title in titles.items()]
    columns = (Column("本院查封冻结的剩余期限", 6), Column("项数", 2, right=True))
    return [Heading("四、到期"), Table(columns, told)]


def _changes(con: duckdb.DuckDBPyConnection) -> list[Block]:
    told = [(words_zh.say("change", row["kind"]), f"{row['changes']:,}") for row in query.rows(con, CHANGES)]
    columns = (Column("变动", 6), Column("项数", 2, right=True))
    heading = Heading("五、与前一夜相比")
    return [heading, Table(columns, told)] if told else [heading, Text("没有变动，或者本夜为首次运行。")]


def _judges(con: duckdb.DuckDBPyConnection) -> list[Block]:
    told = [
        (row["judge"] or "未载", *(f"{row[name]:,}" for name in ("open_cases", "urgent", "high", "normal")))
        for row in query.rows(con, sql("exports", "by_judge"))
    ]
    counts = [Column(title, 2, right=True) for title in ("在执行案件", "紧急", "重要", "一般")]
    return [Heading("六、各承办法官"), Table([Column("承办", 3), *counts], told)]


def _urgent(con: duckdb.DuckDBPyConnection) -> list[Block]:
    rows = query.rows(con, sql("exports", "urgent"))
    told = [
        (
            words_zh.say("alert", row["kind"]),
            row["case_no"] or "",
            row["judge"] or "未载",
            f"{row['debtor_id'] or ''}\n{row['asset_id'] or ''}".strip(),
            row["due_on"] or "",
        )
        for row in rows[:LISTED]
    ]
    if not told:
        return []
    titles = (("事项", 2.6), ("案号", 4), ("承办", 1.5), ("档案编号、财产标识", 5.5), ("期限", 2))
    rest = len(rows) - len(told)
    return [
        Heading(f"七、紧急事项（{len(rows)} 项，以编号列明）"),
        Table([Column(*title) for title in titles], told),
        *([Text(f"另有 {rest} 项未列出，见承办法官待办清单。", warning=True)] if rest else []),
    ]


def _counted(first: str, second: str, rows: Sequence[Sequence[str]]) -> Table:
    return Table((Column(first, 2), Column(second, 6), Column("数量", 2, right=True)), rows)


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
