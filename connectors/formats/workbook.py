"""XLSX workbooks, sheet by sheet and row by row, straight from the XML inside.

Not with a library, for measured reasons. Calamine is five times as fast, but lays a sheet out as one dense block: a
single stray cell in the last row asks for 512 GB and aborts the process. Openpyxl takes as long as this reader and
gives either a formula or its value, never the stored literal. Here memory follows the cells that are filled.
"""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from connectors.formats.sheet_rows import LONGEST_CELL, Cell, Merge, SheetParser, new_parser, unescaped
from connectors.formats.zip_archive import BadArchive, open_archive

#: Shared strings live in memory as a whole; a register's never come near.
_LARGEST_STRINGS = 256 << 20
_MOST_STRINGS = 3_000_000
_LARGEST_PART = 4 << 20
_CHUNK = 1 << 18
#: Built-in number formats that show a date or a time.
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


@dataclass
class Sheet:
    """One worksheet. `merges` are known only after `rows` has run to its end (they stand behind the data)."""

    name: str
    _book: Workbook
    _part: str
    merges: list[Merge] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[int, dict[int, Cell]]]:
        """(row number from 1, column number from 1 -> cell) of every row that holds a filled cell, in sheet order."""
        self.merges.clear()
        parser = SheetParser(self._book.strings, self._book.date_styles, self.merges)
        with self._book.archive.open(self._part) as stream:
            while chunk := stream.read(_CHUNK):
                parser.feed(chunk)
                yield from parser.take()
        parser.close()
        yield from parser.take()


@dataclass
class Workbook:
    """An open workbook: visible and hidden worksheets in their order."""

    archive: zipfile.ZipFile
    sheets: list[Sheet] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    #: Cell style -> shows a date or time.
    date_styles: list[bool] = field(default_factory=list)
    #: The day before serial 1; Excel's 1900 counts a 29 February that never was.
    epoch_1904: bool = False
    macros: bool = False

    def moment(self, literal: str) -> datetime | None:
        """The moment that a serial number stands for; None for serials below 1 (1900-01-00) and beyond the calendar."""
        try:
            serial = float(literal)
        except ValueError:
            return None
        if self.epoch_1904:
            serial += 1462
        if not 1 <= serial < 2_958_466:
            return None
        origin = datetime(1899, 12, 30) if serial >= 61 else datetime(1899, 12, 31)
        try:
            return origin + timedelta(seconds=round(serial * 86_400))
        except OverflowError:
            return None


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """Open an XLSX; BadArchive when it is none, is locked, or carries document types."""
    with open_archive(path) as archive:
        names = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            raise BadArchive("is no XLSX workbook")
        book = Workbook(archive, macros="xl/vbaProject.bin" in names)
        targets = _targets(archive)
        root = _tree(archive, "xl/workbook.xml")
        book.epoch_1904 = any(_local(item) == "workbookPr" and _is_true(item.get("date1904")) for item in root)
        for item in root.iter():
            if _local(item) == "sheet":
                reference = next((value for key, value in item.attrib.items() if key.rpartition("}")[2] == "id"), "")
                kind, part = targets.get(reference, ("", ""))
                if kind == "worksheet" and part in names:
                    book.sheets.append(Sheet(item.get("name", ""), book, part))
        parts = dict(targets.values())
        if parts.get("styles") in names:
            book.date_styles = _date_styles(_tree(archive, parts["styles"]))
        if parts.get("sharedStrings") in names:
            book.strings = _shared_strings(archive, parts["sharedStrings"])
        yield book


def _targets(archive: zipfile.ZipFile) -> dict[str, tuple[str, str]]:
    """Relationship id -> (kind, name of the part inside the archive)."""
    found: dict[str, tuple[str, str]] = {}
    for item in _tree(archive, "xl/_rels/workbook.xml.rels"):
        target = item.get("Target", "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        found[item.get("Id", "")] = item.get("Type", "").rpartition("/")[2], part
    return found


def _tree(archive: zipfile.ZipFile, part: str) -> ET.Element:
    if archive.getinfo(part).file_size > _LARGEST_PART:
        raise BadArchive("holds a part that is larger than any such part")
    content = archive.read(part)
    _refuse_foreign(content)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BadArchive("carries a document type")
    return ET.fromstring(content)


def _refuse_foreign(start: bytes) -> None:
    # In UTF-16 a document type would pass a search for its letters; spreadsheets write UTF-8.
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in start[:64]:
        raise BadArchive("holds a part that is not UTF-8")


def _date_styles(root: ET.Element) -> list[bool]:
    formats = {item.get("numFmtId", ""): item.get("formatCode", "") for item in root.iter() if _local(item) == "numFmt"}
    styles: list[bool] = []
    for group in root:
        if _local(group) == "cellXfs":
            for style in group:
                number = style.get("numFmtId", "0")
                styles.append(
                    _shows_date(formats[number])
                    if number in formats
                    else number.isdigit() and int(number) in _DATE_FORMATS
                )
    return styles


def _shows_date(code: str) -> bool:
    return bool(re.search(r"[ymdhs年月日]", _QUOTED.sub("", code).lower()))


def _shared_strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    if archive.getinfo(part).file_size > _LARGEST_STRINGS:
        raise BadArchive("holds more text than a register")
    strings: list[str] = []
    pieces: list[str] = []
    inside = {"t": False, "rPh": False}

    def start(tag: str, _attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "si":
            pieces.clear()
        elif name in inside:
            inside[name] = True

    def text(data: str) -> None:
        if inside["t"] and not inside["rPh"]:
            pieces.append(data)
            if sum(map(len, pieces)) > LONGEST_CELL:
                raise BadArchive("holds a cell longer than any cell can be")

    def end(tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name == "si":
            strings.append(unescaped("".join(pieces)))
            if len(strings) > _MOST_STRINGS:
                raise BadArchive("holds more text than a register")
        elif name in inside:
            inside[name] = False

    parser = new_parser(start, end, text)
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return strings


def _local(item: ET.Element) -> str:
    return item.tag.rpartition("}")[2]


def _is_true(value: str | None) -> bool:
    return value in ("1", "true")
