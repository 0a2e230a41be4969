from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import delivered_forms as forms
import pytest
from read_back import Reader

from connectors.formats.workbook import Workbook, open_workbook
from connectors.formats.zip_archive import BadArchive
from core.errors import DeliveryError

SHEET = "xl/worksheets/sheet1.xml"


def sheet_xml(rows: str, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{rows}</sheetData></worksheet>"
    ).encode()


def cells(tmp_path: Path, rows: str) -> list[tuple[int, dict[int, str]]]:
    path = tmp_path / "book.xlsx"
    book = forms.workbook({"a": [["x"]]})
    path.write_bytes(forms.altered(book, xl__worksheets__sheet1_dot_xml=sheet_xml(rows)))
    with open_workbook(path) as opened:
        rows_read = opened.sheets[0].rows()
        return [(number, {place: cell.text for place, cell in row.items()}) for number, row in rows_read]


class TestRows:
    def test_a_stray_cell_far_away_costs_one_cell(self, tmp_path: Path) -> None:
        rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
        assert cells(tmp_path, rows) == [(1, {1: "1"}), (1048576, {16384: "2"})]

    def test_references_may_be_missing(self, tmp_path: Path) -> None:
        assert cells(tmp_path, "<row><c><v>1</v></c><c/><c><v>2</v></c></row><row><c><v>3</v></c></row>") == [
            (1, {1: "1", 3: "2"}),
            (2, {1: "3"}),
        ]

    def test_inline_strings_rich_text_and_reading_aids(self, tmp_path: Path) -> None:
        rich = "<is><r><t>测</t></r><r><t>试</t></r><rPh><t>ce</t></rPh></is>"
        assert cells(tmp_path, f'<row r="1"><c r="A1" t="inlineStr">{rich}</c></row>') == [(1, {1: "测试"})]

    @pytest.mark.parametrize(
        "cell",
        [
            '<c r="A1" t="s"><v>99</v></c>',
            '<c r="A1" t="s"><v>x</v></c>',
            '<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>',
        ],
    )
    def test_a_cell_that_cannot_be_told_refuses_the_workbook(self, tmp_path: Path, cell: str) -> None:
        with pytest.raises(BadArchive):
            cells(tmp_path, f'<row r="1">{cell}</row>')

    def test_errors_booleans_and_iso_dates(self, tmp_path: Path) -> None:
        rows = (
            '<c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="b"><v>1</v></c><c r="C1" t="d"><v>2026-11-22T10:00:00</v></c>'
        )
        assert cells(tmp_path, f'<row r="1">{rows}</row>') == [(1, {1: "#N/A", 2: "1", 3: "2026-11-22 10:00:00"})]

    def test_columns_beyond_the_last_one_are_none(self, tmp_path: Path) -> None:
        rows = '<row r="1"><c r="ZZZZZZ1"><v>1</v></c><c r="a1"><v>2</v></c><c r="A1"><v>3</v></c></row>'
        assert cells(tmp_path, rows) == [(1, {1: "3"})]


class TestMoments:
    @pytest.mark.parametrize(
        ("serial", "moment"),
        [
            ("1", datetime(1900, 1, 1)),
            ("59", datetime(1900, 2, 28)),
            ("61", datetime(1900, 3, 1)),
            ("40787", datetime(2011, 9, 1)),
            ("46349.5", datetime(2026, 11, 23, 12)),
            ("2958465", datetime(9999, 12, 31)),
            ("2958465.9999999", None),
            ("0", None),
            ("-3", None),
            ("2958466", None),
            ("1e300", None),
            ("x", None),
        ],
    )
    def test_serials_of_the_1900_calendar(self, serial: str, moment: datetime | None) -> None:
        with zipfile.ZipFile(io.BytesIO(forms.workbook({"a": []}))) as archive:
            assert Workbook(archive).moment(serial) == moment

    def test_the_1904_calendar(self) -> None:
        with zipfile.ZipFile(io.BytesIO(forms.workbook({"a": []}))) as archive:
            assert Workbook(archive, epoch_1904=True).moment("39325") == datetime(2011, 9, 1)


class TestHostile:
    @pytest.mark.parametrize(
        ("part", "said"),
        [
            (sheet_xml("", before='<!DOCTYPE a [<!ENTITY b "c">]>'), "document type"),
            (sheet_xml(f'<row r="1"><c r="A1" t="str"><v>{"测" * 4_000_000}</v></c></row>'), "longer than any cell"),
            (sheet_xml("").decode().encode("utf-16"), "no header"),
            (b"", "cannot be read"),
            (b"<worksheet><sheetData>", "cannot be read"),
        ],
    )
    def test_a_sheet_that_is_none(self, read: Reader, part: bytes, said: str) -> None:
        with pytest.raises(DeliveryError, match=said) as caught:
            read("bank_psbc", forms.altered(forms.psbc(), xl__worksheets__sheet1_dot_xml=part))
        assert caught.value.verdict == "unexpected_layout"

    def test_a_document_type_in_another_part(self, read: Reader) -> None:
        doctype = b'<?xml version="1.0"?><!DOCTYPE a><a/>'
        with pytest.raises(DeliveryError, match="document type"):
            read("bank_psbc", forms.altered(forms.psbc(), xl__workbook_dot_xml=doctype))
        with pytest.raises(DeliveryError, match="document type"):
            read("bank_psbc", forms.altered(forms.psbc(), xl__sharedStrings_dot_xml=doctype))
        with pytest.raises(DeliveryError, match="not UTF-8"):
            read("bank_psbc", forms.altered(forms.psbc(), xl__styles_dot_xml=doctype.decode().encode("utf-16")))

    def test_a_part_that_is_far_too_large(self, tmp_path: Path) -> None:
        path = tmp_path / "book.xlsx"
        path.write_bytes(forms.altered(forms.psbc(), xl__styles_dot_xml=b" " * (17 << 20)))
        with pytest.raises(BadArchive, match="larger than any such part"), open_workbook(path):
            pass

    def test_a_bomb(self, read: Reader) -> None:
        with pytest.raises(DeliveryError, match="would unpack"):
            read("bank_psbc", forms.altered(forms.psbc(), xl__worksheets__sheet1_dot_xml=b" " * (65 << 20)))

    def test_macros_are_a_warning(self, read: Reader) -> None:
        result = read("bank_psbc", forms.altered(forms.psbc(), xl__vbaProject_dot_bin=b"x"))
        assert result.warned == ["unexpected_layout"]
        assert result.report.rows["accounts"] == 2

    def test_a_sheet_whose_part_is_missing_is_missing(self, read: Reader) -> None:
        relations = b'<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="nowhere.xml"/></Relationships>'
        with pytest.raises(DeliveryError, match="exactly one sheet"):
            read("bank_psbc", forms.altered(forms.psbc(), xl___rels__workbook_dot_xml_dot_rels=relations))


def test_absolute_targets_and_prefixed_elements(read: Reader) -> None:
    def absolute(content: bytes) -> bytes:
        return content.replace(b'Target="worksheets/', b'Target="/xl/worksheets/')

    def prefixed(content: bytes) -> bytes:
        text = content.decode().replace("</", "\x00").replace("<", "<x:").replace("\x00", "</x:").replace("<x:?", "<?")
        return text.replace("xmlns=", "xmlns:x=").encode()

    data = forms.altered(
        forms.psbc(),
        xl___rels__workbook_dot_xml_dot_rels=absolute,
        xl__worksheets__sheet1_dot_xml=prefixed,
        xl__sharedStrings_dot_xml=prefixed,
    )
    assert read("bank_psbc", data).rows("accounts") == read("bank_psbc", forms.psbc()).rows("accounts")
