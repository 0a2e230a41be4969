"""The columns of the worklists, on the page as in the workbook: what a row says, and what kind of value it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from exports.sheets import Column
from profiles import words_zh
from profiles.report_asset_zh import identifier

Row = Mapping[str, Any]


def _of(name: str) -> Callable[[Row], Any]:
    return lambda row: row[name]


def _word(words: str, name: str) -> Callable[[Row], Any]:
    return lambda row: words_zh.say(words, row[name], "")


def _asset(row: Row) -> str:
    """Kind and number of the row's asset; empty where there is none that is published still."""
    if not row["kind"]:
        return ""
    return f"{words_zh.say('asset_kind', row['kind'])} {identifier(row) or row['title'] or ''}"


NAME = Column("被执行人", "text", 18, _of("name"))
_CASE = (Column("案号", "text", 26, _of("case_no")), Column("承办", "text", 10, _of("judge")))
_THING = Column("财产", "text", 40, _asset)
_SOURCE = Column("来源", "text", 12, _word("source", "source"))
_OWED = Column("尚欠（元）", "money", 16, _of("balance"))

COLUMNS: dict[str, tuple[Column, ...]] = {
    "targets": (
        NAME,
        *_CASE,
        _THING,
        Column("建议措施", "text", 12, _word("measure", "recommended_measure")),
        Column("控制金额（元）", "money", 16, _of("amount_to_control")),
        Column("案内顺位", "count", 9, _of("rank")),
        _OWED,
        Column("覆盖率", "ratio", 9, _of("coverage_ratio")),
        Column("协助单位", "text", 20, _of("addressee")),
    ),
    "expiring": (
        NAME,
        *_CASE,
        _THING,
        Column("措施", "text", 10, _word("seizure_type", "seizure_type")),
        Column("文号", "text", 26, _of("doc_no")),
        Column("金额（元）", "money", 16, _of("amount")),
        Column("起", "date", 12, _of("start_date")),
        Column("止", "date", 12, _of("end_date")),
        Column("剩余天数", "count", 9, _of("days_to_expiry")),
    ),
    "stoppable": (
        NAME,
        *_CASE,
        _THING,
        _SOURCE,
        Column("业务", "text", 12, _word("application_kind", "app_type")),
        Column("受理编号", "text", 22, _of("app_no")),
        Column("受理时间", "moment", 17, _of("accepted_at")),
        Column("环节", "text", 9, _word("application_stage", "stage")),
        Column("价格（元）", "money", 16, _of("price")),
    ),
    "requery": (
        NAME,
        *_CASE,
        Column("结案日期", "date", 12, _of("closed_at")),
        Column("结案方式", "text", 14, _word("close_mode", "close_mode")),
        _OWED,
        Column("应再次查询", "date", 12, _of("next_requery_on")),
        Column("现有财产（件）", "count", 12, _of("confirmed_assets")),
        Column("可执行净值（元）", "money", 16, _of("net_value")),
    ),
    "new": (
        NAME,
        *_CASE,
        Column("变动", "text", 14, _word("change", "change")),
        _THING,
        _SOURCE,
        Column("变动前", "text", 20, _of("before")),
        Column("变动后", "text", 20, _of("after")),
        Column("财产净值（元）", "money", 16, _of("asset_value")),
        _OWED,
    ),
}
