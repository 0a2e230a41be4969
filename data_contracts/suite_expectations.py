"""Contract -> expectations -> findings. The only module that talks to Great Expectations, and it imports it when asked.

Expectations run on pandas (there is no DuckDB engine), in an ephemeral context without analytics, with SUMMARY results
that exclude values.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from math import isnan
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from data_contracts.model import Contract, Table
from data_contracts.reasons import reason
from data_contracts.suite_frames import GROSS_SHARE, KEY, code_column, code_words, coded, demanded, null_column

if TYPE_CHECKING:
    import pandas
    from great_expectations.core.batch_definition import BatchDefinition

Severity = Literal["critical", "warning"]

#: Where spreadsheets of old end, with and without a header line.
CUT_AT = (65_535, 65_536)

#: What failed facts mean to the operator, and the reason code of files they come under.
FACTS_ZH = {
    "volume_share": ("count_mismatch", "全量行数远低于以往全量，疑似截断或抽取不全：暂缓采用，请来源单位核对后重送"),
    "child_share": ("count_mismatch", "从表行数不足以往全量一半，疑似抽取不全：暂缓采用，请来源单位核对后重送"),
    "short_child_share": ("unusual_volume", "从表行数明显少于以往全量：已采用，请来源单位核对是否抽取不全"),
    "insert_share": (
        "mode_mismatch",
        "增量全部标为新增且超过上次全量一半，疑似全量误作增量：暂缓采用，请来源单位确认方式",
    ),
    "cut_rows": ("count_mismatch", "行数恰为电子表格上限，疑似被截断：暂缓采用，请来源单位重送完整文件"),
    "quarantined_share": ("unexpected_layout", "过半行未通过校验，疑似表样或代码已变更：暂缓采用，请对照接口约定核查"),
    "age_days": ("late_delivery", "数据时点过旧，已超过约定期限：结果页将标示数据陈旧"),
}


#: Great Expectations keeps state in its context and its registries: one validation at a time.
_LOCK = Lock()


@dataclass(frozen=True)
class Finding:
    """What one expectation found in one table. `code` is a reason code of rows or files.

    `column` is "" where the table as a whole is meant. `unexpected` of `evaluated` rows did not meet it. `limits` is
    what it allows; `observed` the share, age or number of rows where a table as a whole is measured, else null.
    """

    expectation: str
    code: str
    table: str
    column: str
    severity: Severity
    success: bool
    unexpected: int
    evaluated: int
    means: str
    limits: Mapping[str, Any] = field(default_factory=dict)
    observed: float | None = None

    @property
    def noteworthy(self) -> bool:
        """It failed, or some rows did not meet it."""
        return not self.success or self.unexpected > 0


@dataclass(frozen=True)
class Check:
    """One expectation to be built: its Great Expectations class, arguments, and what its failure means.

    `by_row`: the frame has one row per table, and the finding names the table of each failing row.
    """

    expectation: str
    arguments: dict[str, Any]
    code: str
    table: str
    column: str
    severity: Severity
    means: str
    by_row: bool = False

    @property
    def limits(self) -> dict[str, Any]:
        """Its arguments without the column and the code list, which the contract names."""
        stated = ("mostly", "min_value", "strict_min", "max_value", *(("value_set",) if self.by_row else ()))
        return {name: self.arguments[name] for name in stated if name in self.arguments}


def of_rows(table: Table) -> list[Check]:
    """Keys unique, demanded columns filled, codes known: a table most of whose rows fail one of them is held."""

    def check(expectation: str, code: str, name: str, **arguments: Any) -> Check:
        arguments["mostly"] = GROSS_SHARE
        return Check(expectation, arguments, code, table.name, name, "critical", reason(code).means)

    checks = [check("ExpectColumnValuesToBeUnique", "duplicate_key", "", column=KEY)]
    for column in demanded(table):
        code = "missing_key" if column.key else "missing_required"
        checks.append(check("ExpectColumnValuesToNotBeNull", code, column.name, column=null_column(column)))
    for column in coded(table):
        words = code_words(column)
        if column.item_codes:
            word = "|".join(re.escape(text) for text in sorted(words, key=len, reverse=True))
            pattern = rf"^(?:[{''.join(column.item_codes)}]+|(?:{word})(?:\s*[、，,;；/ ]\s*(?:{word}))*)$"
            arguments: dict[str, Any] = {"regex": pattern}
            expectation = "ExpectColumnValuesToMatchRegex"
        else:
            arguments = {"value_set": words}
            expectation = "ExpectColumnValuesToBeInSet"
        checks.append(check(expectation, "unknown_code", column.name, column=code_column(column), **arguments))
    return checks


def of_facts(contract: Contract, facts: pandas.DataFrame, full_volume_floor: float) -> list[Check]:
    """Those of the checks of a whole delivery whose column of `facts` applies to some table."""
    checks = of_deliveries(contract, full_volume_floor)
    return [check for check in checks if len(facts) and facts[check.arguments["column"]].notna().any()]


def of_deliveries(contract: Contract, full_volume_floor: float) -> list[Check]:
    """Volume, mode, freshness. A register that lost the very share that is too much has lost too much."""
    above_floor = {"min_value": full_volume_floor, "strict_min": True}
    bounds: dict[str, tuple[Severity, dict[str, Any]]] = {
        "volume_share": ("critical", above_floor),
        "child_share": ("critical", {"min_value": GROSS_SHARE}),
        "short_child_share": ("warning", above_floor),
        "insert_share": ("critical", {"max_value": GROSS_SHARE}),
        "quarantined_share": ("critical", {"max_value": GROSS_SHARE}),
        "age_days": ("warning", {"max_value": contract.freshness.max_age_days}),
    }
    checks = [
        _fact("ExpectColumnValuesToBeBetween", column, severity, arguments)
        for column, (severity, arguments) in bounds.items()
    ]
    checks.append(_fact("ExpectColumnValuesToNotBeInSet", "cut_rows", "critical", {"value_set": list(CUT_AT)}))
    return checks


def _fact(expectation: str, column: str, severity: Severity, arguments: dict[str, Any]) -> Check:
    code, means = FACTS_ZH[column]
    return Check(expectation, {"column": column, **arguments}, code, "", column, severity, means, by_row=True)


def validate(checks: list[Check], frame: pandas.DataFrame) -> tuple[list[Finding], int]:
    """Run the checks over one batch; what each found, and how many expectations were evaluated."""
    if not checks:
        return [], 0
    with _LOCK:
        result = _run(checks, frame)
    findings: list[Finding] = []
    for outcome in result.results:
        config: Any = outcome.expectation_config
        findings += _findings(checks[config.meta["check"]], outcome, frame)
    return findings, len(result.results)


def _run(checks: list[Check], frame: pandas.DataFrame) -> Any:
    definition = batch_definition()  # first: it says before the import that nothing is to be reported anywhere
    import great_expectations as gx  # eight seconds of import, only where a delivery is judged
    import great_expectations.expectations as library

    expectations = [
        getattr(library, check.expectation)(**check.arguments, severity=check.severity, meta={"check": place})
        for place, check in enumerate(checks)
    ]
    batch = definition.get_batch({"dataframe": frame})
    return batch.validate(
        gx.ExpectationSuite(name="delivery", expectations=expectations),
        result_format={"result_format": "SUMMARY", "exclude_unexpected_values": True},
    )


def _findings(check: Check, outcome: Any, frame: pandas.DataFrame) -> list[Finding]:
    """One per table. An expectation that could not be evaluated is a failure, not a pass."""
    success = bool(outcome.success)
    places = outcome.result.get("partial_unexpected_index_list") or []
    if check.by_row and (success or places):
        measured = zip(frame["table"], frame[check.column], strict=True)
        return [
            _finding(check, table, success=place not in places, unexpected=int(place in places), observed=float(value))
            for place, (table, value) in enumerate(measured)
            if not isnan(value)  # null: does not apply to this table
        ]
    unexpected = int(outcome.result.get("unexpected_count") or 0)
    evaluated = int(outcome.result.get("element_count") or 0)
    return [_finding(check, check.table, success=success, unexpected=unexpected, evaluated=evaluated)]


def _finding(check: Check, table: str, **found: Any) -> Finding:
    return Finding(
        expectation=check.expectation,
        code=check.code,
        table=table,
        column=check.column,
        severity=check.severity,
        means=check.means,
        limits=check.limits,
        **{"evaluated": 1, **found},
    )


def open_context() -> None:
    """Pay for the import now, safe to call from a thread beside other work."""
    with _LOCK:
        batch_definition()


@cache
def batch_definition() -> BatchDefinition[Any]:
    """The one whole-frame batch of an ephemeral context: nothing on disk, nothing sent, nothing drawn."""
    for name, value in (("GX_ANALYTICS_ENABLED", "false"), ("DO_NOT_TRACK", "1")):
        os.environ.setdefault(name, value)
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    # What it does with its temporary folders is no news to an operator.
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("deliveries").add_dataframe_asset("rows")
    return asset.add_batch_definition_whole_dataframe("table")
