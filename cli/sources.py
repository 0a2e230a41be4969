"""``chakong sources``: what each source must deliver, and whether it does."""

from __future__ import annotations

import argparse
from pathlib import Path

import data_contracts
from cli.main import FINE, LOOK
from core.errors import UsageError
from data_contracts import Contract

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
    """Say what the contract of one source holds and, with --drops, what stands in its folder for the date."""
    if options.source not in data_contracts.sources():
        raise UsageError(f"no source {options.source}", do=f"choose one of {', '.join(data_contracts.sources())}")
    contract = data_contracts.load(options.source)
    columns = sum(len(table.columns) for table in contract.tables)
    size = f"{len(contract.tables)} 张表　{columns} 个字段"
    print(f"{contract.source}　{contract.title_zh}　约定 {contract.version}　{size}：契约完整")
    return _check_folder(options, contract) if options.drops else FINE


def _check_folder(options: argparse.Namespace, contract: Contract) -> int:
    from contextlib import closing
    from tempfile import TemporaryDirectory

    from connectors.delivery import discover
    from connectors.site import load_site
    from connectors.transport import open_transport
    from core.clock import last_business_date
    from data_contracts.calendar import calendar_warning, is_due

    day = options.date or last_business_date()
    sender = load_site().of(contract.source, str(options.drops))
    with TemporaryDirectory() as scratch, closing(open_transport(sender, Path(scratch))) as transport:
        listing = transport.list(contract.source, day)
    standing = discover(contract, day, listing, pull_date=day)
    due = is_due(contract, day)
    complete = {file_id for candidate in standing.candidates for file_id, _ in candidate.slots}
    missing = {declared.id for declared in contract.files} - complete if standing.candidates else set()
    print(f"业务日期 {day}：{'应当到件' if due else '不要求到件'}，完整到件 {len(standing.candidates)} 份")
    problems = [
        *(f"缺少文件：{file_id}" for file_id in sorted(missing)),
        *(f"尚未完成（缺控制文件或仍在写入）：{name}" for name in standing.unfinished),
        *(f"文件名不符合约定：{name}" for name in standing.unexpected),
        *(["尚无完整到件"] if due and not standing.candidates else []),
    ]
    for problem in problems:
        print(f"  {problem}")
    if warning := calendar_warning(day):
        print(f"  提示：{warning}")
    return LOOK if problems else FINE


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
