from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.inserts import whole_inserts
from connectors.layers import Layer
from connectors.pull import Read
from core.duck import connect
from core.settings import Settings
from data_contracts import load


def full(rows: int) -> Layer:
    moment = datetime(2026, 11, 22, 20)
    day, tables = date(2026, 11, 22), ("cases",)
    return Layer(
        "d", day, "full", None, moment, moment, tables, (rows,), ("p",), (), "1.1.0", answers=True, complete=True
    )


@pytest.mark.parametrize(
    ("delivered", "found"),
    [
        (["(2026)测0499执1号", "(2026)测0499执2号"], {"cases"}),
        (["（2026）测0499执8号", "（2026）测0499执9号"], set()),
    ],
)
def test_what_is_held_is_known_in_whatever_form_it_comes_again(
    tmp_path: Path, delivered: list[str], found: set[str]
) -> None:
    rows: list[dict[str, Any]] = [{"op": "I", "case_no": number} for number in delivered]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "cases.parquet")
    read = cast(Read, SimpleNamespace(rows={"cases": len(rows)}, text=tmp_path))
    with connect(Settings()) as con:
        held = "SELECT '（2026）测0499执' || i || '号' AS case_no FROM range(1, 4) t(i)"
        con.execute(f"CREATE TEMP VIEW held_court_cases__cases AS {held}")
        assert whole_inserts(con, load("court_cases"), [read], [full(3)]) == found
