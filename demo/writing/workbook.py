"""The mining office's workbook as a clerk fills it: title, two header rows with merged groups, data, totals, remark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from data_contracts import Contract

Cells = dict[str, Any]
_FIRST_DATA_ROW = 3  # counted from 0: title, two header rows above
_AS_DATE = ("valid_from", "valid_to")
_AS_NUMBER = ("row_no", "area", "fee_due", "mortgage_amount", "wait_order")


@dataclass(frozen=True)
class Habits:
    """What differs from clerk to clerk.

    `labels` renames headers; `merged` are (column, permits) whose cells are one; `totals` ends the sheets with 合计;
    `unmerged` groups of the header stand in their first cell alone.
    """

    labels: Mapping[str, str]
    merged: tuple[tuple[str, tuple[str, ...]], ...] = ()
    totals: bool = True
    unmerged: bool = False


def write_workbook(
    path: Path, contract: Contract, rows: Mapping[str, Sequence[Cells]], as_of: date, habits: Habits
) -> None:
    """Write both sheets. A right whose permit number begins with T stands on 探矿权, all others on 采矿权."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": False})
    book.set_properties({"created": datetime(as_of.year, as_of.month, as_of.day)})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    by_permit: dict[str, list[Cells]] = {}
    for seizure in rows["seizures"]:
        by_permit.setdefault(seizure["permit_no"], []).append(seizure)
    for sheet_name in contract.format.options["sheets"]:
        exploration = sheet_name == "探矿权"
        listed = [right for right in rows["rights"] if str(right["permit_no"]).startswith("T") == exploration]
        sheet = book.add_worksheet(sheet_name)
        columns = _columns(contract)
        _head(
            book,
            sheet,
            columns,
            f"测试区{sheet_name}登记情况表（截至{as_of.year}年{as_of.month}月{as_of.day}日）",
            habits,
        )
        row = _FIRST_DATA_ROW
        blocks: dict[str, tuple[int, int, Cells]] = {}
        for number, right in enumerate(listed, start=1):
            entries = by_permit.get(right["permit_no"], [])
            numbered = {**right, "row_no": right.get("row_no") or number}
            blocks[right["permit_no"]] = (row, row + max(1, len(entries)) - 1, numbered)
            _write(sheet, row, columns, {"rights": numbered}, day)
            for offset, entry in enumerate(entries):
                _write(sheet, row + offset, columns, {"seizures": entry}, day)
            row += max(1, len(entries))
        for column, permits in habits.merged:
            block = [blocks[permit] for permit in permits if permit in blocks]
            if block and block[0][0] < block[-1][1]:
                place = _place(columns, column)
                sheet.merge_range(block[0][0], place, block[-1][1], place, block[0][2][column])
        if habits.totals:
            _totals(sheet, row, columns, listed)
        sheet.write_string(row + 1, 0, "备注：本表由经办人填写")
    book.close()


def _columns(contract: Contract) -> list[tuple[str, str, str]]:
    """(table, column, label) from left to right: the columns of rights with the seizure group in its agreed place."""
    rights, seizures = contract.table("rights"), contract.table("seizures")
    after = contract.format.options["seizure_after"]
    columns: list[tuple[str, str, str]] = []
    for column in rights.columns:
        if column.label.startswith("@"):
            continue  # told by the sheet itself, not by a cell
        columns.append((rights.name, column.name, column.label))
        if column.name == after:
            columns += [(seizures.name, c.name, c.label) for c in seizures.columns if "/" in c.label]
    return columns


def _place(columns: Sequence[tuple[str, str, str]], name: str) -> int:
    return next(place for place, (table, column, _) in enumerate(columns) if table == "rights" and column == name)


def _head(book: Any, sheet: Any, columns: Sequence[tuple[str, str, str]], title: str, habits: Habits) -> None:
    bold = book.add_format({"bold": True, "align": "center"})
    sheet.merge_range(0, 0, 0, len(columns) - 1, title, bold)
    place = 0
    while place < len(columns):
        label = columns[place][2]
        group, _, field = label.partition("/")
        group = habits.labels.get(group, group)
        if not field:
            sheet.merge_range(1, place, 2, place, group, bold)
            place += 1
            continue
        width = sum(1 for _ in _same_group(columns, place))
        if width > 1 and not habits.unmerged:
            sheet.merge_range(1, place, 1, place + width - 1, group, bold)
        else:
            sheet.write_string(1, place, group, bold)
        for offset in range(width):
            sheet.write_string(2, place + offset, columns[place + offset][2].partition("/")[2], bold)
        place += width


def _same_group(columns: Sequence[tuple[str, str, str]], place: int) -> Sequence[int]:
    group = columns[place][2].partition("/")[0]
    end = place
    while end < len(columns) and columns[end][2].partition("/")[0] == group:
        end += 1
    return range(place, end)


def _write(sheet: Any, row: int, columns: Sequence[tuple[str, str, str]], cells: Mapping[str, Cells], day: Any) -> None:
    for place, (table, name, _) in enumerate(columns):
        value = cells.get(table, {}).get(name)
        if value is None:
            continue
        if isinstance(value, int | float):
            sheet.write_number(row, place, value)
        elif name in _AS_DATE and (moment := _iso(value)):
            sheet.write_datetime(row, place, moment, day)
        elif name in _AS_NUMBER and value.replace(".", "", 1).isdigit():
            sheet.write_number(row, place, float(value))
        else:
            sheet.write_string(row, place, value)


def _iso(text: str) -> datetime | None:
    """The date an ISO text names from 1900 on; anything else stays text in its cell."""
    try:
        moment = datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None
    return moment if 1900 < moment.year < 9999 else None


def _totals(sheet: Any, row: int, columns: Sequence[tuple[str, str, str]], rights: Sequence[Cells]) -> None:
    fees = [str(right["fee_due"]).replace(",", "") for right in rights if right["fee_due"]]
    sheet.write_string(row, 0, "合计")
    sheet.write_string(row, _place(columns, "mine_name"), f"共{len(rights)}宗")
    sheet.write_number(
        row, _place(columns, "fee_due"), sum(float(fee) for fee in fees if fee.replace(".", "", 1).isdigit())
    )
