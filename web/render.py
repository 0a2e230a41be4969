"""Pages from templates: everything a page shows is escaped, and a name that a page was not given is an error."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from profiles import words_zh
from profiles.report_asset_zh import day, identifier, money
from profiles.report_context_zh import moment
from profiles.targets_zh import term
from web import words
from web.context import context_of, session_of

TITLES = {403: "不允许", 404: "没有这一页", 413: "提交的内容过长", 500: "内部错误"}
TOLD = {
    403: "您的角色没有这项权限，或页面已过期。此次请求已记入审计日志。",
    404: "地址不对，或所指的内容不在现在的档案库中。",
    413: "请缩短后重新提交。",
    500: "已写下故障记录，请通知管理员。",
}


def page(request: Request, template: str, status: int = 200, **facts: Any) -> HTMLResponse:
    """The page; `session` and `permissions` stand in each."""
    text = (
        _environment()
        .get_template(template)
        .render(session=session_of(request), permissions=context_of(request).permissions, **facts)
    )
    return HTMLResponse(text, status_code=status)


def refusal(request: Request, status: int) -> HTMLResponse:
    """A page that says why there is none."""
    return page(request, "refusal.html", status, title=TITLES[status], told=TOLD[status])


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(money=money, day=day, moment=moment, percent=percent, identifier=identifier, term=term)
    environment.filters.update(statuses=words_zh.statuses, count=count, likely=likely)
    environment.globals.update(say=words_zh.say, word=words.say, style=words.style())
    return environment


def percent(value: float | None, unknown: str = "—") -> str:
    """0.5 as 50%; from twice on as so many times."""
    if value is None:
        return unknown
    return f"{value:.0%}" if value < 2 else f"{value:,.1f} 倍"


def likely(value: float | None) -> str:
    """A probability that is never shown as certain."""
    return "—" if value is None else "99.9% 以上" if value > 0.999 else f"{value:.1%}"


def count(value: int | None) -> str:
    """1,234; empty for unknown."""
    return "" if value is None else f"{value:,}"
