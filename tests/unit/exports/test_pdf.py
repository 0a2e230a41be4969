"""The PDF opened again: text, font, pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from exported import CARS, LONG, Night
from pypdf import PdfReader

from exports import fonts, pdf, profile_report
from exports.document import Column, Document, Table, Text
from exports.imprint import CLUE_ZH


@pytest.fixture(scope="module")
def read(night: Night, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    path = tmp_path_factory.mktemp("pdf") / "档案.pdf"
    pdf.write(profile_report.document(night.profile(night.person), night.imprint), path)
    return PdfReader(path)


@pytest.fixture(scope="module")
def many(night: Night, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The text of each page of a profile with two hundred assets."""
    path = tmp_path_factory.mktemp("pdf") / "多件.pdf"
    pdf.write(profile_report.document(night.profile(night.firm), night.imprint), path)
    return [flat(page) for page in PdfReader(path).pages]


def flat(page: Any) -> str:
    return re.sub(r"\s", "", page.extract_text())


def font_files(reader: PdfReader) -> Iterator[tuple[str, int]]:
    for page in reader.pages:
        # pypdf types every entry as any PDF object; of a page these two are dictionaries
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index, union-attr]
            descriptor = font.get_object().get("/FontDescriptor")
            if descriptor is not None:
                yield descriptor["/FontName"], len(descriptor["/FontFile2"].get_data())


def test_the_font_is_embedded_as_subset(read: PdfReader) -> None:
    found = dict(font_files(read))
    assert found and all(re.match(r"/[A-Z]{6}\+Kurinto", name) for name in found)
    assert max(found.values()) < 300_000, "a subset, not the font's ten million bytes"


def test_rare_characters_are_printed_and_what_is_not_held_is_shown(read: PdfReader) -> None:
    text = flat(read.pages[0])
    assert "张㛃䶮𬭎〓〔U+20BB7〕" in text
    assert "下列文字本文件所用字库没有，以〓和编码代替" in flat(read.pages[-1])


def test_the_font_holds_what_names_are_written_with() -> None:
    held = fonts.register()
    gbk = {bytes([high, low]).decode("gbk", "ignore") for high in range(0x81, 0xFE) for low in range(0x40, 0xFF)}
    ideographs = {one for one in gbk if len(one) == 1 and "\u4e00" <= one <= "\u9fff"}
    assert len(ideographs) > 20_000
    assert not [one for one in ideographs if ord(one) not in held]
    assert all(ord(one) in held for one in "㛃䶮𬭎龑赟彧翀頔祎〓〔〕□·")
    assert ord("𠮷") not in held


def test_every_page_says_what_the_file_is(many: list[str]) -> None:
    total = len(many)
    assert total > 10
    for number, text in enumerate(many, start=1):
        assert "内部资料含个人信息仅用于办理执行案件" in text
        assert "业务日期2026-11-23运行R20261123" in text
        assert CLUE_ZH in text
        assert f"第{number}页，共{total}页" in text


def test_two_hundred_assets_stand_under_a_repeated_header(many: list[str]) -> None:
    plates = {plate for text in many for plate in re.findall(r"测D\d{5}", text)}
    assert len(plates) == CARS
    assert LONG in "".join(many)
    assert sum("权属与价值" in text and "依据与出处" in text for text in many) > 5


def test_a_cell_higher_than_a_page_is_cut_and_not_lost(night: Night, tmp_path: Path) -> None:
    words = "".join(f"<{n}>&" for n in range(1200))
    made = Document("长", "", night.imprint, (Table((Column("甲", 1), Column("乙", 4)), [("短", words)]), Text("末")))
    pdf.write(made, tmp_path / "a.pdf")
    text = "".join(flat(page).split(CLUE_ZH)[0] for page in PdfReader(tmp_path / "a.pdf").pages)
    assert all(f"<{n}>" in text or n % 50 for n in range(1200))
    assert "末" in text


def test_the_same_document_gives_the_same_bytes(night: Night, tmp_path: Path) -> None:
    made = profile_report.document(night.profile(night.person), night.imprint)
    for name in ("a", "b"):
        pdf.write(made, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    pdf.write(replace(made, title="另一题"), tmp_path / "b")
    assert (tmp_path / "a").read_bytes() != (tmp_path / "b").read_bytes()
