"""The worklists: what each can be filtered and sorted by, and its rows.

A filter that a form sends is a word of its list, a number, or a judge's name; SQL files read each as a bound value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from core.duck import sql
from core.errors import UsageError
from ledger import assignments
from ledger.sessions import Session
from profiles import query, words_zh
from web.context import Context
from web.publications import Reader
from web.purpose import judge_name

PER_PAGE = 50
LAST_PAGE = 200
#: Beyond so many nobody counts on.
COUNTED = 10_000
#: Rows of one exported file.
EXPORTED = 20_000
_LONGEST = 64

COVERAGE = {"none": "没有可执行财产", "part": "不足", "full": "足额"}
DAYS = {"7": "7 天内", "15": "15 天内", "30": "30 天内", "90": "90 天内"}
TITLES = {
    "judge": "承办",
    "court": "法院代码",
    "kind": "财产种类",
    "measure": "建议措施",
    "amount": "控制金额不低于（元）",
    "coverage": "覆盖",
    "days": "期限",
    "source": "来源",
    "change": "变动",
    "sort": "排序",
}
#: Filters that are words of a published list.
_WORDS = {"kind": "asset_kind", "measure": "measure", "source": "source", "change": "change"}


@dataclass(frozen=True)
class Worklist:
    """One worklist: `filters` of its form; `sorts`, the first unless asked otherwise; `days` unless asked otherwise."""

    name: str
    title: str
    told: str
    filters: tuple[str, ...]
    sorts: dict[str, str]
    days: str = "30"

    def options(self, name: str) -> dict[str, str] | None:
        """What a filter can be, in Chinese; null for one that is typed."""
        if name == "sort":
            return self.sorts
        own = {"coverage": COVERAGE, "days": DAYS}.get(name)
        return own if own else words_zh.words(_WORDS[name]) if name in _WORDS else None

    def accepted(self, form: Mapping[str, str]) -> dict[str, str]:
        """The filters of a form, each by its name, empty where not asked for. UsageError for what is none."""
        asked = {name: form.get(name, "").strip()[:_LONGEST] for name in (*self.filters, "sort")}
        asked["sort"] = asked["sort"] or next(iter(self.sorts))
        if "days" in asked:
            asked["days"] = asked["days"] or self.days
        for name, value in asked.items():
            options = self.options(name)
            if value and options is not None and value not in options:
                raise UsageError("没有这样的筛选条件", where=name, do="从列表中选择")
        _amount(asked.get("amount", ""))
        return asked


WORKLISTS = {
    one.name: one
    for one in (
        Worklist("targets", "建议措施", "各案下一步宜采取的措施",
                 ("judge", "court", "kind", "measure", "amount", "coverage"),
                 {"amount": "控制金额", "owed": "尚欠金额", "coverage": "覆盖率，低的在前", "rank": "案内顺位"}),
        Worklist("expiring", "即将届满", "本院查封、冻结即将届满和已届满而未见解除的", ("judge", "kind", "days"),
                 {"days": "剩余天数", "amount": "金额"}),
        Worklist("stoppable", "可以叫停", "已受理、尚未登簿的手续", ("judge", "source"),
                 {"time": "受理时间", "amount": "价格"}),
        Worklist("requery", "应再次查询", "终本案件，到期应再次查询的", ("judge", "court", "days"),
                 {"due": "应查日期", "owed": "尚欠金额"}),
        Worklist("new", "昨夜变动", "与前一夜相比的变动", ("judge", "change"),
                 {"kind": "新发现在前", "owed": "尚欠金额"}),
    )
}  # fmt: skip


def rows(
    context: Context,
    session: Session,
    reader: Reader,
    worklist: Worklist,
    asked: Mapping[str, str],
    *,
    skip: int,
    size: int,
) -> list[query.Row]:
    """So many rows from `skip` on. A judge sees his own cases alone."""
    chosen = (
        f"SELECT * FROM ({sql('web.worklists', worklist.name)}) ORDER BY place NULLS LAST, tie LIMIT $size OFFSET $skip"
    )
    text = f"WITH chosen AS MATERIALIZED ({chosen}) {sql('web.worklists', 'shown')}"
    return query.rows(reader.con, text, **_bound(context, session, asked), size=size, skip=skip)


def count(context: Context, session: Session, reader: Reader, worklist: Worklist, asked: Mapping[str, str]) -> int:
    """How many rows there are, counted as far as `COUNTED` and one more."""
    text = f"SELECT count(*) AS rows FROM (SELECT 1 FROM ({sql('web.worklists', worklist.name)}) LIMIT {COUNTED + 1})"
    found: int = query.rows(reader.con, text, **_bound(context, session, asked))[0]["rows"]
    return found


def told(worklist: Worklist, asked: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters that are set, in Chinese."""
    return [(TITLES[name], (worklist.options(name) or {}).get(value, value)) for name, value in asked.items() if value]


def noted(worklist: Worklist, asked: Mapping[str, str]) -> str:
    """The filters that are set as the audit log keeps them: words of lists as they are, of what was typed (it may be a
    name) that it was."""
    told = {name: value if worklist.options(name) else "typed" for name, value in asked.items() if value}
    return " ".join(f"{name}={value}" for name, value in told.items() if name != "sort")


def _bound(context: Context, session: Session, asked: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        **asked,
        "own": session.role == "judge",
        "officer": judge_name(session),
        "cases": sorted(assignments.cases(context.engine, session.officer)),
    }
    if "amount" in asked:
        values["amount"] = _amount(asked["amount"])
    if "days" in asked:
        values["days"] = int(asked["days"])
    return values


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text.replace(",", "") or 0)
    except InvalidOperation:
        amount = Decimal(-1)
    if not (amount.is_finite() and 0 <= amount < Decimal(10) ** 15):
        raise UsageError("金额不是数字", where="amount", do="填写元，例如 100000")
    return amount
