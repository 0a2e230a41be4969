"""The rows of one worksheet, from its XML: sparse, so that a stray cell far away costs one cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple
from xml.parsers import expat

from connectors.formats import marks
from connectors.formats.zip_archive import BadArchive

_MOST_COLUMNS = 16_384
#: A spreadsheet allows 32,767 characters.
LONGEST_CELL = 1 << 20
#: Bytes of a tag with its attributes.
_LONGEST_TAG = 4 << 20
#: Names of elements in one part; spreadsheets know some dozens.
_MOST_NAMES = 500
#: A register has none, a sheet filled by hand some hundreds.
_MOST_MERGES = 10_000
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


class SheetParser:
    """Collects the rows of one sheet while its XML is fed."""

    def __init__(self, strings: Sequence[str], date_styles: Sequence[bool], merges: list[Merge]) -> None:
        self._strings = strings
        self._date_styles = date_styles
        self._merges = merges
        self._done: list[tuple[int, dict[int, Cell]]] = []
        self._row = self._column = self._length = self._fed = 0
        self._cells: dict[int, Cell] = {}
        self._type = self._style = ""
        self._formula = self._listening = False
        self._pieces: list[str] = []
        self._names: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._parser = new_parser(self._start, self._end, self._text)

    def feed(self, chunk: bytes) -> None:
        """Take the next piece of the sheet's XML."""
        self._parser.Parse(chunk, False)
        self._fed += len(chunk)
        if self._fed - self._parser.CurrentByteIndex > _LONGEST_TAG:
            raise BadArchive("holds a tag longer than any tag can be")

    def close(self) -> None:
        """The sheet's XML is at its end."""
        self._parser.Parse(b"", True)

    def take(self) -> list[tuple[int, dict[int, Cell]]]:
        """The rows finished since the last call."""
        done, self._done = self._done, []
        return done

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._names.get(tag) or self._learnt(tag)
        if name == "c":
            reference = attributes.get("r")
            self._column = self._column_of(reference) if reference else self._column + 1
            self._type = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._formula = False
            self._pieces = []
            self._length = 0
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

    def _learnt(self, tag: str) -> str:
        if len(self._names) >= _MOST_NAMES:
            raise BadArchive("holds more kinds of elements than any sheet")
        return self._names.setdefault(tag, tag.rpartition(" ")[2])

    def _text(self, data: str) -> None:
        if self._listening and self._type != "phonetic":
            self._pieces.append(data)
            self._length += len(data)
            if self._length > LONGEST_CELL:
                raise BadArchive("holds a cell longer than any cell can be")

    def _end(self, tag: str) -> None:
        name = self._names[tag]
        if name in ("v", "t"):
            self._listening = False
        elif name == "rPh":
            self._type = "inlineStr"
        elif name == "c":
            text = "".join(self._pieces)
            if self._column in self._cells:
                raise BadArchive("holds one cell twice")
            if (text or self._formula) and self._column <= _MOST_COLUMNS:
                self._cells[self._column] = self._cell(text)
        elif name == "row" and self._cells:
            self._done.append((self._row, self._cells))

    def _cell(self, text: str) -> Cell:
        kind = self._type
        if kind == "s":
            position = int(text) if text.isascii() and text.isdigit() else len(self._strings)
            if position >= len(self._strings):
                raise BadArchive("refers to a text that it does not hold")
            return Cell(self._strings[position], "text", self._formula)
        if kind in ("str", "inlineStr"):
            return Cell(unescaped(text), "text", self._formula)
        if kind == "b":
            return Cell(text, "boolean", self._formula)
        if kind == "e":
            return Cell(text, "error", self._formula)
        if kind == "d":
            return Cell(text.replace("T", " ").removesuffix("Z"), "text", self._formula)
        styles = self._date_styles
        style = int(self._style) if self._style.isascii() and self._style.isdigit() else 0
        return Cell(text, "date" if style < len(styles) and styles[style] else "number", self._formula)

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        known = self._columns.get(letters)
        if known is None:
            known = self._columns[letters] = _column_number(letters)
        return known

    def _merge(self, reference: str) -> None:
        if len(self._merges) >= _MOST_MERGES:
            raise BadArchive("holds more merged cells than any register")
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


def new_parser(
    start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], text: Callable[[str], None]
) -> expat.XMLParserType:
    """A parser for the parts of a workbook: UTF-8 whatever the part says of itself, no document type."""
    parser = expat.ParserCreate(encoding="UTF-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    return parser


def _refuse_document_type(*_: object) -> None:
    raise BadArchive("carries a document type")


def unescaped(text: str) -> str:
    """``_x000D_`` and its like are characters that XML cannot hold."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return marks.control(code) if code < 32 else chr(code)
