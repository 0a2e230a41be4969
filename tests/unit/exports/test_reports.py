"""What stands in the reports, and their DOCX opened again."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from exported import FORMULA, RARE, Night

from core.errors import NotFoundError
from exports import inquiry_report, night_report, profile_report, word
from exports.document import Document, Facts, Heading, Table, Text
from exports.imprint import CLUE_ZH


def told(made: Document) -> str:
    """All text of a document."""
    parts = [made.title, made.about]
    for block in made.blocks:
        if isinstance(block, Heading | Text):
            parts.append(block.text)
        elif isinstance(block, Facts | Table):
            parts += [cell for row in block.rows for cell in row]
    return "\n".join(parts)


def section(made: Document, title: str) -> Table:
    """The first table below the heading that begins with `title`."""
    start = next(
        n for n, block in enumerate(made.blocks) if isinstance(block, Heading) and block.text.startswith(title)
    )
    return next(block for block in made.blocks[start:] if isinstance(block, Table))


def test_the_profile_lists_only_what_is_confirmed_among_what_counts(night: Night) -> None:
    made = profile_report.document(night.profile(night.person), night.imprint)
    assert [row[3] for row in section(made, "已确认的现有财产（2 件").rows] == ["220,000.00", "1,234.50"]
    waiting = section(made, "待人工核实（1 件")
    assert "-049900000002" in waiting.rows[0][1]
    assert "仅姓名相同或证件与姓名相互矛盾的线索 1 条（土地登记 1 条）" in told(made)
    assert "@外人乙" in section(made, "在办手续").rows[0]


def test_the_inquiry_report_says_who_was_asked_and_answered(night: Night) -> None:
    made = inquiry_report.document(night.profile(night.person), night.imprint, night.case_no)
    rows = {row[0]: row for row in section(made, "一、").rows}
    assert rows["农业银行"][1:7] == ("2026-11-23 18:55", "2026-11-23 22:00", "有结果", "1", "1,234.50", "1")
    assert rows["中国银行"][3:6] == ("未答复", "0", "")
    assert rows["矿业权登记"][1:4] == ("按登记库比对", "", "缺件")
    assert "已知净值合计 221,234.50 元" in told(made)
    assert "疑似关联或须先审查的财产 1 件，仅为线索的记录 1 条" in told(made)
    assert section(made, "四、本院已采取的措施（1 项").rows[0][1] == "查封"


def test_a_case_that_is_not_the_debtors_is_refused(night: Night) -> None:
    with pytest.raises(NotFoundError):
        inquiry_report.document(night.profile(night.person), night.imprint, "（2026）测0499执2号")


def test_the_night_for_the_command_centre_names_nobody(night: Night) -> None:
    made = night_report.document(night.con, night.imprint)
    text = told(made)
    for column in ("name", "id_number"):
        for (value,) in night.con.execute(f"SELECT {column} FROM debtor").fetchall():
            assert value not in text
    assert night.person in text, "ids are what it speaks in"
    assert "没有送达的来源：矿业权登记（缺件）" in text
    assert ("8 至 15 天", "1") in section(made, "四、").rows
    assert section(made, "六、").rows[0][0] == "法官甲"


def test_a_judges_worklist_names_the_debtors(night: Night) -> None:
    text = told(night_report.worklist(night.con, night.imprint, "法官甲"))
    assert RARE in text and "正在办理转移" in text
    assert night_report.judges(night.con) == ["法官甲"]
    with pytest.raises(NotFoundError):
        night_report.worklist(night.con, night.imprint, "法官乙")


def test_the_docx_holds_the_same_under_a_repeated_header(night: Night, tmp_path: Path) -> None:
    made = inquiry_report.document(night.profile(night.person), night.imprint)
    for name in ("a.docx", "b.docx"):
        word.write(made, tmp_path / name)
    opened = docx.Document(str(tmp_path / "a.docx"))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    assert any(FORMULA in text for text in cells)
    assert RARE in cells
    assert all(table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for table in opened.tables[1:])
    footer = "".join(paragraph.text for paragraph in opened.sections[0].footer.paragraphs)
    assert CLUE_ZH in footer and "R20261123" in footer
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
