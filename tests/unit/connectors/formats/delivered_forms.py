"""What the agencies deliver, on the wire: `samples/` holds the agreements' examples as text, the builders encode them.

Everything is synthetic: no such county, court, person or company exists.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

Rows = list[list[str]]
Cells = Sequence[Sequence[Any]]

_SAMPLES = Path(__file__).parent / "samples"

LAND = ("rights", "holders", "mortgages", "seizures", "applications")
ENTERPRISES = ("base", "equity", "equity_freeze", "changes")
#: Entries whose example the agreement leaves out: header alone.
ENTERPRISES_EMPTY = {
    "equity_pledge": "变更标志,登记编号,主体身份代码,出质人,出质人证件号码,质权人,出质股权数额,出质登记日期,状态,"
    "注销日期,更新时间",
    "applications": "变更标志,受理号,主体身份代码,业务类型,受理时间,环节,简易注销公示起,简易注销公示止,"
    "清算组备案日期,受让人,核准时间,状态,停办文号,停办时间,更新时间",
    "branches": "变更标志,分支机构代码,分支机构名称,分支机构信用代码,隶属企业名称,隶属企业信用代码,登记状态,更新时间",
}
TAX_PAYMENTS = ["请求单号", "登记序号", "税票号码", "征收项目", "所属期起", "所属期止", "实缴金额", "入库日期"]


def sample(name: str) -> str:
    """An example as the agreement shows it, with LF."""
    return (_SAMPLES / name).read_text(encoding="utf-8")


def rows(name: str, delimiter: str = ",") -> Rows:
    """An example as fields; only commas come with quotes."""
    quoting = csv.QUOTE_MINIMAL if delimiter == "," else csv.QUOTE_NONE
    return list(csv.reader(io.StringIO(sample(name), newline=""), delimiter=delimiter, quoting=quoting))


def all_quoted(fields: Rows) -> bytes:
    """GB18030, every field in quotes, CRLF: the household register."""
    return "".join(",".join(f'"{field}"' for field in row) + "\r\n" for row in fields).encode("gb18030")


def comma_separated(fields: Rows, encoding: str = "gb18030") -> bytes:
    """Quotes only where needed, CRLF: land, enterprises (with a byte order mark), the rural bank."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n").writerows(fields)
    return text.getvalue().encode(encoding)


def zipped(entries: Mapping[str, bytes]) -> bytes:
    """A ZIP with these entries."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return content.getvalue()


def land(**changed: bytes) -> bytes:
    """The land register; `changed` replaces entries by their name without ``.csv``."""
    entries = {name: comma_separated(rows(f"land_{name}.csv")) for name in LAND}
    return zipped({f"{name}.csv": data for name, data in (entries | changed).items()})


def enterprises(**changed: bytes) -> bytes:
    """The market register: seven entries, UTF-8, each with a byte order mark."""
    entries = {name: comma_separated(rows(f"enterprises_{name}.csv"), "utf-8-sig") for name in ENTERPRISES}
    entries |= {name: f"{header}\r\n".encode("utf-8-sig") for name, header in ENTERPRISES_EMPTY.items()}
    return zipped({f"{name}.csv": data for name, data in (entries | changed).items()})


def json_lines(cases: Iterable[Mapping[str, Any]]) -> bytes:
    """The court's own cases, one per line."""
    return "".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) + "\n" for case in cases).encode()


def cases() -> list[dict[str, Any]]:
    """The court's examples, parsed."""
    return [json.loads(line) for line in sample("court_cases.jsonl").splitlines()]


def page(**changed: Any) -> bytes:
    """One page of investment projects; `changed` replaces keys of the page object."""
    return json.dumps(json.loads(sample("development.json")) | changed, ensure_ascii=False).encode()


def tax(**changed: Cells) -> bytes:
    """The tax office's workbook; `changed` replaces or adds sheets."""
    sheets: dict[str, Cells] = {
        "状态": rows("tax_taxpayers.txt", "|"),
        "入库": [TAX_PAYMENTS],
        "退税": rows("tax_refunds.txt", "|"),
        "欠税": rows("tax_arrears.txt", "|"),
    }
    return workbook(sheets | changed)


def psbc(**changed: Cells) -> bytes:
    """The postal bank's workbook; `changed` replaces or adds sheets."""
    sheets: dict[str, Cells] = {"账户": rows("psbc_accounts.txt", "|"), "冻结": rows("psbc_measures.txt", "|")}
    return workbook(sheets | changed)


def workbook(sheets: Mapping[str, Cells]) -> bytes:
    """Cells by Python type: str text, int and float numbers, date and datetime date cells, ``=…|cached`` formulas."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(lines):
                for column, value in enumerate(cells):
                    write_cell(sheet, row, column, value)
    return content.getvalue()


def write_cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, Down):
        sheet.merge_range(row, column, row + value.rows - 1, column, value.text)
    elif isinstance(value, str) and value.startswith("="):
        formula, _, cached = value.partition("|")
        number = float(cached) if cached.replace(".", "").isdigit() else cached
        sheet.write_formula(row, column, formula, None, number)
    elif isinstance(value, str) and value:
        sheet.write_string(row, column, value)
    elif value is not None and value != "":
        sheet.write(row, column, value)


class Down:
    """A cell merged over `rows` rows. The cells below it are to be given as None."""

    def __init__(self, text: str, rows: int) -> None:
        self.text, self.rows = text, rows


def mining_rows() -> Rows:
    """The rows of the hand-filled example from row 4 on."""
    return rows("mining.txt", "|")[3:]


def mining(
    exploration: Cells | None = None,
    extraction: Cells | None = None,
    *,
    merged: bool = True,
    header: Rows | None = None,
) -> bytes:
    """A clerk's workbook; each sheet holds the given rows from row 4 on, or else the example's rights.

    `merged` is false when the clerk unmerged the header groups, `header` replaces the two header rows.
    """
    content = io.BytesIO()
    title = "测试区{}登记情况表（截至2026年11月22日）"
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, lines in (("探矿权", exploration), ("采矿权", extraction)):
            sheet = book.add_worksheet(name)
            sheet.merge_range(0, 0, 0, 33, title.format(name)) if merged else sheet.write(0, 0, title.format(name))
            write_header(sheet, *(header or rows("mining.txt", "|")[1:3]), merged=merged)
            for row, cells in enumerate(mining_rows() if lines is None else lines, 3):
                for column, value in enumerate(cells):
                    write_cell(sheet, row, column, value)
    return content.getvalue()


def write_header(sheet: Any, groups: list[str], fields: list[str], *, merged: bool) -> None:
    """Two header rows: groups merged across their fields, single headings merged down."""
    starts = [column for column, group in enumerate(groups) if group]
    for start, end in zip(starts, [*starts[1:], len(groups)], strict=True):
        if not merged or (end == start + 1 and fields[start]):
            sheet.write(1, start, groups[start])
        elif fields[start]:
            sheet.merge_range(1, start, 1, end - 1, groups[start])
        else:
            sheet.merge_range(1, start, 2, start, groups[start])
        for column in range(start, end):
            write_cell(sheet, 2, column, fields[column] if fields[start] else None)


def altered(data: bytes, **parts: Callable[[bytes], bytes] | bytes) -> bytes:
    """The workbook with parts rewritten; names with ``__`` for ``/`` and ``_dot_`` for a point."""
    changed = {name.replace("__", "/").replace("_dot_", "."): change for name, change in parts.items()}
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            change = changed.pop(name, old.read(name))
            new.writestr(name, change(old.read(name)) if callable(change) else change)
        for name, added in changed.items():
            assert isinstance(added, bytes)
            new.writestr(name, added)
    return content.getvalue()


def part(data: bytes, name: str) -> bytes:
    """One part of a ZIP."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)
