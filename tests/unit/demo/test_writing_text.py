"""Typed values in the delivered form, and the sheets of text they stand on."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from data_contracts import load
from demo.writing.delivery import PAGE_SIZE, Moment, open_delivery
from demo.writing.json_objects import objects
from demo.writing.lines import LineFile
from demo.writing.nested import gathered
from demo.writing.text import delivered, typed_rows
from demo.writing.xml_units import escaped

AT = datetime(2026, 11, 22, 20)
MOMENT = Moment(date(2026, 11, 22), "full", AT, AT)


def text(source: str, table: str, **row: Any) -> dict[str, Any]:
    contract = load(source)
    declared = contract.table(table)
    written: dict[str, Any] = delivered(contract, declared, typed_rows(declared, [row])).to_pylist()[0]
    return {name: written[name] for name in row}


@pytest.mark.parametrize(
    ("source", "table", "row", "expected"),
    [
        ("vehicles", "vehicles", {"status": ["mortgaged", "seized"], "plate_type": "small_nev", "updated_at": AT},
         {"status": "OK", "plate_type": "52", "updated_at": "2026-11-22 20:00:00"}),
        ("land", "rights", {"price": Decimal(350), "use_from": date(2010, 5, 1), "registered_at": AT},
         {"price": "350.0000", "use_from": "2010/05/01", "registered_at": "2026/11/22 20:00:00"}),
        ("land", "holders", {"is_holder": True, "seq": 2, "co_ownership": "by_shares"},
         {"is_holder": "1", "seq": "2", "co_ownership": "2"}),
        ("planning", "permits", {"withdrawn": False, "drawings": ["TZ-001", "TZ-002"], "updated_at": AT},
         {"withdrawn": "否", "drawings": "TZ-001、TZ-002", "updated_at": "2026-11-22 20:00"}),
        ("development", "projects", {"updated_at": datetime(2026, 11, 20, 17), "investment": Decimal("12000.5")},
         {"updated_at": "1795165200000", "investment": "12000.5000"}),
        ("enterprises", "base", {"former_names": ["甲", "乙"], "capital_paid": Decimal(1)},
         {"former_names": "甲；乙", "capital_paid": "1.000000"}),
        ("enterprises", "base", {"former_names": [], "term_to": None}, {"former_names": None, "term_to": None}),
        ("court_cases", "cases", {"notice_served_at": AT, "former_case_nos": ["甲"]},
         {"notice_served_at": "2026-11-22T20:00:00+08:00", "former_case_nos": ["甲"]}),
        ("mining", "rights", {"register_status": "historic", "valid_to": date(2029, 4, 9), "op": "U"},
         {"register_status": "过期", "valid_to": "2029-04-09", "op": "变更"}),
    ],
)  # fmt: skip
def test_values_are_written_as_agreed(source: str, table: str, row: dict[str, Any], expected: dict[str, Any]) -> None:
    assert text(source, table, **row) == expected


def test_a_value_without_a_code_cannot_be_delivered() -> None:
    with pytest.raises(KeyError, match="no code"):
        text("vehicles", "vehicles", plate_type="spaceship")


def test_csv_quotes_what_needs_it_and_doubles_quotes() -> None:
    contract = load("land")
    stream = io.BytesIO()
    row = {"right_id": "TD0000000001", "remark": '东至路,西至"沟"'}
    LineFile(stream, contract.format, contract.table("rights")).add(
        delivered(contract, contract.table("rights"), typed_rows(contract.table("rights"), [row]))
    )
    line = stream.getvalue().decode("gb18030").split("\r\n")[1]
    assert line.endswith(',"东至路,西至""沟"""') and line.startswith(",TD0000000001,")


def test_a_header_may_stand_in_other_words_and_another_order() -> None:
    contract = load("planning")
    labels = [column.label for column in contract.table("permits").columns]
    renamed = ["建设单位" if label == "建设单位或个人" else label for label in reversed(labels)]
    stream = io.BytesIO()
    file = LineFile(stream, contract.format, contract.table("permits"), renamed)
    row = {"permit_id": "GH00000001", "holder_name": "测试甲"}
    file.add(delivered(contract, contract.table("permits"), typed_rows(contract.table("permits"), [row])))
    header, line = stream.getvalue().decode().splitlines()
    cells = dict(zip(header.split("\t"), line.split("\t"), strict=True))
    assert (cells["建设单位"], cells["许可序号"], cells["面积"]) == ("测试甲", "GH00000001", "\\N")


def test_children_without_parent_or_out_of_order_are_refused() -> None:
    parents = pa.array(["a", "b"])
    assert gathered(parents, pa.array(["a", "b", "b"]), pa.array(["1", "2", "3"]), ",").to_pylist() == ["1", "2,3"]
    assert gathered(parents, pa.array(["b"]), pa.array(["2"]), ",").to_pylist() == [None, "2"]
    with pytest.raises(ValueError, match="order"):
        gathered(parents, pa.array(["b", "a"]), pa.array(["1", "2"]), ",")
    with pytest.raises(ValueError, match="without a parent"):
        gathered(parents, pa.array(["c"]), pa.array(["1"]), ",")


def test_xml_signs_become_entities() -> None:
    assert escaped(pa.array(["a<b>&c", None])).to_pylist() == ["a&lt;b&gt;&amp;c", None]


def test_json_escapes_and_deleted_cases_carry_their_number_only() -> None:
    contract = load("court_cases")
    declared = contract.table("cases")
    rows = [{"op": "U", "case_no": "甲", "cause": '引"号\n'}, {"op": "D", "case_no": "乙"}]
    lines = objects(contract, {"cases": delivered(contract, declared, typed_rows(declared, rows))}).to_pylist()
    assert json.loads(lines[0])["ay"] == '引"号\n'
    assert json.loads(lines[1]) == {"op": "D", "ah": "乙"}


def test_pages_tell_where_a_row_stands(tmp_path: Path) -> None:
    contract = load("development")
    count = PAGE_SIZE + 5
    codes = [f"2026-370499-47-03-{number:06d}" for number in range(count)]
    rows = {
        "projects": [{"op": "I", "project_code": code, "updated_at": AT} for code in codes],
        "documents": [{"project_code": code, "document_no": f"{code}/1"} for code in codes[2:]],
    }
    tables = {
        name: delivered(contract, contract.table(name), typed_rows(contract.table(name), cells))
        for name, cells in rows.items()
    }
    delivery = open_delivery(tmp_path, contract, MOMENT)
    delivery.add(tables)
    assert delivery.locate("projects", PAGE_SIZE) == ("development_full_20261122_p0002.json", 1)
    assert delivery.locate("documents", PAGE_SIZE - 1) == ("development_full_20261122_p0002.json", 2)
    files = delivery.close()
    assert [file.rows["documents"] for file in files] == [PAGE_SIZE - 2, 5]
    page = json.loads((tmp_path / "development" / "20261122" / files[1].file).read_bytes())
    assert (page["page"], page["totalPages"], page["totalRows"]["documents"]) == (2, 2, count - 2)


def test_nothing_half_written_is_visible(tmp_path: Path) -> None:
    delivery = open_delivery(tmp_path, load("vehicles"), MOMENT)
    folder = tmp_path / "vehicles" / "20261122"
    assert [entry.name for entry in folder.iterdir()] == [".part"]
    delivery.close()
    assert not (folder / ".part").exists() and len(list(folder.glob("*.ok"))) == 4
