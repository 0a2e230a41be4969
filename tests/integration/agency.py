"""A small agency for tests: writes deliveries in their delivered form, with control files, into a drops folder.

Rows are given as column name -> delivered text. Columns that are required and not given carry the contract's example.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

from core.store import compact
from data_contracts import Contract, Table, load

Row = Mapping[str, str | None]
Tables = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Agency:
    """One sender. Every writer returns the path of the file it wrote."""

    drops: Path
    source: str

    @property
    def contract(self) -> Contract:
        return load(self.source)

    def folder(self, day: date) -> Path:
        folder = self.drops / self.source / compact(day)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def put(
        self,
        day: date,
        name: str,
        content: bytes,
        rows: Mapping[str, int],
        *,
        stated: Mapping[str, Any] | None = None,
        control: bool = True,
    ) -> Path:
        """Write a file and its control file; `stated` overrides what the control file says."""
        path = self.folder(day) / name
        path.write_bytes(content)
        if control:
            document = {
                "file": name,
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "rows": dict(rows),
                "mode": "reply" if "_reply_" in name else "full" if "_full_" in name else "delta",
                "extracted_at": datetime.combine(day, time(23, 40)).isoformat(),
                "data_as_of": datetime.combine(day, time(20)).isoformat(),
                "inquiry_batch": None,
            }
            path.with_name(f"{name}.ok").write_text(json.dumps({**document, **(stated or {})}), encoding="utf-8")
        return path

    def zip(
        self, day: date, mode: str, tables: Tables, *, revision: str = "", stated: Mapping[str, Any] | None = None
    ) -> Path:
        """land, enterprises: one archive with an entry per table."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as entries:
            for table in self.contract.tables:
                content = self._csv(table, tables.get(table.name, ()))
                entries.writestr(zipfile.ZipInfo(table.locator[0], (2026, 11, 22, 20, 0, 0)), content)
        return self.put(
            day,
            f"{self.source}_{mode}_{compact(day)}{revision}.zip",
            archive.getvalue(),
            {table.name: len(tables.get(table.name, ())) for table in self.contract.tables},
            stated=stated,
        )

    def text(
        self,
        day: date,
        mode: str,
        file_id: str,
        rows: Sequence[Row],
        *,
        revision: str = "",
        stated: Mapping[str, Any] | None = None,
    ) -> Path:
        """vehicles, planning: one text file per table."""
        declared = self.contract.file(file_id)
        table = self.contract.table(declared.tables[0])
        name = f"{self.source}_{file_id}_{mode}_{compact(day)}{revision}{Path(declared.example).suffix}"
        return self.put(day, name, self._csv(table, rows), {table.name: len(rows)}, stated=stated)

    def reply(
        self,
        day: date,
        batch: str,
        rows: Sequence[Row],
        *,
        file_id: str = "main",
        stated: Mapping[str, Any] | None = None,
    ) -> Path:
        """household, bank_sdrcb: one CSV file per table and batch."""
        declared = self.contract.file(file_id)
        table = self.contract.table(declared.tables[0])
        middle = "" if file_id == "main" else f"{file_id}_"
        name = f"{self.source}_{middle}reply_{batch}.csv"
        return self.put(
            day,
            name,
            self._csv(table, rows),
            {table.name: len(rows)},
            stated={"inquiry_batch": batch, **(stated or {})},
        )

    def units(
        self, day: date, mode: str, units: Sequence[tuple[Row, Tables]], stated: Mapping[str, Any] | None = None
    ) -> Path:
        """housing: units with their nested rows."""
        count = {table.name: 0 for table in self.contract.tables}
        body = []
        for unit, children in units:
            top = self.contract.table("units")
            count["units"] += 1
            if unit.get("op") == "D":
                body.append(f'<FWDY op="D"><FWID>{unit["unit_id"]}</FWID></FWDY>')
                continue
            containers = ""
            for name, rows in children.items():
                table = self.contract.table(name)
                _, container, element = table.locator[0].removeprefix("/FWDJ/").split("/")
                inner = "".join(f"<{element}>{_elements(table, row)}</{element}>" for row in rows)
                containers += f"<{container}>{inner}</{container}>"
                count[name] += len(rows)
            body.append(f'<FWDY op="{unit.get("op") or "I"}">{_elements(top, unit)}{containers}</FWDY>')
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<FWDJ version="1.0" mode="{mode}" asOf="{day.isoformat()}T20:00:00"'
            f' count="{len(units)}">\n' + "\n".join(body) + "\n</FWDJ>\n"
        )
        return self.put(day, f"housing_{mode}_{compact(day)}.xml", text.encode(), count, stated=stated)

    def page(
        self, day: date, mode: str, page: int, projects: Sequence[Row], *, of: int, total: int, **changes: Any
    ) -> Path:
        """development: one page; `changes` override the page object."""
        moment = datetime.combine(day, time(20), timezone(timedelta(hours=8)))
        table = self.contract.table("projects")
        items = [
            {column.label: _json(column.type, value) for column in table.columns if (value := _value(column, project))}
            for project in projects
        ]
        document = {
            "code": 0,
            "message": "ok",
            "snapshot": f"S{compact(day)}-01",
            "mode": mode,
            "page": page,
            "size": 2,
            "totalPages": of,
            "totalRows": {"projects": total, "documents": 0, "applications": 0},
            "dataAsOf": int(moment.timestamp() * 1000),
            "extractedAt": int(moment.timestamp() * 1000) + 1000,
            "items": items,
        }
        content = json.dumps({**document, **changes}, ensure_ascii=False).encode()
        count = {"projects": len(projects), "documents": 0, "applications": 0}
        return self.put(day, f"development_{mode}_{compact(day)}_p{page:04d}.json", content, count)

    def workbook(
        self, day: date, mode: str, rights: Sequence[Row], *, counted: int | None = None, name: str = ""
    ) -> Path:
        """mining: by hand, without control file, last saved in the evening of its date."""
        book = openpyxl.Workbook()
        book.remove(book.active)
        # The sheet tells its own column; it is no cell.
        columns = [column for column in self.contract.table("rights").columns if not column.label.startswith("@")]
        seizure = [column for column in self.contract.table("seizures").columns if column.name != "permit_no"]
        place = next(number for number, column in enumerate(columns) if column.name == "mortgage_to") + 1
        columns[place:place] = seizure
        for title in self.contract.format.options["sheets"]:
            sheet = book.create_sheet(title)
            rows = rights if title == "采矿权" else []
            sheet.append([f"测试区{title}登记情况表（截至{day.year}年{day.month}月{day.day}日）"])
            groups = [column.label.split("/")[0] for column in columns]
            sheet.append([group if groups.index(group) == number else None for number, group in enumerate(groups)])
            sheet.append([column.label.partition("/")[2] or None for column in columns])
            for number, right in enumerate(rows, start=1):
                given = {"row_no": str(number), **right}
                sheet.append(
                    [
                        given.get(column.name, column.example if column.required and column not in seizure else None)
                        for column in columns
                    ]
                )
            if rows:
                sheet.append(["合计", None, f"共{len(rows) if counted is None else counted}宗"])
        content = io.BytesIO()
        book.save(content)
        path = self.put(day, name or f"mining_{mode}_{compact(day)}.xlsx", content.getvalue(), {}, control=False)
        saved = datetime.combine(day, time(18), timezone(timedelta(hours=8))).timestamp()
        os.utime(path, (saved, saved))
        return path

    def _csv(self, table: Table, rows: Sequence[Row]) -> bytes:
        form = self.contract.format
        quote: Callable[[str], str] = str
        if form.quoting == "all":
            quote = lambda value: '"' + value.replace('"', '""') + '"'  # noqa: E731
        elif form.quoting == "minimal":
            quote = lambda value: '"' + value.replace('"', '""') + '"' if set(value) & set(',"\n') else value  # noqa: E731
        null = form.null_as[0]
        lines = [[column.label for column in table.columns]] if form.header else []
        lines += [[_value(column, row) or null for column in table.columns] for row in rows]
        end = "\r\n" if form.line_end == "CRLF" else "\n"
        delimiter = form.delimiter or ","
        text = "".join(delimiter.join(quote(value) for value in line) + end for line in lines)
        return (b"\xef\xbb\xbf" if form.bom else b"") + text.encode(form.encoding)


def _value(column: Any, row: Row) -> str | None:
    if column.name in row:
        return row[column.name]
    if row.get("op") == "D":
        return None
    return str(column.example) if column.required and column.example is not None else None


def _elements(table: Table, row: Row) -> str:
    return "".join(
        f"<{column.label}>{escape(value)}</{column.label}>"
        for column in table.columns
        if not column.label.startswith("@") and not column.from_parent and (value := _value(column, row))
    )


def _json(kind: str, value: str) -> Any:
    return int(value) if kind == "datetime" else value
