"""XLSX workbooks, sheet by sheet and row by row, straight from the XML inside.

The ready libraries were tried and are not used here: openpyxl takes ten times as long, and calamine lays a sheet out
as one dense block, so that a single stray cell in the last row ends the process; neither tells a cached formula value
from a typed one together with the number's literal. This reader keeps what a sheet holds and nothing else: memory
follows the cells.
"""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from connectors.formats import marks
from connectors.formats.zip_archive import BadArchive, open_archive

#: Shared strings live in memory as a whole; a register's never come near.
_LARGEST_STRINGS = 512 << 20
_LARGEST_PART = 16 << 20
_CHUNK = 1 << 18
_MOST_COLUMNS = 16_384
#: Built-in number formats that show a date or a time.
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MERGE = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")


class Cell(NamedTuple):
    """One filled cell. `kind`: text, number (`text` is its literal), date (a number shown as one), boolean, error."""

    text: str
    kind: str = "text"
    formula: bool = False


class Merge(NamedTuple):
    """A merged block, rows and columns from 1, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


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
        parser = _SheetParser(self._book, self.merges)
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

    def end(tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name == "si":
            strings.append(_unescaped("".join(pieces)))
        elif name in inside:
            inside[name] = False

    parser = _parser(start, end, text)
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return strings


class _SheetParser:
    """Collects the rows of one sheet while its XML is fed."""

    def __init__(self, book: Workbook, merges: list[Merge]) -> None:
        self._book = book
        self._merges = merges
        self._done: list[tuple[int, dict[int, Cell]]] = []
        self._row = self._column = 0
        self._cells: dict[int, Cell] = {}
        self._type = self._style = ""
        self._formula = self._listening = False
        self._pieces: list[str] = []
        self._names: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._parser = _parser(self._start, self._end, self._text)

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk, False)

    def close(self) -> None:
        self._parser.Parse(b"", True)

    def take(self) -> list[tuple[int, dict[int, Cell]]]:
        """The rows finished since the last call."""
        done, self._done = self._done, []
        return done

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._names.get(tag) or self._names.setdefault(tag, tag.rpartition(" ")[2])
        if name == "c":
            reference = attributes.get("r")
            self._column = self._column_of(reference) if reference else self._column + 1
            self._type = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._formula = False
            self._pieces = []
        elif name in ("v", "t"):
            self._listening = True
        elif name == "rPh":
            self._type = "phonetic"
        elif name == "f":
            self._formula = True
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdigit() else self._row + 1
            self._column = 0
            self._cells = {}
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _text(self, data: str) -> None:
        if self._listening and self._type != "phonetic":
            self._pieces.append(data)

    def _end(self, tag: str) -> None:
        name = self._names[tag]
        if name in ("v", "t"):
            self._listening = False
        elif name == "rPh":
            self._type = "inlineStr"
        elif name == "c":
            text = "".join(self._pieces)
            if (text or self._formula) and self._column <= _MOST_COLUMNS:
                self._cells[self._column] = self._cell(text)
        elif name == "row" and self._cells:
            self._done.append((self._row, self._cells))

    def _cell(self, text: str) -> Cell:
        kind = self._type
        if kind == "s":
            strings = self._book.strings
            position = int(text) if text.isascii() and text.isdigit() else -1
            return Cell(strings[position] if 0 <= position < len(strings) else "", "text", self._formula)
        if kind in ("str", "inlineStr"):
            return Cell(_unescaped(text), "text", self._formula)
        if kind == "b":
            return Cell(text, "boolean", self._formula)
        if kind == "e":
            return Cell(text, "error", self._formula)
        if kind == "d":
            return Cell(text.replace("T", " ").removesuffix("Z"), "text", self._formula)
        styles = self._book.date_styles
        style = int(self._style) if self._style.isascii() and self._style.isdigit() else 0
        return Cell(text, "date" if style < len(styles) and styles[style] else "number", self._formula)

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        known = self._columns.get(letters)
        if known is None:
            known = self._columns[letters] = _column_number(letters)
        return known

    def _merge(self, reference: str) -> None:
        found = _MERGE.fullmatch(reference)
        if found:
            first, top, last, bottom = found.groups()
            self._merges.append(
                Merge(int(top), _column_number(first), int(bottom or top), _column_number(last or first))
            )


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + ord(letter) - 64
    return number if letters.isascii() and letters.isalpha() and letters.isupper() else _MOST_COLUMNS + 1


def _parser(
    start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], text: Callable[[str], None]
) -> expat.XMLParserType:
    parser = expat.ParserCreate(encoding="UTF-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    return parser


def _refuse_document_type(*_: object) -> None:
    raise BadArchive("carries a document type")


def _unescaped(text: str) -> str:
    """``_x000D_`` and its like are characters that XML cannot hold."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return marks.control(code) if code < 32 else chr(code)


def _local(item: ET.Element) -> str:
    return item.tag.rpartition("}")[2]


def _is_true(value: str | None) -> bool:
    return value in ("1", "true")
