"""The workbook opened again."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from exported import CARS, FORMULA, RARE, Night

from exports import workbook
from exports.imprint import CLUE_ZH
from exports.text import FORMULA_BEGINS


@pytest.fixture(scope="module")
def file(night: Night, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("xlsx") / "档案.xlsx"
    workbook.write(night.profile(night.person), night.imprint, path, lambda evidence: f"{len(evidence)} 项证据")
    return path


@pytest.fixture(scope="module")
def book(file: Path) -> Any:
    return openpyxl.load_workbook(file)


def cells(sheet: Any, header: int = 1) -> list[dict[str, Any]]:
    titles = [one.value for one in sheet[header]]
    return [dict(zip(titles, row, strict=True)) for row in sheet.iter_rows(min_row=header + 1)]


def test_types_are_real(book: Any) -> None:
    house = cells(book["现有财产"], header=2)[0]
    assert house["净值（元）"].value == 220000 and house["净值（元）"].number_format == "0.00"
    assert house["优先受偿额（元）"].value == 400000
    assert house["数据时点"].value == datetime(2026, 11, 23, 20) and house["数据时点"].is_date
    account = cells(book["现有财产"], header=2)[1]["财产标识号"]
    assert account.value == "049900000001" and account.data_type == "s" and account.number_format == "@"
    seizure = cells(book["查封冻结"])[0]
    assert seizure["截止日"].value == datetime(2026, 12, 3) and seizure["距到期（天）"].value == 10


def test_nothing_is_a_formula_and_nothing_would_become_one(book: Any, file: Path) -> None:
    texts = [one.value for sheet in book for row in sheet.iter_rows() for one in row if isinstance(one.value, str)]
    assert f"'{FORMULA}" in texts
    assert not [text for text in texts if text.lstrip()[:1] in tuple(FORMULA_BEGINS)]
    assert not [one for sheet in book for row in sheet.iter_rows() for one in row if one.data_type == "f"]
    with zipfile.ZipFile(file) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not [text for text in sheets if b"<f>" in text or b"<hyperlink" in text]


def test_what_waits_stands_apart(book: Any) -> None:
    counted = [row["财产标识号"].value for row in cells(book["现有财产"], header=2)]
    waiting = [row["财产标识号"].value for row in cells(book["待核实财产"], header=2)]
    assert counted == ["370499001001GB00001F00010001", "049900000001"]
    assert waiting == ["'-049900000002"]
    assert [row["来源"].value for row in cells(book["待核实关联"], header=2)] == ["土地登记"]
    assert "不计入" in book["待核实关联"]["A1"].value


def test_the_cover_says_what_the_file_is(book: Any) -> None:
    cover = {row[0].value: row[1].value for row in book["说明"].iter_rows(min_row=3)}
    assert CLUE_ZH in book["说明"]["A2"].value
    assert cover["被执行人"] == RARE
    assert cover["业务日期"] == "2026-11-23" and cover["运行"] == "R20261123"
    assert "矿业权登记（缺件）" in cover["未送达或未完整答复"] and "中国银行（未答复）" in cover["未送达或未完整答复"]


def test_every_sheet_can_be_read_and_printed(book: Any) -> None:
    assert book.sheetnames[0] == "说明"
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes in ("A2", "A3"), sheet.title
        assert sheet.page_setup.paperSize == 9 and sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows and sheet.column_dimensions["A"].width > 5
        assert "R20261123" in sheet.oddFooter.left.text


def test_two_hundred_assets_and_a_long_name(night: Night, tmp_path: Path) -> None:
    workbook.write(night.profile(night.firm), night.imprint, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert len(cells(book["现有财产"], header=2)) == CARS
    assert {row["净值（元）"].value for row in cells(book["现有财产"], header=2)} == {"不明"}


def test_the_same_database_gives_the_same_bytes(night: Night, file: Path, tmp_path: Path) -> None:
    workbook.write(
        night.profile(night.person), night.imprint, tmp_path / "b.xlsx", lambda evidence: f"{len(evidence)} 项证据"
    )
    assert (tmp_path / "b.xlsx").read_bytes() == file.read_bytes()
