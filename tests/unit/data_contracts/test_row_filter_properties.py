"""Whatever arrives: no row is lost, none is in two places, and what is accepted has the contract's types."""

from __future__ import annotations

import random
from collections.abc import Callable

import pyarrow.parquet as pq
import pytest
from contract_rows import Filtered, example_row
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_contracts import load
from data_contracts.arrow_schema import accepted_schema
from data_contracts.model import Column

TABLES = [
    ("vehicles", "vehicles", "delta"),
    ("land", "mortgages", "full"),
    ("household", "persons", "reply"),
    ("mining", "rights", "full"),
    ("court_cases", "claims", "full"),
    ("bank_abc", "accounts", "reply"),
    ("bank_psbc", "accounts", "reply"),
    ("development", "projects", "delta"),
]
ODD = [
    None,
    "",
    " ",
    "　",
    "'",
    "\\N",
    "NULL",
    "null",
    "0",
    "-1",
    "1e309",
    "1e5",
    "9" * 40,
    "2026-02-30",
    "00000000",
    "1477965600000",
    "[",
    '["a"',
    "{}",
    "%s",
    "'; DROP TABLE filter_typed; --",
    "1-查封",
    "I",
    "D",
    "测\u200b试",
    "\ue000",
    "\U0001f600",
    "nan",
    "Infinity",
    "0x10",
    "1_000",
    "１２３",
    "\x00",
]


def texts(column: Column) -> st.SearchStrategy[str | None]:
    """Agreed values, odd ones, and anything at all."""
    known = [column.example, *column.codes, *(label for _, label in column.codes.values())]
    anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    return st.one_of(st.sampled_from(known), st.sampled_from(ODD), anything)


@pytest.mark.parametrize(("source", "table", "mode"), TABLES)
def test_rows_are_conserved(run_filter: Callable[..., Filtered], source: str, table: str, mode: str) -> None:
    columns = load(source).table(table).columns

    # A run of the filter costs far more than its rows: few examples, many rows each.
    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(
        replaced=st.lists(
            st.tuples(
                st.integers(1, 9), st.sampled_from(columns).flatmap(lambda c: st.tuples(st.just(c.name), texts(c)))
            ),
            max_size=80,
        ),
        seed=st.integers(0, 10_000),
    )
    def check(replaced: list[tuple[int, tuple[str, str | None]]], seed: int) -> None:
        dice = random.Random(seed)
        rows = []
        for serial, (name, text) in replaced:
            row = example_row(source, table, serial)
            row[name] = text
            rows.append(row)
        rows += dice.choices(rows, k=min(3, len(rows))) if rows else []
        outcome = run_filter(source, table, rows, mode=mode)
        assert outcome.result.delivered == len(rows)
        assert set(outcome.accepted) | set(outcome.quarantined) == set(range(1, len(rows) + 1))
        assert not set(outcome.accepted) & set(outcome.quarantined)
        assert all(row["reasons"] for row in outcome.quarantined.values())
        assert pq.read_schema(outcome.result.accepted_path).equals(accepted_schema(load(source).table(table)))

    check()
