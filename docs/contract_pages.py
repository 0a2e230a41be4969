"""The contracts as pages: one per source and one for the lists that the court sends out, and an index of them.

Beside a fault stand the golden cases that show it: those of the source itself, or else those of others, who have the same
thing done about it.
"""

from __future__ import annotations

from collections import defaultdict

import data_contracts
from data_contracts.model import Contract
from data_contracts.page import EXPECTED_ZH, MODES_ZH, page
from tests.golden.golden_case import Case, cases

FOLDER = "reference/contracts"
INDEX = f"{FOLDER}/README.md"
#: From a page to the golden cases.
GOLDEN = "../../../tests/golden"


def contract_pages() -> dict[str, str]:
    """File below docs -> text of every page."""
    contracts = [data_contracts.load(name) for name in (*data_contracts.sources(), data_contracts.OUTGOING)]
    shown = cases()
    pages = {f"{FOLDER}/{contract.source}.md": page(contract, _golden(contract, shown)) for contract in contracts}
    return {INDEX: _index(contracts), **pages}


def _golden(contract: Contract, shown: list[Case]) -> dict[str, list[str]]:
    """Fault -> links to the cases that show it."""
    own: dict[str, list[str]] = defaultdict(list)
    others: dict[str, list[str]] = defaultdict(list)
    for case in shown:
        is_own = case.source == contract.source
        title = case.folder.name if is_own else f"{case.source}：{case.folder.name}"
        for fault in case.faults:
            (own if is_own else others)[fault].append(f"[{title}]({GOLDEN}/{case.name})")
    return {**others, **own}


def _index(contracts: list[Contract]) -> str:
    rows = "\n".join(
        f"| [{contract.source}]({contract.source}.md) | {contract.title_zh} | {MODES_ZH[contract.mode]} "
        f"| {contract.format.kind} | {EXPECTED_ZH[contract.freshness.expected]} "
        f"| {'、'.join(table.title_zh for table in contract.tables)} |"
        for contract in contracts
    )
    return f"""# 数据契约参考

由 `docs/generate.py` 根据 `data_contracts/` 的契约生成；`chakong contracts show <来源>` 显示同样的内容。
缺陷后面的示例在 `tests/golden/`：送达的原样，和它应当变成什么。

| 来源 | 名称 | 方式 | 形式 | 到件 | 数据表 |
|---|---|---|---|---|---|
{rows}
"""
