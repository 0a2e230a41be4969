"""One file being read: what a format reader is given, and where it leaves what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.formats import labels
from connectors.formats.report import FileWarning, ReadReport
from connectors.formats.text_table import TextTable, count_defects
from core.errors import DeliveryError
from data_contracts import Column, Contract, FileDecl
from data_contracts.drift import Change

LAYOUT = "unexpected_layout"
DIFFERS = "header differs from the agreement"
#: A file with more to say than this says nothing new.
MOST_WARNINGS = 50
#: Columns that a message counts up.
MOST_NAMED = 20
#: Characters read after which waiting rows are handed over, however few they are.
PACE = 8 << 20


def unreadable(what: str, where: str, do: str = "") -> DeliveryError:
    """A file as a whole is not what was agreed."""
    return DeliveryError(
        what, verdict=LAYOUT, where=where, do=do or "ask the agency for a corrected file; the last good state stays"
    )


@dataclass
class Reading:
    """`tables` are open for writing, one per table of the file declaration. `name` is the delivered file's name."""

    contract: Contract
    declared: FileDecl
    path: Path
    name: str
    tables: Mapping[str, TextTable]
    head: dict[str, Any] = field(default_factory=dict)
    stated_rows: dict[str, int] = field(default_factory=dict)
    warnings: list[FileWarning] = field(default_factory=list)
    uncounted: set[str] = field(default_factory=set)

    @property
    def only_table(self) -> TextTable:
        """The table of a file that carries exactly one."""
        (table,) = self.tables.values()
        return table

    def paced(self, blocks: Iterable[str]) -> Iterator[str]:
        """Pass the blocks of the file on; rows that wait in the tables never hold more text than `PACE`."""
        waiting = 0
        for block in blocks:
            yield block
            waiting += len(block)
            if waiting > PACE:
                waiting = 0
                for table in self.tables.values():
                    table.flush()

    def warn(self, message: str, code: str = LAYOUT) -> None:
        """Note something about the file as a whole; the same message once, and only the first `MOST_WARNINGS`."""
        warning = FileWarning(code, message)
        if warning not in self.warnings and len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(warning)

    def refuse(self, what: str, *, place: str = "", do: str = "") -> DeliveryError:
        """The error for a file whose layout is not the agreed one; the caller raises it. `place` is inside the file."""
        return unreadable(what, f"{self.name}, {place}" if place else self.name, do)

    def drifted(self, change: Change, what: str, *, place: str = "") -> None:
        """Do what the contract decides about a change of the layout: refuse the file, or note the change and go on."""
        if self.contract.drift[change] == "freeze":
            raise self.refuse(what, place=place)
        self.warn(what)

    def places_of(
        self, delivered: Sequence[str], columns: Sequence[Column], *, order: Sequence[Column] = (), place: str = ""
    ) -> Mapping[str, int]:
        """Agreed label -> place in the delivered header, as far as it is there. The contract decides about the rest.

        `order`: columns whose order is agreed, where that is not all of `columns`.
        """
        header = labels.match(delivered, columns, self.contract.format.label_aliases)
        if header.twice:
            raise self.refuse(f"{DIFFERS}: labels there twice: {', '.join(header.twice)}", place=place)
        if absent := [column.label for column in header.missing if column.required]:
            self.drifted("missing_required_column", f"{DIFFERS}: labels missing: {', '.join(absent)}", place=place)
        if absent := [column.label for column in header.missing if not column.required]:
            self.drifted("missing_optional_column", f"{DIFFERS}: labels missing: {', '.join(absent)}", place=place)
        if header.added:
            where = ", ".join(map(str, header.added[:MOST_NAMED])) + ", …" * (len(header.added) > MOST_NAMED)
            self.drifted("added_column", f"{DIFFERS}: unknown labels in columns {where}", place=place)
        if header.renamed:
            self.drifted("renamed_column", f"labels by another agreed name: {', '.join(header.renamed)}", place=place)
        if header.reordered(order or columns):
            self.drifted("reordered_columns", "labels in another order than agreed", place=place)
        return header.positions

    def report(self) -> ReadReport:
        """What was found. Call it after the tables are closed: marks are resolved while they are written."""
        return ReadReport(
            file=self.name,
            rows={name: table.rows for name, table in self.tables.items()},
            defects=count_defects(self.tables),
            head=self.head,
            stated_rows=self.stated_rows,
            warnings=tuple(self.warnings),
            uncounted=tuple(sorted(self.uncounted)),
        )
