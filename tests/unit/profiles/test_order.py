"""Rows sorted here stand as DuckDB would sort them."""

from __future__ import annotations

from itertools import product
from typing import Any

import duckdb
import pytest

from profiles.order import By, Order, clause, sort

WORDS: tuple[str | None, ...] = ("urgent", "normal", "high", "other", None)
NUMBERS: tuple[int | None, ...] = (2, None, -1, 2)
FLAGS: tuple[bool | None, ...] = (True, None, False)

ORDERS: tuple[Order, ...] = (
    (By("word"), By("number")),
    (By("number", falling=True), By("word", falling=True)),
    (By("number", unknown="first"), By("flag", falling=True)),
    (By("number", unknown="alone"), By("word", unknown="first")),
    (By("number", falling=True, unknown="first"), By("flag")),
    (By("word", among=("urgent", "high", "normal")), By("flag"), By("number", falling=True)),
)


@pytest.mark.parametrize("order", ORDERS)
def test_both_orders_are_one(order: Order) -> None:
    rows: list[dict[str, Any]] = [
        {"nth": nth, "word": word, "number": number, "flag": flag}
        for nth, (word, number, flag) in enumerate(product(WORDS, NUMBERS, FLAGS))
    ]
    with duckdb.connect(":memory:") as con:
        con.execute("CREATE TABLE told (nth INTEGER, word VARCHAR, number INTEGER, flag BOOLEAN)")
        con.executemany("INSERT INTO told VALUES ($nth, $word, $number, $flag)", rows)
        wanted = [nth for (nth,) in con.execute(f"SELECT nth FROM told ORDER BY {clause(order)}, nth").fetchall()]
    sort(rows, order)
    assert [row["nth"] for row in rows] == wanted
