from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.formats import marks, text_table
from connectors.formats.text_table import TextTable
from data_contracts import load
from data_contracts.arrow_schema import text_schema

MORTGAGES = load("vehicles").table("mortgages")
ROW = ["I", "37049900000001", "1", "示例汽车金融有限公司", "HT000001", "80000.00", "2024-03-05 14:00:00", None]


def test_the_file_has_the_schema_that_the_row_filter_expects(tmp_path: Path) -> None:
    path = tmp_path / "mortgages.parquet"
    with TextTable(path, MORTGAGES):
        pass
    assert pq.read_schema(path).equals(text_schema(MORTGAGES))
    assert pq.read_metadata(path).num_rows == 0


def test_rows_columns_and_defects_share_one_numbering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_table, "BATCH_ROWS", 2)
    path = tmp_path / "mortgages.parquet"
    with TextTable(path, MORTGAGES) as table:
        table.append(ROW)
        table.refuse("unreadable_record", "raw")
        first = table.claim(2)
        columns = [pa.array([value] * 2, pa.string()) for value in ROW]
        table.extend(columns, pa.array([first, first + 1]), pa.array([True, True]), marked=False)
        table.append(ROW, ["holder_name:suspicious_rounding"])
    rows = pq.read_table(path).sort_by("_row_no").to_pylist()
    assert [(row["_row_no"], row["_defect"], row["_flags"]) for row in rows] == [
        (1, None, None),
        (2, "unreadable_record", None),
        (3, None, None),
        (4, None, None),
        (5, None, "holder_name:suspicious_rounding"),
    ]
    assert (table.rows, dict(table.defects)) == (5, {"unreadable_record": 1})


def test_marks_become_flags_defects_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "mortgages.parquet"
    broken = b"\xff".decode("utf-8", marks.ERRORS)
    with TextTable(path, MORTGAGES, raw=lambda values: "|".join(value or "" for value in values)) as table:
        table.append([*ROW[:3], f"{marks.REPAIRED}测试", f"HT{marks.control(0)}", *ROW[5:]], ["amount:x"])
        table.append([*ROW[:3], broken, *ROW[4:]])
    mended, refused = pq.read_table(path).sort_by("_row_no").to_pylist()
    assert (mended["holder_name"], mended["contract_no"]) == ("测试", "HT\x00")
    assert mended["_flags"] == "amount:x;holder_name:repaired_value"
    assert refused["_raw"] == r"I|37049900000001|1|\xff|HT000001|80000.00|2024-03-05 14:00:00|"
    assert [value for key, value in refused.items() if value and not key.startswith("_")] == []


def test_agreed_signs_for_nothing_become_null(tmp_path: Path) -> None:
    path = tmp_path / "mortgages.parquet"
    with TextTable(path, MORTGAGES, null_as=["-"]) as table:
        table.append(["-", "", " -", *ROW[3:]])
    row = pq.read_table(path).to_pylist()[0]
    assert (row["op"], row["vehicle_id"], row["mortgage_no"]) == (None, None, " -")


def test_a_refused_file_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "mortgages.parquet"
    with pytest.raises(ValueError, match="stop"), TextTable(path, MORTGAGES) as table:
        table.append(ROW)
        raise ValueError("stop")
    assert not path.exists()


def test_row_groups_stay_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_table, "BATCH_ROWS", 10)
    monkeypatch.setattr(text_table, "GROUP_ROWS", 20)
    path = tmp_path / "mortgages.parquet"
    with TextTable(path, MORTGAGES) as table:
        for _ in range(95):
            table.append(ROW)
    assert pq.read_metadata(path).num_row_groups == 5
