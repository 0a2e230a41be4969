"""``chakong sources``: what each source must deliver, and whether it does."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import data_contracts
from cli.main import FINE, LOOK
from core.errors import UsageError
from data_contracts import Contract

if TYPE_CHECKING:
    from connectors.looking import Look
    from connectors.site import Site

MODES_ZH = {"extract": "登记簿", "reply": "答复"}
EXPECTED_ZH = {"daily": "每日", "working_days": "工作日", "weekly": "每周日"}
DAYS_ZH = {"same": "当日", "next": "次日"}


def list_sources(_options: argparse.Namespace) -> int:
    """One line per source, from its contract."""
    from core.terminal import aligned

    rows = [["来源", "名称", "方式", "形式", "到件", "时限", "最长", "条款", "提供单位"]]
    rows += [_line(data_contracts.load(source)) for source in data_contracts.sources()]
    print(aligned(rows))
    return FINE


def check(options: argparse.Namespace) -> int:
    """Look at every source, one line each; or at one: what its contract holds, and what stands there for the date."""
    from connectors.site import load_site
    from core.clock import last_business_date
    from data_contracts.calendar import calendar_warning
    from flows.places import drops_of

    site, day = load_site(), options.date or last_business_date()
    if options.source is None:
        fine = _check_all(site, drops_of(site, options.drops), day)
    else:
        fine = _check_one(site, options.source, options.drops, day)
    if warning := calendar_warning(day):
        print(f"  提示：{warning}")
    return FINE if fine else LOOK


def _check_all(site: Site, drops: str | None, day: date) -> bool:
    from cli.progress import progress
    from connectors.looking import look
    from core.terminal import aligned

    sources, looks = data_contracts.sources(), []
    with progress("检查来源") as advance:
        for done, source in enumerate(sources, start=1):
            looks.append(look(data_contracts.load(source), site.of(source, drops), day))
            advance(done, len(sources), source)
    print(f"业务日期 {day}")
    print(
        aligned([["来源", "方式", "主机", "连接", "最近到件", "当日", "完整", "处理"], *(_seen(one) for one in looks)])
    )
    return all(one.fine for one in looks)


def _check_one(site: Site, source: str, drops: Path | None, day: date) -> bool:
    """Without --drops only a source whose URL the site's file gives is looked at."""
    from connectors.looking import look

    if source not in data_contracts.sources():
        raise UsageError(f"no source {source}", do=f"choose one of {', '.join(data_contracts.sources())}")
    contract = data_contracts.load(source)
    columns = sum(len(table.columns) for table in contract.tables)
    size = f"{len(contract.tables)} 张表　{columns} 个字段"
    print(f"{contract.source}　{contract.title_zh}　约定 {contract.version}　{size}：契约完整")
    if drops is None and not site.says_where(source):
        return True
    seen = look(contract, site.of(source, None if drops is None else str(drops)), day)
    print(f"业务日期 {day}：{'应当到件' if seen.due else '不要求到件'}，{_came(seen)}")
    for problem in [*seen.problems, *([seen.trouble] if seen.trouble else [])]:
        print(f"  {problem}")
    return seen.fine


def _seen(seen: Look) -> list[str]:
    return [
        seen.source,
        seen.scheme,
        seen.host,
        {True: "正常", False: "不通", None: "未连接"}[seen.reached],
        f"{seen.last:%Y-%m-%d}" if seen.last else "",
        "应到" if seen.due else "不要求",
        str(seen.complete) if seen.reached else "",
        "；".join([*seen.problems, *([seen.trouble] if seen.trouble else [])]) or _nothing_to_do(seen),
    ]


def _nothing_to_do(seen: Look) -> str:
    return "无需处理" if seen.reached else "未接通（mode = off）"


def _came(seen: Look) -> str:
    if seen.reached:
        return f"完整到件 {seen.complete} 份"
    return _nothing_to_do(seen) if seen.fine else f"未能查看 {seen.scheme} {seen.host}"


def _line(contract: Contract) -> list[str]:
    freshness = contract.freshness
    return [
        contract.source,
        contract.title_zh,
        MODES_ZH.get(contract.mode, contract.mode),
        contract.format.kind,
        EXPECTED_ZH[freshness.expected],
        f"{DAYS_ZH[freshness.deadline_day]} {freshness.deadline}",
        f"{freshness.max_age_days} 天",
        f"第{contract.seed_article}条",
        contract.agency_zh,
    ]
