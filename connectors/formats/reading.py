"""One file being read: what a format reader is given, and where it leaves what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.formats.report import FileWarning, ReadReport
from connectors.formats.text_table import TextTable, count_defects
from core.errors import DeliveryError
from data_contracts import Contract, FileDecl

LAYOUT = "unexpected_layout"
#: A file with more to say than this says nothing new.
MOST_WARNINGS = 50
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
