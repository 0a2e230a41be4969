"""The files of one reply as they are delivered: each form writes question after question and never holds the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from core.files import sha256_of, write_json
from data_contracts import Contract, FileDecl
from demo.replies.cells import PRIVATE, Row, RowEncoder, Rows
from demo.replies.envelope import Envelope, FileFault
from demo.replies.message_file import MessageFile
from demo.replies.workbook_file import WorkbookFile


class Writer(Protocol):
    """Writes the encoded rows of one question after the other; `finish` completes the file."""

    def add(self, rows: Rows) -> None: ...

    def spoil(self) -> list[FileFault]: ...

    def finish(self) -> None: ...


@dataclass
class Delivery:
    """The files of one reply, open for writing. `written` counts rows per table so far."""

    contract: Contract
    encoders: dict[str, RowEncoder]
    names: dict[str, str]
    written: dict[str, int]
    writers: list[Writer] = field(default_factory=list)

    def file_of(self, table: str) -> str:
        """Delivered name of the file that carries `table`."""
        return next(self.names[declared.id] for declared in self.contract.files if table in declared.tables)

    def encode(self, rows: Rows) -> Rows:
        """Rows as delivered cells; keys of the enclosing element are kept for nesting."""
        return {table: [self._encoded(table, row) for row in found] for table, found in rows.items()}

    def spoiled(self) -> list[FileFault]:
        """The faults of the files as wholes, after what stands behind the last row has been added."""
        return [fault for writer in self.writers for fault in writer.spoil()]

    def _encoded(self, table: str, row: Row) -> Row:
        cells = self.encoders[table].encode(row)
        if "sequence" in row:
            cells[PRIVATE + "of"] = row["sequence"]
        return cells

    def add(self, rows: Rows) -> None:
        """Write the encoded rows that answer one question."""
        for writer in self.writers:
            writer.add(rows)
        for table, found in rows.items():
            self.written[table] += len(found)


@contextmanager
def delivered(contract: Contract, folder: Path, envelope: Envelope) -> Iterator[Delivery]:
    """The delivery of one batch into `folder`: data files whole or absent, each control file last."""
    names = {declared.id: _file_name(declared, envelope.batch) for declared in contract.files}
    encoders = {table.name: RowEncoder(contract.format, table) for table in contract.tables if table.delivered}
    delivery = Delivery(contract, encoders, names, dict.fromkeys((table.name for table in contract.tables), 0))
    folder.mkdir(parents=True, exist_ok=True)
    parts = {file_id: folder / f"{name}.part" for file_id, name in names.items()}
    try:
        with ExitStack() as stack:
            for declared in contract.files:
                stream = stack.enter_context(parts[declared.id].open("wb"))
                delivery.writers.append(_writer(contract, declared, encoders, stream, envelope))
            yield delivery
            for writer in delivery.writers:
                writer.finish()
        for declared in contract.files:
            _deliver(declared, parts[declared.id], folder / names[declared.id], delivery.written, envelope)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _writer(
    contract: Contract, declared: FileDecl, encoders: dict[str, RowEncoder], stream: BinaryIO, envelope: Envelope
) -> Writer:
    if contract.format.kind == "bank_xml":
        return MessageFile(contract, encoders, stream, envelope)
    if contract.format.kind == "xlsx":
        return WorkbookFile(contract, encoders, stream, envelope)
    return TableFile(contract, declared.tables[0], encoders[declared.tables[0]], stream)


class TableFile:
    """One delimited table. Rows carrying ``_encoding`` are written in that encoding instead of the agreed one."""

    def __init__(self, contract: Contract, table: str, encoder: RowEncoder, stream: BinaryIO) -> None:
        form = contract.format
        self._table, self._stream = table, stream
        self._names = tuple(column.name for column in encoder.columns)
        self._encoding, self._delimiter = form.encoding, form.delimiter or ","
        self._end = "\r\n" if form.line_end == "CRLF" else "\n"
        self._quote_all = form.quoting == "all"
        self._write([column.label for column in encoder.columns], self._encoding)

    def add(self, rows: Rows) -> None:
        for row in rows.get(self._table, ()):
            self._write([row.get(name, "") for name in self._names], row.get("_encoding", self._encoding))

    def spoil(self) -> list[FileFault]:
        """Nothing is wrong with the table as a whole."""
        return []

    def finish(self) -> None:
        """Nothing stands behind the last record."""

    def _write(self, fields: list[str], encoding: str) -> None:
        quoted = self._delimiter.join(self._quoted(text) for text in fields)
        self._stream.write((quoted + self._end).encode(encoding, "surrogateescape"))

    def _quoted(self, text: str) -> str:
        if self._quote_all or self._delimiter in text or '"' in text or "\n" in text:
            return '"' + text.replace('"', '""') + '"'
        return text


def _file_name(declared: FileDecl, batch: str) -> str:
    return re.sub(r"Q\d{10}", batch, declared.example)


def _deliver(declared: FileDecl, part: Path, path: Path, written: dict[str, int], envelope: Envelope) -> None:
    control = path.with_name(path.name + ".ok")
    control.unlink(missing_ok=True)
    document = {
        "file": path.name,
        "bytes": part.stat().st_size,
        "sha256": sha256_of(part),
        "rows": {table: written[table] for table in declared.tables},
        "mode": "reply",
        "extracted_at": envelope.extracted_at.isoformat(timespec="seconds"),
        "data_as_of": envelope.data_as_of.isoformat(timespec="seconds"),
        "inquiry_batch": envelope.batch,
    }
    part.replace(path)
    write_json(control, document)
