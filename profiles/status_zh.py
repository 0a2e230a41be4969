"""How the sources stand after the last night, for the operator: ids, counts and dates, never a name of a debtor."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import duckdb

from profiles import query, words_zh
from profiles.layout_zh import heading, table, wrap

TOTALS = """
SELECT (SELECT count(*) FROM debtor) AS debtors, (SELECT count(DISTINCT case_no) FROM debtor_case) AS cases,
       count(*) FILTER (tier = 'confirmed' AND is_current AND handling <> 'not_an_asset') AS confirmed_assets,
       count(*) FILTER (tier = 'probable' AND is_current) AS probable_assets,
       (SELECT sum(net_value) FROM debtor) AS net_value,
       (SELECT sum(waiting_review) FROM debtor)::BIGINT AS waiting_review,
       (SELECT count(*) FROM application WHERE can_be_stopped) AS stoppable,
       (SELECT count(*) FROM quarantine) AS quarantined
FROM asset"""
QUARANTINED = """
SELECT source, table_name, array_to_string(reasons, '、') AS reasons, count(*) AS rows
FROM quarantine WHERE business_date = (SELECT max(run_date) FROM run)
GROUP BY ALL ORDER BY rows DESC, source, table_name, reasons LIMIT 10"""
ALERTS = "SELECT severity, kind, count(*) AS alerts FROM alert GROUP BY ALL ORDER BY alerts DESC, kind"


def read(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The run, every source's last night, totals, alerts and what was quarantined tonight; ready for JSON."""
    rows = {row["source"]: row for row in query.rows(con, query.LATEST_STATUS)}
    runs = query.rows(con, "SELECT * FROM run ORDER BY started_at DESC, run_id DESC LIMIT 1")
    return {
        "run": runs[0] if runs else None,
        "sources": [rows[source] for source in words_zh.words("source") if source in rows],
        "totals": query.rows(con, TOTALS)[0],
        "alerts": query.rows(con, ALERTS),
        "quarantined": query.rows(con, QUARANTINED),
    }


def text(facts: Mapping[str, Any]) -> str:
    """The same as text for a terminal; `data_docs` in it is where the Data Docs start."""
    run = facts["run"]
    lines = [
        f"业务日期 {run['run_date']}　发布于 {str(run['finished_at'])[:16].replace('T', ' ')}　运行 {run['run_id']}"
        if run
        else "尚无运行记录"
    ]
    lines += [heading("来源"), *_sources(facts["sources"])]
    lines += [
        line
        for row in facts["sources"]
        if row["message"]
        for line in wrap(f"{words_zh.say('source', row['source'])}：{row['message']}", first="  ")
    ]
    totals = facts["totals"]
    lines += [
        heading("已发布"),
        f"  被执行人 {totals['debtors']:,}　案件 {totals['cases']:,}"
        f"　已确认现有财产 {totals['confirmed_assets']:,}　疑似 {totals['probable_assets']:,}",
        f"  可执行净值合计 {_amount(totals['net_value'])} 元　待人工核实 {totals['waiting_review'] or 0:,}"
        f"　可停止的在办手续 {totals['stoppable']:,}　隔离行 {totals['quarantined']:,}",
    ]
    if facts["alerts"]:
        lines += [heading("预警"), *_alerts(facts["alerts"])]
    if facts["quarantined"]:
        told = [
            [
                words_zh.say("source", row["source"]),
                row["table_name"],
                row["reasons"],
                f"{row['rows']:,}",
            ]
            for row in facts["quarantined"]
        ]
        lines += [heading("本夜隔离"), *table(["来源", "数据表", "原因", "行数"], told, right=(3,))]
    if facts.get("data_docs"):
        lines += [heading("数据校验报告"), f"  {facts['data_docs']}"]
    return "\n".join(lines)


def _sources(rows: list[Mapping[str, Any]]) -> list[str]:
    told = [
        [
            words_zh.say("source", row["source"]),
            words_zh.say("outcome", row["outcome"]),
            words_zh.say("mode", row["mode"], ""),
            *(_count(row[name]) for name in ("rows_delivered", "rows_accepted", "rows_quarantined")),
            str(row["data_as_of"] or "不明")[:16].replace("T", " "),
            _count(row["age_days"]),
            f"{_count(row['debtors_answered'])}/{_count(row['debtors_asked'])}" if row["debtors_asked"] else "",
        ]
        for row in rows
    ]
    return table(
        ["来源", "结果", "方式", "到件", "接收", "隔离", "数据时点", "天数", "已答复/已查询"],
        told,
        right=(3, 4, 5, 7, 8),
    )


def _alerts(rows: list[Mapping[str, Any]]) -> list[str]:
    order = {"urgent": 0, "high": 1, "normal": 2}
    told = sorted(rows, key=lambda row: (order.get(row["severity"], 3), -row["alerts"]))
    return table(
        ["级别", "事项", "数量"],
        [
            [
                words_zh.say("severity", row["severity"]),
                words_zh.say("alert", row["kind"]),
                f"{row['alerts']:,}",
            ]
            for row in told
        ],
        right=(2,),
    )


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _amount(value: str | None) -> str:
    return "不明" if value is None else f"{Decimal(value):,.2f}"
