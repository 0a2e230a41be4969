"""Judges a delivery as a whole with Great Expectations, whose suites are compiled from the contract.

Rows are split by `row_filter`; here it is decided whether the delivery is taken at all. Held is only what is grossly
wrong: a full far below the last one, a full that calls itself a delta, a file cut where old spreadsheets end, a table
most of whose rows fail. Small deliveries are never held for single rows. Verdicts carry counts, column names and dates,
never a delivered value.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from data_contracts import suite_expectations as compiled
from data_contracts import suite_frames as frames
from data_contracts.filtering.text_view import TextTable
from data_contracts.model import Contract
from data_contracts.suite_expectations import Finding
from data_contracts.suite_frames import DeliveryFacts

__all__ = ["DeliveryFacts", "Finding", "SuiteVerdict", "judge", "warm_up"]


@dataclass(frozen=True)
class SuiteVerdict:
    """`held`: a critical expectation failed, the rows are not taken. `success`: no expectation failed at all.

    `findings` are the expectations that failed or that some rows did not meet; `evaluated` counts all of them.
    """

    source: str
    success: bool
    held: bool
    evaluated: int
    seconds: float
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> tuple[Finding, ...]:
        """Findings whose expectation failed."""
        return tuple(finding for finding in self.findings if not finding.success)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data: counts, names of tables and columns, Chinese explanations."""
        return asdict(self)


def judge(
    connection: duckdb.DuckDBPyConnection, contract: Contract, facts: DeliveryFacts, texts: Mapping[str, TextTable]
) -> SuiteVerdict:
    """Validate one delivery. `texts`: table -> text Parquet(s) as handed to the filter; those left out are not judged.

    Rows are looked at from `ENOUGH_ROWS` on: in a smaller table no share of failures holds a delivery, and the filter
    has named every failing row.

    Imports Great Expectations on first use, which takes seconds: call `warm_up` beside other work.
    """
    started = time.monotonic()
    shares = frames.facts_frame(contract, facts)
    findings, evaluated = compiled.validate(compiled.of_facts(contract, shares, facts.full_volume_floor), shares)
    for name, text in texts.items():
        if facts.delivered.get(name, 0) >= frames.ENOUGH_ROWS:
            table = contract.table(name)
            rows = frames.rows_frame(connection, contract, table, facts.mode, text)
            found, count = compiled.validate(compiled.of_rows(table), rows)
            findings, evaluated = findings + found, evaluated + count
    failed = [finding for finding in findings if not finding.success]
    return SuiteVerdict(
        source=contract.source,
        success=not failed,
        held=any(finding.severity == "critical" for finding in failed),
        evaluated=evaluated,
        seconds=round(time.monotonic() - started, 3),
        findings=tuple(findings),
    )


def warm_up() -> None:
    """Import Great Expectations and open its context, so that the first `judge` does not wait."""
    compiled.open_context()
