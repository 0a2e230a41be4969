"""One delivery of one register: its files, whole, with control files, in the folder of its business date."""

from __future__ import annotations

import os
import shutil
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from core.files import sha256_of, write_json
from core.store import compact
from data_contracts import Contract, FileDecl
from demo.arrow import Table
from demo.writing.json_objects import JsonLinesFile, objects, page
from demo.writing.lines import LineFile
from demo.writing.workbook import Habits, write_workbook
from demo.writing.xml_units import XmlFile

PAGE_SIZE = 200
#: A workbook counts as complete when nobody has touched it for five minutes.
_QUIET_SECONDS = 3600


@dataclass(frozen=True)
class Written:
    """One delivered file and the rows of each table in it."""

    file: str
    mode: str
    rows: dict[str, int]


@dataclass
class Moment:
    """When a delivery was made: business date, full or delta, the state it shows and when it was drawn."""

    night: date
    mode: str
    as_of: datetime
    extracted_at: datetime


@dataclass
class Layout:
    """Deviations from the plain form, planted as faults: headers in other words or order, habits of the clerk."""

    headers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    habits: Habits = field(default_factory=lambda: Habits(labels={}))


class Delivery:
    """Takes batches of text tables, children in the order of their parents; `close` makes the files appear.

    Until then everything stands in a hidden folder beside them.
    """

    def __init__(self, folder: Path, contract: Contract, moment: Moment, layout: Layout | None = None) -> None:
        self.folder, self.contract, self.moment, self.layout = folder, contract, moment, layout or Layout()
        self.rows = {table.name: 0 for table in contract.tables}
        self._work = folder / ".part"
        self._work.mkdir(parents=True, exist_ok=True)
        self._open: list[BinaryIO] = []

    def add(self, tables: Mapping[str, Table]) -> None:
        """Append a batch; tables that are absent have no rows in it."""
        self._append(tables)
        for name, rows in tables.items():
            self.rows[name] += len(rows)

    def close(self) -> list[Written]:
        """Finish all files, write their control files, and say what they hold."""
        self._finish()
        for stream in self._open:
            stream.close()
        written = [self._publish(*entry) for entry in self._files()]
        shutil.rmtree(self._work)
        return written

    def locate(self, table: str, position: int) -> tuple[str, int]:
        """(file, row_no) of the row at `position` (from 0) among all rows of `table` in this delivery."""
        declared = next(entry for entry in self.contract.files if table in entry.tables)
        return self._name(declared), position + 1

    def _append(self, tables: Mapping[str, Table]) -> None:
        raise NotImplementedError  # each format writes its own rows

    def _finish(self) -> None:
        """What must be written before the files are closed."""

    def _files(self) -> list[tuple[FileDecl, Path, str, dict[str, int]]]:
        """(declaration, finished file, delivered name, rows by table) of every file of the delivery."""
        raise NotImplementedError  # each format knows its own files

    def _stream(self, name: str) -> BinaryIO:
        stream = (self._work / name).open("w+b")
        self._open.append(stream)
        return stream

    def _name(self, declared: FileDecl, **parts: str) -> str:
        """The delivered name: the contract's example with mode, date (and page) put in."""
        stem, dot, suffix = declared.example.rpartition(".")
        words = stem.split("_")
        words = [self.moment.mode if word in ("full", "delta") else word for word in words]
        words = [
            compact(self.moment.night) if word.isdigit() and len(word) == len("20261122") else word for word in words
        ]
        if "page" in parts:
            words[-1] = parts["page"]
        return "_".join(words) + dot + suffix

    def _counts(self, declared: FileDecl) -> dict[str, int]:
        return {name: self.rows[name] for name in declared.tables}

    def _publish(self, declared: FileDecl, finished: Path, name: str, rows: dict[str, int]) -> Written:
        target = self.folder / name
        finished.replace(target)
        if declared.control:
            document: dict[str, Any] = {
                "file": name,
                "bytes": target.stat().st_size,
                "sha256": sha256_of(target),
                "rows": rows,
                "mode": self.moment.mode,
                "extracted_at": self.moment.extracted_at.isoformat(),
                "data_as_of": self.moment.as_of.isoformat(),
                "inquiry_batch": None,
            }
            write_json(target.with_name(name + ".ok"), document)
        else:
            quiet = time.time() - _QUIET_SECONDS
            _set_time(target, quiet)
        return Written(name, self.moment.mode, rows)


def _set_time(path: Path, moment: float) -> None:
    os.utime(path, (moment, moment))


class LinesDelivery(Delivery):
    """One delimited text or CSV file per declared file (vehicles, planning)."""

    def __init__(self, folder: Path, contract: Contract, moment: Moment, layout: Layout | None = None) -> None:
        super().__init__(folder, contract, moment, layout)
        self._lines = {
            declared.tables[0]: LineFile(
                self._stream(declared.id), contract.format, contract.table(declared.tables[0]),
                self.layout.headers.get(declared.tables[0]),
            )
            for declared in contract.files
        }  # fmt: skip

    def _append(self, tables: Mapping[str, Table]) -> None:
        for name, rows in tables.items():
            self._lines[name].add(rows)

    def _files(self) -> list[tuple[FileDecl, Path, str, dict[str, int]]]:
        return [(d, self._work / d.id, self._name(d), self._counts(d)) for d in self.contract.files]


class ArchiveDelivery(Delivery):
    """One ZIP of CSV entries (land, enterprises)."""

    def __init__(self, folder: Path, contract: Contract, moment: Moment, layout: Layout | None = None) -> None:
        super().__init__(folder, contract, moment, layout)
        self._lines = {
            table.name: LineFile(
                self._stream(table.locator[0]), contract.format, table, self.layout.headers.get(table.name)
            )
            for table in contract.tables
        }

    def _append(self, tables: Mapping[str, Table]) -> None:
        for name, rows in tables.items():
            self._lines[name].add(rows)

    def _files(self) -> list[tuple[FileDecl, Path, str, dict[str, int]]]:
        declared = self.contract.files[0]
        packed = self._work / "packed.zip"
        night = self.moment.night
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for table in self.contract.tables:
                # A fixed time inside the archive: the same seed gives the same bytes.
                entry = zipfile.ZipInfo(table.locator[0], (night.year, night.month, night.day, 23, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                with (self._work / table.locator[0]).open("rb") as plain, archive.open(entry, "w") as packed_entry:
                    shutil.copyfileobj(plain, packed_entry, 1 << 20)
        return [(declared, packed, self._name(declared), self._counts(declared))]


class XmlDelivery(Delivery):
    """One XML document (housing)."""

    def __init__(self, folder: Path, contract: Contract, moment: Moment, layout: Layout | None = None) -> None:
        super().__init__(folder, contract, moment, layout)
        self._document = XmlFile(self._stream("document"), contract, moment.mode, moment.as_of)

    def _append(self, tables: Mapping[str, Table]) -> None:
        self._document.add(tables)

    def _finish(self) -> None:
        self._document.close()

    def _files(self) -> list[tuple[FileDecl, Path, str, dict[str, int]]]:
        declared = self.contract.files[0]
        return [(declared, self._work / "document", self._name(declared), self._counts(declared))]


class JsonLinesDelivery(Delivery):
    """One JSON Lines file (court_cases)."""

    def __init__(self, folder: Path, contract: Contract, moment: Moment, layout: Layout | None = None) -> None:
        super().__init__(folder, contract, moment, layout)
        self._document = JsonLinesFile(self._stream("document"), contract)

    def _append(self, tables: Mapping[str, Table]) -> None:
        self._document.add(tables)

    def _files(self) -> list[tuple[FileDecl, Path, str, dict[str, int]]]:
        declared = self.contract.files[0]
        return [(declared, self._work / "document", self._name(declared), self._counts(declared))]


class PagesDelivery(Delivery):
    """Numbered JSON pages of one reading (development). Items wait in memory, since every page states the totals."""

    def __init__(self, folder: Path, contract: Contract, moment: Moment, layout: Layout | None = None) -> None:
        super().__init__(folder, contract, moment, layout)
        self._items: list[str] = []
        self._top = next(table for table in contract.tables if table.parent is None)
        #: number of the item each child row belongs to
        self._owner: dict[str, list[int]] = {table.name: [] for table in contract.tables if table.parent}

    def _append(self, tables: Mapping[str, Table]) -> None:
        items = objects(self.contract, tables).to_pylist()
        keys = {
            key: len(self._items) + place
            for place, key in enumerate(tables[self._top.name][self._top.key[0]].to_pylist())
        }
        for name, owners in self._owner.items():
            if name in tables:
                owners += [keys[key] for key in tables[name][self._top.key[0]].to_pylist()]
        self._items += items

    def locate(self, table: str, position: int) -> tuple[str, int]:
        item = position if table == self._top.name else self._owner[table][position]
        number = item // PAGE_SIZE
        first = number * PAGE_SIZE
        before = first if table == self._top.name else int(np.searchsorted(self._owner[table], first))
        return self._name(self.contract.files[0], page=f"p{number + 1:04d}"), position - before + 1

    def _files(self) -> list[tuple[FileDecl, Path, str, dict[str, int]]]:
        declared = self.contract.files[0]
        pages = max(1, -(-len(self._items) // PAGE_SIZE))
        files = []
        for number in range(1, pages + 1):
            first, last = (number - 1) * PAGE_SIZE, number * PAGE_SIZE
            items = self._items[first:last]
            text = page(
                self.contract,
                items,
                snapshot=f"S{compact(self.moment.night)}-01",
                mode=self.moment.mode,
                number=number,
                pages=pages,
                totals=self.rows,
                as_of=self.moment.as_of,
                extracted_at=self.moment.extracted_at,
                size=PAGE_SIZE,
            )
            path = self._work / f"page{number}"
            path.write_bytes(text)
            rows = {
                name: int(np.searchsorted(own, last) - np.searchsorted(own, first)) for name, own in self._owner.items()
            }
            rows = {name: rows.get(name, len(items)) for name in declared.tables}
            files.append((declared, path, self._name(declared, page=f"p{number:04d}"), rows))
        return files


class WorkbookDelivery(Delivery):
    """One workbook (mining); a clerk's table is small, so its rows wait in memory."""

    def __init__(self, folder: Path, contract: Contract, moment: Moment, layout: Layout | None = None) -> None:
        super().__init__(folder, contract, moment, layout)
        self._kept: dict[str, list[dict[str, Any]]] = {table.name: [] for table in contract.tables}

    def _append(self, tables: Mapping[str, Table]) -> None:
        for name, rows in tables.items():
            self._kept[name] += rows.to_pylist()

    def _files(self) -> list[tuple[FileDecl, Path, str, dict[str, int]]]:
        declared = self.contract.files[0]
        path = self._work / "workbook.xlsx"
        habits = self.layout.habits
        write_workbook(path, self.contract, self._kept, self.moment.as_of.date(), habits)
        return [(declared, path, self._name(declared), self._counts(declared))]


_KINDS: dict[str, type[Delivery]] = {
    "csv": LinesDelivery,
    "delimited_text": LinesDelivery,
    "zip_of_csv": ArchiveDelivery,
    "xml": XmlDelivery,
    "jsonl": JsonLinesDelivery,
    "json_pages": PagesDelivery,
    "xlsx_by_hand": WorkbookDelivery,
}


def open_delivery(out: Path, contract: Contract, moment: Moment, layout: Layout | None = None) -> Delivery:
    """The delivery of `contract` for that night, in the folder where the court will look for it."""
    folder = out / contract.source / compact(moment.night)
    return _KINDS[contract.format.kind](folder, contract, moment, layout)
