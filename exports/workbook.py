"""A profile as XLSX: amounts are numbers, dates are dates, ID and account numbers are text, nothing is a formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

import xlsxwriter

from core.files import written_whole
from exports.imprint import CLUE_ZH, Imprint, unanswered
from exports.profile_report import identity
from exports.sheets import Column, Kind, Sheet, sheets
from exports.text import cell, printable
from profiles.layout_zh import width
from profiles.report_asset_zh import Explain, money
from profiles.report_context_zh import moment

Row = Mapping[str, Any]
FONT = "宋体"
#: What one cell of a workbook holds at most, and what stands at its end where more was delivered.
LONGEST, CUT = 32_767, "……（过长，已截断）"
FORMATS: dict[Kind, dict[str, Any]] = {
    "text": {"num_format": "@", "text_wrap": True},
    "money": {"num_format": "0.00"},
    "date": {"num_format": "yyyy-mm-dd", "align": "left"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
    "count": {"num_format": "0"},
    "ratio": {"num_format": "0.0%"},
}
#: Characters that stand side by side on a printed page and can still be read.
PAGE_WIDTH = 170
#: Points of one line of text, and of the highest row that a workbook can have.
LINE, HIGHEST = 13.5, 409.0
#: An amount that was not delivered; a date that was not stays empty, for it may not be there at all (waiting seizures).
UNKNOWN: dict[Kind, str] = {"money": "不明"}


def write(profile: Row, imprint: Imprint, path: Path, explain: Explain | None = None) -> None:
    """Write the workbook of one debtor to `path`, whole or not at all. The same database gives the same bytes."""
    with _book("被执行人财产档案", imprint, path) as book:
        formats = {kind: _format(book, **facts) for kind, facts in FORMATS.items()}
        _cover(book, "被执行人财产档案", _of_debtor(profile, imprint), imprint)
        for sheet in sheets(profile, explain):
            _sheet(book, sheet, formats, imprint)


def write_list(sheet: Sheet, imprint: Imprint, path: Path, told: Sequence[tuple[str, str]]) -> None:
    """Write one list to `path`, whole or not at all. `told`: what it was chosen by, for the cover."""
    with _book(sheet.name, imprint, path) as book:
        formats = {kind: _format(book, **facts) for kind, facts in FORMATS.items()}
        _cover(book, sheet.name, [("内容", sheet.note), *told, *_of_night(imprint)], imprint)
        _sheet(book, sheet, formats, imprint)


@contextmanager
def _book(title: str, imprint: Imprint, path: Path) -> Iterator[Any]:
    with written_whole(path) as temporary:
        book = xlsxwriter.Workbook(
            str(temporary),
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True},
        )
        book.set_properties(
            {
                "title": title,
                "author": printable(imprint.court_name),
                "comments": f"{imprint.night_zh}。{CLUE_ZH}",
                "created": imprint.published_at,
            }
        )
        yield book
        book.close()


def _format(book: Any, **facts: Any) -> Any:
    return book.add_format(
        {"font_name": FONT, "font_size": 10, "valign": "top", "border": 1, "border_color": "#B8BCC4", **facts}
    )


def _of_debtor(profile: Row, imprint: Imprint) -> list[tuple[str, str]]:
    debtor = profile["debtor"]
    *night, form = _of_night(imprint)
    return [
        ("法院", imprint.court_name),
        ("档案编号", debtor["debtor_id"]),
        *identity(debtor),
        ("尚欠（元）", money(debtor["claim_balance"])),
        ("可执行净值（元）", f"{money(debtor['net_value'])}（只计已确认、现有、价值已知且依法可计的财产）"),
        ("已确认现有财产", f"{debtor['confirmed_assets']} 件，其中 {debtor['unvalued_assets']} 件价值不明，未计入净值"),
        ("待人工核实", f"{debtor['waiting_review']} 件，不计入，另表列明"),
        *night,
        ("数据最早截至", moment(debtor["data_as_of"])),
        ("未送达或未完整答复", unanswered(profile, imprint)),
        form,
    ]


def _of_night(imprint: Imprint) -> list[tuple[str, str]]:
    return [
        ("业务日期", imprint.business_date.isoformat()),
        ("运行", imprint.run_id),
        ("程序", imprint.code_version),
        ("发布时间", moment(imprint.published_at)),
        ("格式", "单元格以撇号（'）开头的，撇号是本程序所加：原文以 = + - @ 开头，防止被当作公式计算。"),
    ]


def _cover(book: Any, title_zh: str, rows: Sequence[tuple[str, str]], imprint: Imprint) -> None:
    sheet = book.add_worksheet("说明")
    title = book.add_format({"font_name": "黑体", "font_size": 16})
    warning = book.add_format({"font_name": FONT, "font_size": 10, "font_color": "#A8201A", "text_wrap": True})
    name, value = _format(book, bg_color="#ECEFF3"), _format(book, **FORMATS["text"])
    sheet.write_string(0, 0, title_zh, title)
    sheet.merge_range(1, 0, 1, 1, "", warning)
    sheet.write_string(1, 0, cell(f"{imprint.classification}。{CLUE_ZH}"), warning)
    sheet.set_row(1, 30)
    for number, (told, text) in enumerate(rows, start=2):
        sheet.write_string(number, 0, told, name)
        sheet.write_string(number, 1, _text(text), value)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 76)
    _printing(sheet, imprint)


def _sheet(book: Any, sheet: Sheet, formats: Mapping[Kind, Any], imprint: Imprint) -> None:
    made = book.add_worksheet(sheet.name)
    head = _format(book, bold=True, bg_color="#ECEFF3", text_wrap=True)
    top = 0
    if sheet.note:
        made.write_string(0, 0, sheet.note, book.add_format({"font_name": FONT, "font_color": "#A8201A"}))
        top = 1
    for number, column in enumerate(sheet.columns):
        made.set_column(number, number, column.width)
        made.write_string(top, number, column.title, head)
    for line, row in enumerate(sheet.rows, start=top + 1):
        values = [column.value(row) for column in sheet.columns]
        made.set_row(line, _height(sheet.columns, values))
        for number, (column, value) in enumerate(zip(sheet.columns, values, strict=True)):
            _value(made, line, number, column, value, form=formats[column.kind])
    last = max(top + len(sheet.rows), top + 1)
    made.autofilter(top, 0, last, len(sheet.columns) - 1)
    made.freeze_panes(top + 1, 0)
    made.repeat_rows(top)
    # numbers of people and accounts are meant to be text
    made.ignore_errors({"number_stored_as_text": f"A1:{_letter(sheet.columns)}{last + 1}"})
    made.repeat_columns(0, 1)
    _printing(made, imprint, across=ceil(sum(column.width for column in sheet.columns) / PAGE_WIDTH))


def _height(columns: Sequence[Column], values: Sequence[Any]) -> float:
    """In points; not every program makes a row as high as its wrapped text."""
    lines = [ceil(width(str(value)) / column.width) for column, value in zip(columns, values, strict=True) if value]
    return min(HIGHEST, LINE * max(lines, default=1) + 2)


def _printing(sheet: Any, imprint: Imprint, across: int = 1) -> None:
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(across, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    sheet.set_header(f"&L{_code(imprint.classification)}&R{_code(imprint.court_name)}　&A")
    sheet.set_footer(f"&L{_code(imprint.night_zh)}&R第 &P 页，共 &N 页")


def _value(sheet: Any, line: int, number: int, column: Column, value: Any, *, form: Any) -> None:
    if value is None or value == "":
        sheet.write_string(line, number, UNKNOWN.get(column.kind, ""), form)
    elif column.kind == "text":
        sheet.write_string(line, number, _text(str(value)), form)
    elif column.kind == "date":
        sheet.write_datetime(line, number, date.fromisoformat(value), form)
    elif column.kind == "moment":
        sheet.write_datetime(line, number, datetime.fromisoformat(value), form)
    elif column.kind == "money" and Decimal(value) != Decimal(repr(float(value))):
        sheet.write_string(line, number, value, form)  # more digits than a spreadsheet's number can hold
    else:
        sheet.write_number(line, number, float(value), form)


def _text(text: str) -> str:
    shown = cell(text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - len(CUT)] + CUT


def _code(text: str) -> str:
    """Text in a header or footer, where & begins a code."""
    return printable(text).replace("&", "&&")


def _letter(columns: Sequence[Column]) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(len(columns) - 1))
