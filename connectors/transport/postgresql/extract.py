"""All tables of one snapshot, written as the agreed ZIP of CSVs: from there on both ways of delivery are one."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from psycopg import sql
from psycopg.rows import TupleRow

from connectors.transport.postgresql.session import Cursor, query
from core.errors import SenderError
from data_contracts import Contract, Table

#: Rows of one page, which is what memory holds.
PAGE_ROWS = 10_000


@dataclass(frozen=True)
class Extract:
    """What is read of the views in `schema`: what changed after `since`, or the whole register when that is None."""

    cursor: Cursor
    contract: Contract
    schema: str
    since: datetime | None

    def write(self, to: Path, made_at: datetime) -> dict[str, int]:
        """Write every table to the archive `to`; return rows by table. The same rows always give the same bytes."""
        rows = {}
        with zipfile.ZipFile(to, "w") as archive:
            for table in self.contract.tables:
                entry = zipfile.ZipInfo(table.locator[0], made_at.timetuple()[:6])
                entry.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(entry, "w", force_zip64=True) as stream:
                    rows[table.name] = self._write_table(table, stream)
        return rows

    def deleted(self, table: Table) -> int:
        """Rows that the view still shows although they left the register."""
        row = self.cursor.execute(query("deleted", view=self._view(table))).fetchone()
        return int(row[0] or 0) if row else 0

    def _write_table(self, table: Table, stream: IO[bytes]) -> int:
        form, rows = self.contract.format, 0
        columns = self._columns(table)
        labels = {column.name: column.label for column in table.columns}
        text = io.TextIOWrapper(stream, encoding="utf-8-sig" if form.bom else form.encoding, newline="")
        writer = csv.writer(text, delimiter=form.delimiter or ",", lineterminator="\r\n")
        writer.writerow([labels.get(name, name) for name in columns])
        for page in self._pages(table, columns):
            writer.writerows(page)
            rows += len(page)
        text.flush()
        text.detach()
        return rows

    def _columns(self, table: Table) -> list[str]:
        """Columns as the view has them. One too few or too many is found by the reader, as in a delivered file."""
        self.cursor.execute(query("columns", view=self._view(table)))
        columns = [column.name for column in self.cursor.description or ()]
        for needed in (table.key[0], "op", "updated_at"):
            if needed not in columns:
                raise SenderError(
                    f"view {table.name} has no column {needed}", verdict="bad_answer", where=self.contract.source
                )
        return columns

    def _pages(self, table: Table, columns: Sequence[str]) -> Iterator[list[TupleRow]]:
        """Pages in the order of the key; rows of one key stand in one page, so none falls between two."""
        names = {"columns": self._selected(columns), "view": self._view(table), "key": sql.Identifier(table.key[0])}
        values: dict[str, Any] = {"since": self.since, "size": PAGE_ROWS}
        page = self.cursor.execute(query("first_page", **names), values).fetchall()
        while page:
            yield page
            if len(page) < PAGE_ROWS:
                break
            values["after"] = page[-1][columns.index(table.key[0])]
            page = self.cursor.execute(query("next_page", **names), values).fetchall()
        yield self.cursor.execute(query("without_key", **names), values).fetchall()

    def _selected(self, columns: Iterable[str]) -> sql.Composable:
        """Every value as PostgreSQL writes it. In a whole register each row is what it says: op tells nothing more."""
        whole = sql.SQL("'I'") if self.since is None else sql.Identifier("op")
        return sql.SQL(", ").join(
            (whole if name == "op" else sql.Identifier(name)) + sql.SQL("::text") for name in columns
        )

    def _view(self, table: Table) -> sql.Identifier:
        return sql.Identifier(self.schema, table.name)
