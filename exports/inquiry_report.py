"""财产查控反馈: which sources were asked about a debtor, what each answered and when, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.errors import NotFoundError
from exports.assets import how_many, named
from exports.document import Block, Column, Document, Facts, Heading, Table, Text
from exports.imprint import Imprint, unanswered
from exports.profile_report import identity
from profiles import report_asset_zh, words_zh
from profiles.report_asset_zh import day, identifier, money
from profiles.report_context_zh import moment
from profiles.standing import is_counted, is_waiting, leads

Row = Mapping[str, Any]


def document(profile: Row, imprint: Imprint, case_no: str | None = None) -> Document:
    """The report on one debtor: for all cases, or for `case_no` alone. NotFoundError where there is no such case."""
    cases = [case for case in profile["cases"] if case_no in (None, case["case_no"])]
    if case_no is not None and not cases:
        raise NotFoundError("该被执行人没有这一案件", where=profile["debtor"]["debtor_id"], do="核对案号")
    silent = unanswered(profile, imprint)
    told = f"　{case_no}" if case_no else ""
    return Document(
        "财产查控反馈",
        f"档案编号 {profile['debtor']['debtor_id']}{told}",
        imprint,
        (
            Facts([*identity(profile["debtor"]), *_cases(cases)]),
            Text(f"未送达或未完整答复的来源：{silent}", warning=silent != "无"),
            Heading("一、查询与反馈"),
            Table(_ASKED, [_asked(profile, source) for source in _sources(profile)]),
            *_found(profile),
            *_waiting(profile),
            *_measures(profile),
        ),
    )


def _cases(cases: list[Row]) -> list[tuple[str, str]]:
    return [
        (
            "案件",
            f"{case['case_no']}　承办 {case['judge'] or '未载'}　立案 {day(case['filed_at'])}"
            f"　尚欠 {money(case['balance'])} 元",
        )
        for case in cases
    ]


_ASKED = (
    Column("来源", 2.2),
    Column("查询时间", 3.3),
    Column("反馈时间", 3.3),
    Column("结果", 1.8),
    Column("已确认（件）", 1.7, right=True),
    Column("已知净值（元）", 2.4, right=True),
    Column("待核实（件）", 1.7, right=True),
    Column("数据时点", 3.3),
)


def _sources(profile: Row) -> list[str]:
    known = {row["source"] for row in (*profile["sources"], *profile["replies"])}
    return [source for source in words_zh.words("source") if source in known]


def _asked(profile: Row, source: str) -> tuple[str, ...]:
    reply = next((row for row in profile["replies"] if row["source"] == source), None)
    state = next((row for row in profile["sources"] if row["source"] == source), None)
    counted = [row for row in profile["assets"] if row["source"] == source and is_counted(row)]
    valued = [Decimal(row["net_value"]) for row in counted if row["net_value"] is not None]
    waiting = sum(row["source"] == source and is_waiting(row) for row in profile["assets"])
    if reply:
        result = words_zh.say("reply", reply["result"])
    else:
        result = words_zh.say("outcome", state["outcome"]) if state else "不明"
    return (
        words_zh.say("source", source),
        moment(reply["asked_at"]) if reply else "按登记库比对",
        moment(reply["replied_at"]) if reply else "",
        result,
        str(len(counted)),
        money(sum(valued, Decimal(0))) if valued else "",
        str(waiting),
        moment(state["data_as_of"]) if state else "不明",
    )


def _found(profile: Row) -> list[Block]:
    counted = [asset for asset in profile["assets"] if is_counted(asset)]
    heading = Heading(f"二、已确认的现有财产（{how_many(counted)}）")
    if not counted:
        return [heading, Text("没有查得。")]
    columns = (
        Column("序", 0.8, right=True),
        Column("来源", 1.8),
        Column("财产", 5),
        Column("净值（元）", 2.4, right=True),
        Column("权利限制", 5),
        Column("注意", 4),
    )
    rows = [
        (
            str(number),
            words_zh.say("source", asset["source"]),
            named(asset),
            money(asset["net_value"]),
            "\n".join(
                [
                    *(report_asset_zh.encumbrance(row) for row in asset["encumbrances"]),
                    *(report_asset_zh.seizure(row) for row in report_asset_zh.in_order(asset["seizures"])),
                ]
            ),
            "；".join(report_asset_zh.cautions(asset)),
        )
        for number, asset in enumerate(counted, start=1)
    ]
    debtor = profile["debtor"]
    total = f"已知净值合计 {money(debtor['net_value'])} 元；{debtor['unvalued_assets']} 件价值不明，未计入。"
    return [heading, Table(columns, rows), Text(total)]


def _waiting(profile: Row) -> list[Block]:
    waiting, loose = sum(map(is_waiting, profile["assets"])), len(leads(profile))
    return [
        Heading("三、待人工核实"),
        Text(f"疑似关联或须先审查的财产 {waiting} 件，仅为线索的记录 {loose} 条；均不计入，核实以前不得采取措施。"),
    ]


def _measures(profile: Row) -> list[Block]:
    rows = [
        (
            f"{words_zh.say('asset_kind', asset['kind'])} {identifier(asset)}",
            words_zh.say("seizure_type", row["seizure_type"]),
            row["case_no"] or row["doc_no"] or "未载",
            money(row["amount"]) if row["amount"] is not None else "",
            f"{day(row['start_date'])} 至 {day(row['end_date'])}" if row["start_date"] or row["end_date"] else "轮候",
            "" if row["days_to_expiry"] is None else str(row["days_to_expiry"]),
        )
        for asset in profile["assets"]
        if is_counted(asset)
        for row in report_asset_zh.in_order(asset["seizures"])
        if row["is_ours"] and row["released_at"] is None
    ]
    columns = (
        Column("财产", 5),
        Column("措施", 2),
        Column("案号", 4),
        Column("金额（元）", 2.4, right=True),
        Column("起止", 4),
        Column("剩余天数", 1.6, right=True),
    )
    heading = Heading(f"四、本院已采取的措施（{len(rows)} 项）")
    return [heading, Table(columns, rows)] if rows else [heading, Text("登记中没有本院的有效措施。")]
