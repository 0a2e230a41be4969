"""The banks' XML message, written as a stream: head, then one CXFK per question with everything nested in it."""

from __future__ import annotations

from typing import BinaryIO
from xml.sax.saxutils import escape

from data_contracts import Contract, Table
from demo.replies.bank_habits import HABITS
from demo.replies.cells import PRIVATE, Row, RowEncoder, Rows, moment_encoder
from demo.replies.envelope import Envelope, FileFault


class MessageFile:
    """One message. Where rows are nested, and which containers the bank never writes, is read from the contract."""

    def __init__(
        self, contract: Contract, encoders: dict[str, RowEncoder], stream: BinaryIO, envelope: Envelope
    ) -> None:
        form = contract.format
        self._form, self._stream, self._encoders = form, stream, encoders
        # The declaration of one bank names less than the bytes are; the agreed encoding decides.
        self._encoding = form.encoding
        self._root = form.root or "CKFK"
        self._top = next(table for table in contract.tables if table.top_level)
        self._inside = {
            table.name: [child for child in contract.children(table.name) if child.delivered]
            for table in contract.tables
        }
        self._labels = {name: [(c.name, c.label) for c in encoder.columns] for name, encoder in encoders.items()}
        self._second_bom = envelope.spoiled and form.bom
        self._begin(contract, envelope)

    def add(self, rows: Rows) -> None:
        for row in rows[self._top.name]:
            self._write(self._element(self._top, row, rows) + "\n")

    def finish(self) -> None:
        self._write(f"</{self._root}>")

    def spoil(self) -> list[FileFault]:
        """What is wrong with the message as a whole: a second BOM after the declaration, where there is a first."""
        return [(self._top.name, "inquiry_no", "bom_or_zero_width", "accepted")] if self._second_bom else []

    def _begin(self, contract: Contract, envelope: Envelope) -> None:
        habits = HABITS[contract.source]
        values = {
            "bank_code": habits.bank_code,
            "bank_name": habits.name,
            "inquiry_batch": envelope.batch,
            "generated_at": moment_encoder(self._form.datetime[0])(envelope.extracted_at),
            "inquiries": str(envelope.asked),
        }
        options = self._form.options
        head_name = options["head_path"].rsplit("/", 1)[1]
        head = "".join(f"<{label}>{escape(values[name])}</{label}>" for label, name in options["head"].items())
        declaration = options.get("declaration")
        namespace = f' xmlns="{self._form.namespace}"' if self._form.namespace else ""
        if self._form.bom:
            self._write("\ufeff")
        if declaration:
            self._write(declaration + "\n")
        if self._second_bom:
            self._write("\ufeff")
        self._write(f'<{self._root} version="1.0"{namespace}><{head_name}>{head}</{head_name}>\n')

    def _element(self, table: Table, row: Row, rows: Rows) -> str:
        parts = [f"<{label}>{_text(row[name])}</{label}>" for name, label in self._labels[table.name] if name in row]
        parts += [self._container(child, row, rows) for child in self._inside[table.name]]
        name = table.locator[0].rsplit("/", 1)[1]
        return f"<{name}>{''.join(parts)}</{name}>"

    def _container(self, table: Table, parent: Row, rows: Rows) -> str:
        found = rows.get(table.name, ())
        if table.parent is not None and len(table.parent.columns) > 1:
            found = [row for row in found if row[PRIVATE + "of"] == parent[PRIVATE + "of"]]
        if not found:
            return ""
        container = table.locator[0].rsplit("/", 2)[1]
        return f"<{container}>{''.join(self._element(table, row, rows) for row in found)}</{container}>"

    def _write(self, text: str) -> None:
        self._stream.write(text.encode(self._encoding, "surrogateescape"))


def _text(text: str) -> str:
    return escape(text) if "&" in text or "<" in text or ">" in text else text
