"""The sheets of a profile workbook: which rows, which columns, what each column holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from exports.imprint import NOT_ANSWERED, NOT_DELIVERED
from profiles import report_asset_zh, targets_zh, words_zh
from profiles.report_asset_zh import Explain, identifier
from profiles.standing import is_counted, is_waiting

Row = Mapping[str, Any]
Kind = Literal["text", "money", "date", "moment", "count", "ratio"]


@dataclass(frozen=True)
class Column:
    """A column: Chinese title, kind of value, width in characters, and how it is read from a row."""

    title: str
    kind: Kind
    width: int
    value: Callable[[Row], Any]


@dataclass(frozen=True)
class Sheet:
    """A sheet; `note` stands above its header where the reader must know something first."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""


def sheets(profile: Row, explain: Explain | None = None) -> list[Sheet]:
    """The sheets of a profile in their order, the empty ones too: that there is nothing is an answer."""
    assets = profile["assets"]
    counted = [asset for asset in assets if is_counted(asset)]
    waiting = [asset for asset in assets if is_waiting(asset)]
    past = [asset for asset in assets if not asset["is_current"]]
    links = [link for link in profile["links"] if link["tier"] != "confirmed" and link["verdict"] != "different"]
    not_counted = "不计入净值和建议措施，核实以前不得采取措施。"
    return [
        Sheet("案件", _CASES, profile["cases"]),
        Sheet("建议措施", _TARGETS, _joined(profile["targets"], assets), "供参考，由法官决定。"),
        Sheet("现有财产", _ASSETS, counted, "只列已确认、现有的财产。"),
        Sheet("待核实财产", _ASSETS, waiting, not_counted),
        Sheet("待核实关联", _links(explain), links, not_counted),
        Sheet("曾有财产", _ASSETS, past, "登记已失效、账户已销或者不再查得。"),
        Sheet("权利负担", _ENCUMBRANCES, _on(assets, "encumbrances")),
        Sheet("查封冻结", _SEIZURES, _on(assets, "seizures")),
        Sheet("在办手续", _APPLICATIONS, _joined(profile["applications"], assets)),
        Sheet("其他债务", _LIABILITIES, profile["liabilities"]),
        Sheet("预警", _ALERTS, profile["alerts"]),
        Sheet("查询反馈", _SOURCES, _sources(profile)),
        Sheet("数据出处", _PROVENANCE, _on(assets, "provenance")),
    ]


def _on(assets: Sequence[Row], name: str) -> list[Row]:
    return [{"asset": asset, **row} for asset in assets for row in asset[name]]


def _joined(rows: Sequence[Row], assets: Sequence[Row]) -> list[Row]:
    known = {asset["asset_id"]: asset for asset in assets}
    return [{"asset": known.get(row["asset_id"]), **row} for row in rows]


def _sources(profile: Row) -> list[Row]:
    replies = {row["source"]: row for row in profile["replies"]}
    states = {row["source"]: row for row in profile["sources"]}
    return [
        {"source": source, "reply": replies.get(source, {}), "state": states.get(source, {})}
        for source in words_zh.words("source")
        if source in states or source in replies
    ]


def _of(name: str) -> Callable[[Row], Any]:
    return lambda row: row[name]


def _word(words: str, name: str) -> Callable[[Row], Any]:
    return lambda row: words_zh.say(words, row[name], "")


def _asset(read: Callable[[Row], Any]) -> Callable[[Row], Any]:
    """Read from the asset that the row lies on; nothing where it lies on none."""
    return lambda row: read(row["asset"]) if row["asset"] else ""


def _both(words: Callable[[Row], Sequence[str]]) -> Callable[[Row], str]:
    return lambda row: "；".join(words(row))


_FROM = (
    Column("来源", "text", 12, _word("source", "source")),
    Column("所依据文件", "text", 36, _of("file")),
    Column("数据表", "text", 14, _of("table_name")),
    Column("行号", "count", 9, _of("row_no")),
)
_KIND = Column("财产种类", "text", 14, _word("asset_kind", "kind"))
_ASSET = (
    Column("财产种类", "text", 14, _asset(_word("asset_kind", "kind"))),
    Column("财产标识号", "text", 32, _asset(identifier)),
    Column("关联等级", "text", 9, _asset(_word("tier", "tier"))),
)
_CASES = (
    Column("案号", "text", 26, _of("case_no")),
    Column("类型", "text", 10, _word("case_type", "case_type")),
    Column("责任", "text", 10, _word("role", "role")),
    Column("承办", "text", 10, _of("judge")),
    Column("立案日期", "date", 12, _of("filed_at")),
    Column("结案日期", "date", 12, _of("closed_at")),
    Column("结案方式", "text", 12, _word("close_mode", "close_mode")),
    Column("执行债权（元）", "money", 16, _of("claim_amount")),
    Column("已履行（元）", "money", 16, _of("paid_amount")),
    Column("尚欠（元）", "money", 16, _of("balance")),
    Column("下次查询", "date", 12, _of("next_requery_on")),
)
_TARGETS = (
    Column("案号", "text", 26, _of("case_no")),
    Column("顺序", "count", 6, _of("rank")),
    Column("建议措施", "text", 14, _word("measure", "recommended_measure")),
    *_ASSET[:2],
    Column("名称", "text", 24, _asset(_of("title"))),
    Column("坐落或所在", "text", 30, _asset(_of("location"))),
    Column("应控制金额（元）", "money", 18, _of("amount_to_control")),
    Column("累计覆盖", "ratio", 10, _of("cumulative_coverage")),
    Column("协助单位", "text", 24, _of("addressee")),
    Column("期限", "text", 12, lambda row: targets_zh.term(row["max_term"])),
    Column("理由", "text", 44, _both(lambda row: row["reasons"] or [])),
    Column("注意", "text", 44, _both(lambda row: row["cautions"] or [])),
    Column("法律依据", "text", 44, _of("legal_basis")),
)
_ASSETS = (
    _KIND,
    Column("财产标识号", "text", 32, identifier),
    Column("名称", "text", 26, _of("title")),
    Column("坐落或所在", "text", 32, _of("location")),
    Column("关联等级", "text", 9, _word("tier", "tier")),
    Column("共有方式", "text", 12, _word("ownership", "ownership")),
    Column("份额", "ratio", 9, _of("share")),
    Column("价值依据", "text", 10, _word("value_basis", "value_basis")),
    Column("总价值（元）", "money", 16, _of("gross_value")),
    Column("优先受偿额（元）", "money", 16, _of("prior_claims")),
    Column("净值（元）", "money", 16, _of("net_value")),
    Column("币种", "text", 7, _of("currency")),
    Column("状态", "text", 12, lambda row: words_zh.statuses(row["status"])),
    Column("处置", "text", 14, _word("handling", "handling")),
    Column("注意", "text", 36, _both(report_asset_zh.cautions)),
    Column("事项", "text", 40, _both(lambda row: report_asset_zh.facts(row["detail"] or {}))),
    Column("权属依据", "text", 20, _of("register_basis")),
    Column("首次发现", "date", 12, _of("first_seen")),
    Column("最近确认", "date", 12, _of("last_seen")),
    Column("数据时点", "moment", 17, _of("data_as_of")),
    *_FROM,
    Column("财产标识", "text", 28, _of("asset_id")),
)
_ENCUMBRANCES = (
    *_ASSET,
    Column("负担种类", "text", 12, _word("encumbrance_kind", "kind")),
    Column("权利人", "text", 28, _of("holder")),
    Column("担保金额（元）", "money", 16, _of("amount")),
    Column("顺位", "count", 6, _of("rank")),
    Column("起始日", "date", 12, _of("start_date")),
    Column("截止日", "date", 12, _of("end_date")),
    Column("状态", "text", 10, _word("encumbrance_status", "status")),
    *_FROM,
)
_SEIZURES = (
    *_ASSET,
    Column("种类", "text", 12, _word("seizure_type", "seizure_type")),
    Column("是否本院", "text", 9, lambda row: "本院" if row["is_ours"] else "其他机关"),
    Column("机关", "text", 26, _of("authority")),
    Column("文号", "text", 28, _of("doc_no")),
    Column("案号", "text", 26, _of("case_no")),
    Column("金额（元）", "money", 16, _of("amount")),
    Column("轮候顺序", "count", 9, _of("order_no")),
    Column("起始日", "date", 12, _of("start_date")),
    Column("截止日", "date", 12, _of("end_date")),
    Column("距到期（天）", "count", 11, _of("days_to_expiry")),
    Column("解除时间", "moment", 17, _of("released_at")),
    *_FROM,
)
_APPLICATIONS = (
    Column("受理编号", "text", 22, _of("app_no")),
    Column("业务", "text", 12, _word("application_kind", "app_type")),
    Column("状态", "text", 10, _word("application_status", "status")),
    Column("可否停办", "text", 9, lambda row: "可以停办" if row["can_be_stopped"] else "不可"),
    Column("受理时间", "moment", 17, _of("accepted_at")),
    Column("登簿时间", "moment", 17, _of("registered_at")),
    Column("环节", "text", 9, _word("application_stage", "stage")),
    Column("相对人", "text", 24, _of("counterparty")),
    Column("价格（元）", "money", 16, _of("price")),
    *_ASSET[:2],
    Column("停办依据", "text", 40, _of("legal_basis")),
    *_FROM,
)
_LIABILITIES = (
    Column("种类", "text", 14, _word("liability", "kind")),
    Column("债权人", "text", 28, _of("creditor")),
    Column("金额（元）", "money", 16, _of("amount")),
    Column("发生日期", "date", 12, _of("arose_on")),
    Column("法律依据", "text", 36, _of("legal_basis")),
    *_FROM,
)
_ALERTS = (
    Column("级别", "text", 8, _word("severity", "severity")),
    Column("事项", "text", 18, _word("alert", "kind")),
    Column("案号", "text", 26, _of("case_no")),
    Column("说明", "text", 60, _of("message_zh")),
    Column("期限", "date", 12, _of("due_on")),
    Column("法律依据", "text", 40, _of("legal_basis")),
)
_SOURCES = (
    Column("来源", "text", 14, _word("source", "source")),
    Column("查询时间", "moment", 17, lambda row: row["reply"].get("asked_at")),
    Column("反馈时间", "moment", 17, lambda row: row["reply"].get("replied_at")),
    Column("反馈结果", "text", 12, lambda row: words_zh.say("reply", row["reply"].get("result"), "按登记库比对")),
    Column("本夜到件", "text", 12, lambda row: words_zh.say("outcome", row["state"].get("outcome"), "不明")),
    Column("数据时点", "moment", 17, lambda row: row["state"].get("data_as_of")),
    Column("距业务日期（天）", "count", 15, lambda row: row["state"].get("age_days")),
    Column(
        "须注意",
        "text",
        16,
        lambda row: (
            "结果可能不全"
            if row["reply"].get("result") in NOT_ANSWERED or row["state"].get("outcome") in NOT_DELIVERED
            else ""
        ),
    ),
)
_PROVENANCE = (
    *_ASSET,
    Column("来源", "text", 12, _word("source", "source")),
    Column("业务日期", "date", 12, _of("business_date")),
    Column("文件", "text", 36, _of("file")),
    Column("数据表", "text", 14, _of("table_name")),
    Column("行号", "count", 9, _of("row_no")),
    Column("记录主键", "text", 26, _of("record_id")),
    Column("是否采用", "text", 9, lambda row: "采用" if row["is_winner"] else ""),
    Column("不一致的字段", "text", 20, _of("conflict")),
    Column("文件校验值", "text", 66, _of("file_sha256")),
)


def _links(explain: Explain | None) -> tuple[Column, ...]:
    def why(row: Row) -> str:
        return explain(row["evidence"]) if explain and row["evidence"] else ""

    return (
        Column("关联标识", "text", 28, _of("link_id")),
        Column("来源", "text", 12, _word("source", "source")),
        Column("数据表", "text", 14, _of("table_name")),
        Column("记录主键", "text", 26, _of("record_id")),
        Column("等级", "text", 8, _word("tier", "tier")),
        Column("概率", "ratio", 9, _of("probability")),
        Column("人工认定", "text", 18, _word("verdict", "verdict")),
        Column("证据", "text", 60, why),
        Column("理由", "text", 40, _of("reason")),
    )
