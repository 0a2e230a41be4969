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

    `results` say what every expectation found in every table; `evaluated` counts the expectations.
    """

    source: str
    success: bool
    held: bool
    evaluated: int
    seconds: float
    results: tuple[Finding, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Results whose expectation failed or that some rows did not meet."""
        return tuple(result for result in self.results if result.noteworthy)

    @property
    def failed(self) -> tuple[Finding, ...]:
        """Results whose expectation failed."""
        return tuple(result for result in self.results if not result.success)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data of what is noteworthy: counts, names of tables and columns, Chinese explanations."""
        document = asdict(self)
        del document["results"]
        return {**document, "findings": [asdict(finding) for finding in self.findings]}


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
    results, evaluated = compiled.validate(compiled.of_facts(contract, shares, facts.full_volume_floor), shares)
    for name, text in texts.items():
        if facts.delivered.get(name, 0) >= frames.ENOUGH_ROWS:
            table = contract.table(name)
            distinct = name in facts.distinct
            rows = frames.rows_frame(connection, contract, table, facts.mode, text, distinct=distinct)
            found, count = compiled.validate(compiled.of_rows(table), rows)
            results, evaluated = results + found, evaluated + count
    failed = [result for result in results if not result.success]
    return SuiteVerdict(
        source=contract.source,
        success=not failed,
        held=any(result.severity == "critical" for result in failed),
        evaluated=evaluated,
        seconds=round(time.monotonic() - started, 3),
        results=tuple(results),
    )


def warm_up() -> None:
    """Import Great Expectations and open its context, so that the first `judge` does not wait."""
    compiled.open_context()
