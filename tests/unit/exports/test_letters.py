"""The drafts opened again, and templates that a court has edited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import pytest
from exported import FORMULA, RARE, TEMPLATE, Night

from core.errors import SettingsError
from exports import letters, notice, suggestion
from exports.imprint import CLUE_ZH


def text_of(path: Path) -> str:
    """Paragraphs and cells of a DOCX, a line each."""
    opened = docx.Document(str(path))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in opened.paragraphs), *cells])


def notice_of(night: Night, rank: int, path: Path, **debtor: Any) -> dict[str, Any]:
    profile = night.profile(night.person)
    profile["debtor"] |= debtor
    values = notice.fields(profile, profile["targets"][rank - 1], night.imprint)
    letters.write(letters.template("notice", None), values, night.imprint, notice.TITLE, path)
    return values


def test_the_notice_asks_one_unit_about_one_asset(night: Night, tmp_path: Path) -> None:
    values = notice_of(night, 1, tmp_path / "a.docx")
    text = text_of(tmp_path / "a.docx")
    assert "农业银行示例支行：" in text
    assert f"执行{night.case_no}一案中，依照民事诉讼法（2023）第253条" in text
    for part in (
        RARE,
        "049900000001",
        "人民币 1,234.50 元",
        "不超过 1 年；起止：____",
        "法官甲",
        "回执",
        "查封规定（2020修正）第1条",
    ):
        assert part in text, part
    assert values["blanks"] == ["本通知书文号", "裁定书文号", "起止日期", "联系电话", "签发日期"]
    assert all(f"□　{blank}" in text for blank in values["blanks"])


def test_every_page_is_marked_as_draft(night: Night, tmp_path: Path) -> None:
    notice_of(night, 1, tmp_path / "a.docx")
    for section in docx.Document(str(tmp_path / "a.docx")).sections:
        assert "草稿" in section.header.paragraphs[0].text
        footer = "".join(paragraph.text for paragraph in section.footer.paragraphs)
        assert CLUE_ZH in footer and "R20261123" in footer


def test_values_are_text_whatever_they_look_like(night: Night, tmp_path: Path) -> None:
    notice_of(night, 2, tmp_path / "a.docx", name=f"{TEMPLATE}\x07", id_number=None)
    text = text_of(tmp_path / "a.docx")
    assert f"{TEMPLATE}□" in text and FORMULA in text
    assert "49" not in text.partition("{{ 7 * 7 }}")[2][:3]
    assert "居民身份证　____" in text and "□　证件号码" in text


def test_a_case_of_another_court_leaves_the_courts_name_blank(night: Night) -> None:
    profile = night.profile(night.person)
    profile["cases"][0]["court_code"] = "370498"
    values = notice.fields(profile, profile["targets"][0], night.imprint)
    assert values["court"] == "____" and "法院名称" in values["blanks"]


def test_the_suggestion_goes_to_a_unit_that_owes_an_answer(night: Night, tmp_path: Path) -> None:
    profiles = [night.profile(night.person)]
    assert "bank_boc" in suggestion.owing(profiles) and "bank_abc" not in suggestion.owing(profiles)
    values = suggestion.fields(profiles, night.case_no, "bank_boc", night.imprint)
    letters.write(letters.template("suggestion", None), values, night.imprint, suggestion.TITLE, tmp_path / "a.docx")
    text = text_of(tmp_path / "a.docx")
    assert "于 2026-11-23 18:55 向你单位发出财产查询，涉及被执行人 1 名" in text and "未答复" in text
    assert "民事诉讼法（2023）第117条；山政法〔2018〕17号第20条" in text
    assert RARE not in text, "the letter is about the unit"


def test_the_same_database_gives_the_same_bytes(night: Night, tmp_path: Path) -> None:
    for name in ("a.docx", "b.docx"):
        notice_of(night, 1, tmp_path / name)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


def own(folder: Path, paragraph: str, header: str = "草稿") -> Path:
    """A court's own template."""
    made = docx.Document()
    made.add_paragraph(paragraph)
    made.sections[0].header.paragraphs[0].text = header
    made.save(str(folder / "notice.docx"))
    return letters.template("notice", folder)


def test_a_court_uses_its_own_template(night: Night, tmp_path: Path) -> None:
    file = own(tmp_path, "我院文书：{{ debtor }}")
    letters.write(file, {"debtor": RARE}, night.imprint, "书", tmp_path / "a.docx")
    assert f"我院文书：{RARE}" in text_of(tmp_path / "a.docx")
    assert letters.template("suggestion", tmp_path) == letters.template("suggestion", None)
    with pytest.raises(SettingsError, match="文书模板目录不存在"):
        letters.template("notice", tmp_path / "none")


@pytest.mark.parametrize(
    ("paragraph", "header", "message"),
    [
        ("{{ nobody }}", "草稿", "没有的字段.*nobody.*可用的字段：debtor"),
        ("{% if %}", "草稿", "模板有误"),
        ("{{ debtor.__class__.__mro__ }}", "草稿", "没有的字段|模板有误"),
        ("{{ debtor }}", "正式", "没有“草稿”字样"),
    ],
)
def test_a_faulty_template_is_named(night: Night, tmp_path: Path, paragraph: str, header: str, message: str) -> None:
    file = own(tmp_path, paragraph, header)
    with pytest.raises(SettingsError, match=message):
        letters.write(file, {"debtor": RARE}, night.imprint, "书", tmp_path / "a.docx")
    assert not (tmp_path / "a.docx").exists()


def test_a_template_that_is_no_docx_is_named(night: Night, tmp_path: Path) -> None:
    (tmp_path / "notice.docx").write_text("书")
    with pytest.raises(SettingsError, match="不是 DOCX"):
        letters.write(letters.template("notice", tmp_path), {}, night.imprint, "书", tmp_path / "a.docx")
