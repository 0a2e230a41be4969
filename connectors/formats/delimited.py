"""Delimited text: CSV, bar- and tab-separated files, with or without header and quotes.

Well-formed blocks never meet a Python loop: decoded in one call, split by Arrow, written as columns. A block in which
anything is odd (an open quote, a lone carriage return, a row count that does not come out) is read again record by
record (`quoted_records`), so that one bad record costs itself and not its neighbours.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from connectors.formats import marks
from connectors.formats.decoding import BOM, text_blocks
from connectors.formats.line_block import Lines, simple_lines
from connectors.formats.quoted_records import LONGEST_LINE, Dialect, Record, records
from connectors.formats.reading import Reading
from connectors.formats.text_table import UNREADABLE, WRONG_FIELD_COUNT, TextColumn, TextTable

#: Blocks that wait to be split or taken while the next one is decoded.
BLOCKS_AHEAD = 2


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
        if len(header) > LONGEST_LINE:
            raise reading.refuse("the first line is longer than any header", place=place)
        delivered = _fields(header, dialect)
        found = reading.places_of(delivered, out.table.columns, place=place)
        positions = {column.name: found[column.label] for column in out.table.columns if column.label in found}
        width = len(delivered)
    else:
        positions = {name: position for position, name in enumerate(out.columns)}
        width = len(positions)
    _BlockReader(out, dialect, positions, width, form.null_as).read(blocks)


def _header(blocks: Iterator[str]) -> tuple[str, Iterator[str]]:
    """The first line that is not empty, cut where it is too long for a header, and the blocks after it."""
    for block in blocks:
        text = block.lstrip("\r\n" + BOM)
        if text:
            header, _, rest = text.partition("\n")
            return header[: LONGEST_LINE + 1], _chain(rest, blocks)
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


class _Split(NamedTuple):
    """A block as columns. `refused` are (number from 1, raw text) of records with another number of fields."""

    table: pa.Table
    lines: Lines
    refused: list[tuple[int, str]]


@dataclass
class _BlockReader:
    """Feeds blocks of whole lines to Arrow, or record by record where Arrow cannot be trusted with them.

    `positions`: column -> place in a line, of the columns that are there; `width`: fields of a line.
    """

    out: TextTable
    dialect: Dialect
    positions: dict[str, int]
    width: int
    null_as: tuple[str, ...]
    #: Lines of a record that is still open at the end of a block.
    rest: str = ""

    def read(self, blocks: Iterable[str]) -> None:
        """Take blocks of lines. While one is decoded, those before it are split in a thread of their own."""
        with ThreadPoolExecutor(1) as pool:
            waiting: deque[tuple[bytes, Future[_Split | None]]] = deque()
            for text in blocks:
                data = text.encode() if text.endswith("\n") else f"{text}\n".encode()
                waiting.append((data, pool.submit(self._split, data)))
                if len(waiting) > BLOCKS_AHEAD:
                    self._take_block(*waiting.popleft())
            while waiting:
                self._take_block(*waiting.popleft())
        if self.rest:
            text, self.rest = self.rest, ""
            self._by_record(text, final=True)

    def _take_block(self, data: bytes, coming: Future[_Split | None]) -> None:
        split = coming.result()
        if self.rest:
            data, self.rest = self.rest.encode() + data, ""
            split = self._split(data)
        if split is None:
            self._by_record(data.decode(), final=False)
            return
        lines = split.lines
        first = self.out.claim(len(lines))
        numbers, plain = np.arange(first, first + len(lines)), lines.plain
        if split.refused:
            places = [number - 1 for number, _ in split.refused]
            numbers, plain = np.delete(numbers, places), np.delete(plain, places)
        columns = [self._column(split.table, name) for name in self.out.columns]
        marked = any(lead in data for lead in marks.LEAD_BYTES)
        self.out.extend(columns, pa.array(numbers), pa.array(plain), marked=marked)
        for number, raw in split.refused:
            self.out.refuse(WRONG_FIELD_COUNT, raw, row_no=first + number - 1)

    def _column(self, table: pa.Table, name: str) -> TextColumn:
        place = self.positions.get(name)
        return pa.nulls(table.num_rows, pa.string()) if place is None else table.column(place).combine_chunks()

    def _split(self, data: bytes) -> _Split | None:
        """Read a block as columns; None when its records are not simply its lines."""
        lines = simple_lines(data, self.dialect, self.width)
        if lines is None:
            return None
        refused: list[tuple[int, str]] = []
        try:
            table = self._columns(data, refused)
        except pa.ArrowInvalid:
            return None
        return _Split(table, lines, refused) if table.num_rows + len(refused) == len(lines) else None

    def _columns(self, data: bytes, refused: list[tuple[int, str]]) -> pa.Table:
        def refuse(row: arrow_csv.InvalidRow) -> Literal["skip"]:
            refused.append((row.number or 0, row.text))
            return "skip"

        names = [f"f{place}" for place in range(self.width)]
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
        order = [self.positions.get(name) for name in self.out.columns]
        for record in records(text, self.dialect, self.width, final=final):
            if record.open:
                self.rest = record.raw
            else:
                self._take(record, order)

    def _take(self, record: Record, order: list[int | None]) -> None:
        fields = record.fields
        if fields is None:
            self.out.refuse(UNREADABLE, record.raw)
        elif len(fields) != self.width:
            self.out.refuse(WRONG_FIELD_COUNT, record.raw)
        else:
            self.out.append([None if place is None else fields[place] for place in order])
