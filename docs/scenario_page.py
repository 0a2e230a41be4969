"""The golden scenarios as a page: what each says, and the rules behind them, for a lawyer to read."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).parents[1] / "tests" / "scenarios" / "cases"
PAGE = "reference/scenarios.md"

#: Themes in the order of the page; a folder of the scenarios each.
THEMES = {
    "one_asset": "一项财产只算一次",
    "ownership": "权属",
    "value": "价值",
    "protected": "特殊账户",
    "seizure": "查封、冻结",
    "in_progress": "在办手续",
    "targeting": "措施次序",
    "signals": "线索",
    "reconciliation": "逐夜对账",
}


def page() -> str:
    """Every scenario by theme, then every rule with the scenarios that show it."""
    told = {path: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(CASES.rglob("*.yaml"))}
    parts = [
        "# 金标情形",
        f"由 `docs/generate.py` 根据 `tests/scenarios/cases/` 生成，共 {len(told)} 个。每个情形写明各来源送来什么、档案应当怎样、"
        "依据何在；测试在一次建库中逐个检验。写法见[说明](../../tests/scenarios/README.md)。规则在正式使用前由法律人员确认。",
    ]
    for folder, title in THEMES.items():
        rows = [
            f"| [{said['title']}]({_link(path)}) | {said['sentence']} | {'；'.join(map(_rule, said['rules']))} |"
            for path, said in told.items()
            if path.parent.name == folder
        ]
        parts.append(f"## {title}\n\n| 情形 | 说明 | 依据 |\n|---|---|---|\n" + "\n".join(rows))
    parts.append("## 按依据查找\n\n| 依据 | 情形 |\n|---|---|\n" + "\n".join(_by_rule(told)))
    return "\n\n".join(parts) + "\n"


def _by_rule(told: dict[Path, Any]) -> list[str]:
    shown: dict[str, list[str]] = defaultdict(list)
    for path, said in told.items():
        for rule in said["rules"]:
            shown[_rule(rule)].append(f"[{said['title'].split('：')[0]}]({_link(path)})")
    return [f"| {rule} | {'；'.join(links)} |" for rule, links in sorted(shown.items())]


def _rule(rule: dict[str, Any]) -> str:
    if "agreement" in rule:
        return f"档案库约定：{rule['agreement']}"
    return rule["law"] + "、".join(f"第{article}条" for article in rule.get("articles", []))


def _link(path: Path) -> str:
    return f"../../tests/scenarios/cases/{path.relative_to(CASES)}"
