"""Delimited text: CSV, bar- and tab-separated files, with or without header and quotes.

Well-formed blocks never meet a Python loop: decoded in one call, split by Arrow, written as columns. A block in which
anything is odd (an open quote, a lone carriage return, a row count that does not come out) is read again record by
record (`quoted_records`), so that one bad record costs itself and not its neighbours.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from connectors.formats import labels
from connectors.formats.decoding import BOM, text_blocks
from connectors.formats.quoted_records import LONGEST_LINE, Dialect, Record, records
from connectors.formats.reading import Reading
from connectors.formats.text_table import UNREADABLE, WRONG_FIELD_COUNT, TextTable

_LF, _CR, _QUOTE = ord("\n"), ord("\r"), ord('"')


def read(reading: Reading) -> None:
    """Read a plain delimited file; it carries one table."""
    with reading.path.open("rb") as stream:
        read_stream(reading, reading.only_table, stream)


def read_stream(reading: Reading, out: TextTable, stream: BinaryIO, place: str = "") -> None:
    """Read the records of `stream` into `out`. An empty line is no record. `place` names the archive entry, if any."""
    form = reading.contract.format
    dialect = Dialect(form.delimiter or ",", form.quoting)
    blocks = reading.paced(text_blocks(stream, form.encoding, cut=b"\n"))
    if form.header:
        header, blocks = _header(blocks)
        if not header:
            raise reading.refuse("the file has no header", place=place)
        try:
            found = labels.match(_fields(header, dialect), out.table.columns, form.label_aliases)
        except labels.LabelMismatch as mismatch:
            raise reading.refuse(f"header differs from the agreement: {mismatch}", place=place) from None
        positions = {column.name: found[column.label] for column in out.table.columns}
    else:
        positions = {name: position for position, name in enumerate(out.columns)}
    block_reader = _BlockReader(out, dialect, positions, form.null_as)
    for text in blocks:
        block_reader.feed(text)
    block_reader.finish()


def _header(blocks: Iterator[str]) -> tuple[str, Iterator[str]]:
    """The first line that is not empty, and the blocks after it."""
    for block in blocks:
        text = block.lstrip("\r\n" + BOM)
        if text:
            header, _, rest = text.partition("\n")
            return header, _chain(rest, blocks)
    return "", blocks


def _chain(first: str, blocks: Iterator[str]) -> Iterator[str]:
    if first:
        yield first
    yield from blocks


def _fields(header: str, dialect: Dialect) -> list[str]:
    line = header.rstrip("\r").replace(BOM, "")
    if not dialect.quoted:
        return line.split(dialect.delimiter)
    return next(csv.reader([line.replace("\r", "")], delimiter=dialect.delimiter), [])


@dataclass
class _BlockReader:
    """Feeds blocks of whole lines to Arrow, or record by record where Arrow cannot be trusted with them."""

    out: TextTable
    dialect: Dialect
    positions: dict[str, int]
    null_as: tuple[str, ...]
    #: Lines of a record that is still open at the end of a block.
    rest: str = ""

    def feed(self, text: str) -> None:
        """Take one block of lines."""
        text = self.rest + text
        self.rest = ""
        if not text.endswith("\n"):
            text += "\n"
        if not self._by_block(text.encode()):
            self._by_record(text, final=False)

    def finish(self) -> None:
        """Take what is left of an open record at the end of the file."""
        if self.rest:
            text, self.rest = self.rest, ""
            self._by_record(text, final=True)

    def _by_block(self, data: bytes) -> bool:
        """Read a block as columns; false (and nothing taken) when its records are not simply its lines."""
        expected = _simple_lines(data, self.dialect)
        if not expected:
            return expected == 0
        refused: list[tuple[int, str]] = []
        try:
            table = self._columns(data, refused)
        except pa.ArrowInvalid:
            return False
        if table.num_rows + len(refused) != expected:
            return False
        first = self.out.claim(expected)
        numbers = np.arange(first, first + expected)
        if refused:
            numbers = np.delete(numbers, [number - 1 for number, _ in refused])
        self.out.extend([table.column(name).combine_chunks() for name in self.out.columns], pa.array(numbers))
        for number, raw in refused:
            self.out.refuse(WRONG_FIELD_COUNT, raw, row_no=first + number - 1)
        return True

    def _columns(self, data: bytes, refused: list[tuple[int, str]]) -> pa.Table:
        def refuse(row: arrow_csv.InvalidRow) -> Literal["skip"]:
            refused.append((row.number or 0, row.text))
            return "skip"

        names = sorted(self.positions, key=self.positions.__getitem__)
        return arrow_csv.read_csv(
            BytesIO(data),
            read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 1),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self.dialect.delimiter,
                quote_char='"' if self.dialect.quoted else False,
                invalid_row_handler=refuse,
            ),
            convert_options=arrow_csv.ConvertOptions(
                check_utf8=False,
                column_types={name: pa.string() for name in names},
                null_values=sorted({"", *self.null_as}),
                strings_can_be_null=True,
            ),
        )

    def _by_record(self, text: str, *, final: bool) -> None:
        order = [self.positions[name] for name in self.out.columns]
        for record in records(text, self.dialect, len(order), final=final):
            if record.open:
                self.rest = record.raw
            else:
                self._take(record, order)

    def _take(self, record: Record, order: list[int]) -> None:
        if record.fields is None:
            self.out.refuse(UNREADABLE, record.raw)
        elif len(record.fields) != len(order):
            self.out.refuse(WRONG_FIELD_COUNT, record.raw)
        else:
            self.out.append([record.fields[position] for position in order])


def _simple_lines(data: bytes, dialect: Dialect) -> int | None:
    """How many records a block holds when every line is one record; None when that is not certain."""
    if data.count(b"\r") != data.count(b"\r\n"):
        return None
    signs = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(signs == _LF)
    lengths = np.diff(ends, prepend=-1)
    if lengths.max(initial=0) > LONGEST_LINE:
        return None
    if dialect.quoted and _QUOTE in data:
        quotes = np.flatnonzero(signs == _QUOTE)
        if (np.searchsorted(quotes, ends) & 1).any():
            return None
    blank = int((lengths == 1).sum()) + int(((lengths == 2) & (signs[ends - 1] == _CR)).sum())
    return len(ends) - blank
