"""The text table: what every format reader writes and the row filter reads.

One Parquet file per table: the contract's columns as text (exactly as delivered after decoding, null where the
agreement says null), then ``_row_no`` (from 1 per table and file), ``_defect`` (unreadable_record, decode_failed,
wrong_field_count or null),
``_raw`` (the delivered text, for rows with a defect only), ``_flags`` (``column:code;column:code`` or null) and
``_plain`` (true where no field can need cleaning). A row with a defect has no values: nothing of it may be read as
something it is not.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from connectors.formats import marks
from data_contracts import Table
from data_contracts.arrow_schema import READER_COLUMNS, text_schema

UNREADABLE = "unreadable_record"
DECODE_FAILED = "decode_failed"
WRONG_FIELD_COUNT = "wrong_field_count"

#: Rows of a tree-shaped record go to Arrow in batches of this size.
BATCH_ROWS = 20_000
#: Arrow tables gather until a Parquet row group is worth writing.
GROUP_ROWS = 65_536
GROUP_BYTES = 32 << 20
#: Raw text of one defect row is kept up to this many characters; the archive holds the rest.
RAW_LIMIT = 65_536

Values = Sequence[str | None]
TextColumn: TypeAlias = "pa.Array[Any]"


class TextTable:
    """Writes one table of one file. Rows arrive singly (`append`), as whole columns (`extend`) or as defects."""

    def __init__(
        self,
        path: Path,
        table: Table,
        *,
        null_as: Sequence[str] = ("",),
        raw: Callable[[Values], str] | None = None,
        extra: Sequence[str] = (),
    ) -> None:
        self.table = table
        self.columns = (*table.column_names, *extra)
        self.defects: Counter[str] = Counter()
        self._nulls = pa.array(sorted({"", *null_as}), pa.string())
        self._raw = raw or self._labelled
        self._path = path
        self._schema = _schema(table, extra)
        self._writer = pq.ParquetWriter(
            path,
            self._schema,
            compression="none",  # gone when its delivery is taken; packed, a third of the room, but more time
            use_dictionary=_few_words(table),  # type: ignore[arg-type]  # the stubs know a flag only
            write_statistics=False,
        )
        self._pool = ThreadPoolExecutor(1)
        self._written: Future[None] | None = None
        self._next_row = 1
        self._values: list[Values] = []
        self._numbers: list[int] = []
        self._row_flags: list[str | None] = []
        self._refused: list[tuple[int, str, str]] = []
        self._gathered: list[pa.Table] = []
        self._gathered_rows = self._gathered_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.flush()
                self._write_group()
                self._write_group()  # the last one is on its way until it is asked for
        finally:
            self._pool.shutdown()
            self._writer.close()
            if kind is not None:
                self._path.unlink(missing_ok=True)

    @property
    def rows(self) -> int:
        """Rows so far, defects included."""
        return self._next_row - 1

    def claim(self, count: int = 1) -> int:
        """Take the next `count` row numbers and return the first."""
        first = self._next_row
        self._next_row += count
        return first

    def append(self, values: Values, flags: Sequence[str] = ()) -> None:
        """Add the next row; `values` in the order of `columns`, `flags` as ``column:code``."""
        self._values.append(values)
        self._numbers.append(self._next_row)
        self._row_flags.append(";".join(flags) if flags else None)
        self._next_row += 1
        if len(self._values) >= BATCH_ROWS:
            self.flush()

    def extend(
        self, columns: Sequence[TextColumn], row_numbers: pa.Array[Any], plain: pa.Array[Any], *, marked: bool
    ) -> None:
        """Add rows as text columns in the order of `columns`, nulls already null, with row numbers claimed before.

        `plain`: no field of the row can need cleaning. `marked`: some field may hold a mark.
        """
        self.flush()
        if marked:
            self._gather(self._settled(list(columns), row_numbers, [None] * len(row_numbers), plain))
        else:
            blank = pa.nulls(len(row_numbers), pa.string())
            service = [row_numbers, blank, blank, blank, plain]
            self._gather(pa.Table.from_arrays([*columns, *service], schema=self._schema))

    def refuse(self, code: str, raw: str, *, row_no: int | None = None) -> None:
        """Add a defect row with the raw text that is there instead of values."""
        self.defects[code] += 1
        self._refused.append((row_no or self.claim(), code, marks.legible(raw)[:RAW_LIMIT]))
        if len(self._refused) >= BATCH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Turn the rows that wait into Arrow; long records ask for it before there are `BATCH_ROWS` of them."""
        values, numbers, flags = self._values, self._numbers, self._row_flags
        self._values, self._numbers, self._row_flags = [], [], []
        if values:
            delivered = zip(self.columns, zip(*values, strict=True), strict=True)
            columns = [self._nulled(_text_array(column, flags, name)) for name, column in delivered]
            plain = pa.nulls(len(values), pa.bool_())
            self._gather(self._settled(columns, pa.array(numbers, pa.int64()), flags, plain))
        refused, self._refused = self._refused, []
        if refused:
            row_numbers, codes, raws = zip(*refused, strict=True)
            blank = pa.nulls(len(refused), pa.string())
            plain = pa.nulls(len(refused), pa.bool_())
            service = [pa.array(row_numbers, pa.int64()), _text_array(codes), _text_array(raws), blank, plain]
            self._gather(pa.Table.from_arrays([*(blank for _ in self.columns), *service], schema=self._schema))

    def _nulled(self, column: TextColumn) -> TextColumn:
        nulled: TextColumn = pc.if_else(pc.is_in(column, value_set=self._nulls), pa.scalar(None, pa.string()), column)
        return nulled

    def _settled(
        self, columns: list[TextColumn], numbers: pa.Array[Any], flags: list[str | None], plain: pa.Array[Any]
    ) -> pa.Table:
        """Resolve the marks of a batch: mended values are flagged, rows with undecodable bytes become defects."""
        broken: set[int] = set()
        for position, (name, column) in enumerate(zip(self.columns, columns, strict=True)):
            hits = _marked_rows(column)
            if not hits:
                continue
            values = column.to_pylist()
            for row in hits:
                settled = marks.settle(values[row] or "")
                if not settled.readable:
                    broken.add(row)
                    continue
                values[row] = settled.text
                if settled.repaired:
                    flags[row] = ";".join(filter(None, (flags[row], f"{name}:repaired_value")))
            columns[position] = _text_array(values)
        blank = pa.nulls(len(numbers), pa.string())
        service = [numbers, blank, blank, _text_array(flags), plain]
        batch = pa.Table.from_arrays([*columns, *service], schema=self._schema)
        if not broken:
            return batch
        for row in sorted(broken):
            values = [column[row].as_py() for column in columns]
            self.refuse(DECODE_FAILED, self._raw(values), row_no=numbers[row].as_py())
        keep = pa.array([row not in broken for row in range(len(numbers))])
        return batch.filter(keep)

    def _gather(self, batch: pa.Table) -> None:
        self._gathered.append(batch)
        self._gathered_rows += batch.num_rows
        self._gathered_bytes += batch.nbytes
        if self._gathered_rows >= GROUP_ROWS or self._gathered_bytes >= GROUP_BYTES:
            self._write_group()

    def _write_group(self) -> None:
        """Hand the group over to be written beside the reading, once the one before it is."""
        if self._written:
            self._written.result()
            self._written = None
        gathered, self._gathered = self._gathered, []
        self._gathered_rows = self._gathered_bytes = 0
        if gathered:
            group = pa.concat_tables(gathered)
            self._written = self._pool.submit(self._writer.write_table, group, row_group_size=GROUP_ROWS)

    def _labelled(self, values: Values) -> str:
        """Raw text of a row that has no text of its own: JSON of what stood under each label."""
        labels = [column.label for column in self.table.columns]
        return json.dumps(
            {label: value for label, value in zip(labels, values, strict=False) if value is not None},
            ensure_ascii=False,
        )


def count_defects(tables: Mapping[str, TextTable]) -> dict[str, dict[str, int]]:
    """Defect rows per table and code."""
    return {name: dict(table.defects) for name, table in tables.items()}


def _schema(table: Table, extra: Sequence[str]) -> pa.Schema:
    fields = list(text_schema(table))
    place = len(fields) - len(READER_COLUMNS)
    return pa.schema([*fields[:place], *(pa.field(name, pa.string()) for name in extra), *fields[place:]])


def _few_words(table: Table) -> list[str]:
    """Columns whose values repeat so often that a dictionary is worth making."""
    return ["_defect", "_flags", *(column.name for column in table.columns if column.type in ("enum", "boolean"))]


def _marked_rows(column: TextColumn) -> list[int]:
    data = column.buffers()[2]
    text = data.to_pybytes() if data else b""
    if not any(lead in text for lead in marks.LEAD_BYTES):
        return []
    found: Any = pc.match_substring_regex(column, marks.ANY)
    found = pc.fill_null(found, False)
    return [int(row) for row in pc.indices_nonzero(found).to_numpy()]


def _text_array(values: Sequence[Any], flags: list[str | None] | None = None, name: str = "") -> TextColumn:
    """A text column; half of a surrogate pair (a JSON escape can hold one) becomes U+FFFD and the row is flagged."""
    try:
        return pa.array(values, pa.string())
    except (UnicodeEncodeError, pa.ArrowInvalid):
        whole: list[str | None] = []
        for row, value in enumerate(values):
            clean = (
                value if value is None else value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            )
            if flags is not None and clean != value:
                flags[row] = ";".join(filter(None, (flags[row], f"{name}:lossy_text")))
            whole.append(clean)
        return pa.array(whole, pa.string())
