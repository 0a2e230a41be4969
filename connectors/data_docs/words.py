"""What expectations, their limits and what they found are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from data_contracts.suite import Finding

MODES_ZH = {"full": "全量", "delta": "增量", "reply": "答复"}
SEVERITIES_ZH = {"critical": "扣留", "warning": "提示"}

#: Of rows, by reason code.
_ROWS_ZH = {
    "duplicate_key": "主键不重复",
    "missing_key": "主键不空",
    "missing_required": "应填的不空",
    "unknown_code": "代码在约定的代码表内",
}
#: Of a delivery as a whole, by what is measured.
_FACTS_ZH = {
    "volume_share": "主表行数占以往全量的比例",
    "child_share": "从表行数占以往全量的比例",
    "short_child_share": "从表行数占以往全量的比例，未扣留的",
    "insert_share": "全部为新增的增量占上次全量的比例",
    "quarantined_share": "隔离行数占送达行数的比例",
    "age_days": "数据时点距业务日期",
    "cut_rows": "行数不是电子表格的上限",
}


def _share(value: float) -> str:
    return f"{value:.1%}"


#: How a measure is written; a share where it is not here.
_UNITS: Mapping[str, Callable[[float], str]] = {
    "age_days": lambda days: f"{days:.0f} 天",
    "cut_rows": lambda rows: f"{rows:,.0f} 行",
}


def expectation(code: str, column: str) -> str:
    """What is expected."""
    return _FACTS_ZH.get(column) or _ROWS_ZH[code]


def allowed(column: str, limits: Mapping[str, Any]) -> str:
    """The limits of an expectation."""
    unit = _UNITS.get(column, _share)
    told: dict[str, Callable[[Any], str]] = {
        "mostly": lambda share: f"不少于 {_share(share)} 的行",
        "min_value": lambda least: f"{'高于' if limits.get('strict_min') else '不低于'} {unit(least)}",
        "max_value": lambda most: f"不超过 {unit(most)}",
        "value_set": lambda values: f"不等于 {'、'.join(unit(value) for value in values)}",
    }
    return "，".join(told[name](value) for name, value in limits.items() if name in told)


def found(result: Finding) -> str:
    """What was found: the measure itself, or how many rows do not meet the expectation."""
    if result.observed is not None:
        return _UNITS.get(result.column, _share)(result.observed)
    if not result.evaluated:
        return "未能校验"
    return f"{result.unexpected:,} / {result.evaluated:,} 行不符"
