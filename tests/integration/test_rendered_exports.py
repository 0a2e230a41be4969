"""Every form of export opened in LibreOffice, as a court's clerk does, and turned into pages and pictures.

The pictures stay in pytest's folder for whoever wants to look. LibreOffice gets the font that our PDFs embed, so that
the pages do not depend on the fonts of the machine.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from exported import RARE, Night, publish
from PIL import Image
from pypdf import PdfReader
from scenario import Scenario

from exports import inquiry_report, letters, night_report, notice, pdf, profile_report, suggestion, word, workbook
from exports.imprint import CLUE_ZH

pytestmark = pytest.mark.system  # needs LibreOffice and poppler: tests/system_packages.sh installs them

FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{fonts}</dir>
<cachedir>{cache}</cachedir>{aliases}</fontconfig>"""
ALIAS = """<match target="pattern"><test name="family"><string>{name}</string></test>
<edit name="family" mode="assign" binding="strong"><string>Kurinto Sans SC</string></edit></match>"""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    scenario = Scenario(tmp_path_factory.mktemp("exported"))
    yield publish(scenario)
    scenario.close()


@pytest.fixture(scope="module")
def rendered(night: Night, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every export, and below ``pages`` each as LibreOffice shows it."""
    folder = tmp_path_factory.mktemp("rendered")
    person, firm, imprint = night.profile(night.person), night.profile(night.firm), night.imprint
    workbook.write(person, imprint, folder / "workbook.xlsx")
    pdf.write(profile_report.document(firm, imprint), folder / "many_profile.pdf")
    word.write(profile_report.document(firm, imprint), folder / "many.docx")
    word.write(inquiry_report.document(person, imprint), folder / "inquiry.docx")
    word.write(night_report.document(night.con, imprint), folder / "night.docx")
    drafts = (
        (notice.TEMPLATE, notice.fields(person, person["targets"][0], imprint)),
        (suggestion.TEMPLATE, suggestion.fields([person], night.case_no, "tax", imprint)),
    )
    for name, fields in drafts:
        letters.write(letters.template(name, None), fields, imprint, name, folder / f"{name}.docx")
    _office(folder, sorted(path for path in folder.iterdir() if path.is_file()))
    return folder


def _office(folder: Path, files: list[Path]) -> None:
    fonts = str(resources.files("weblate_fonts").joinpath("static/weblate_fonts/kurinto/ttf"))
    aliases = "".join(ALIAS.format(name=name) for name in ("仿宋", "黑体", "宋体"))
    settings = folder / "fonts.conf"
    settings.write_text(FONTS.format(fonts=fonts, cache=folder / "cache", aliases=aliases), encoding="utf-8")
    environment = {**os.environ, "FONTCONFIG_FILE": str(settings), "HOME": str(folder)}
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", str(folder / "pages"), *map(str, files)],
        env=environment, check=True, timeout=900, capture_output=True,
    )  # fmt: skip


def pages(rendered: Path, name: str) -> list[str]:
    """The text of each page, without blanks."""
    reader = PdfReader(rendered / "pages" / f"{name}.pdf")
    return [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]


def pictures(rendered: Path, name: str) -> list[Path]:
    """Each page as PNG."""
    source = rendered / "pages" / f"{name}.pdf"
    subprocess.run(["pdftoppm", "-r", "60", "-png", str(source), str(source.with_suffix(""))], check=True, timeout=120)
    return sorted(source.parent.glob(f"{name}-*.png"))


NAMES = ("workbook", "many_profile", "many", "inquiry", "night", "notice", "suggestion")


@pytest.mark.parametrize("name", NAMES)
def test_every_page_shows_something(rendered: Path, name: str) -> None:
    found = pictures(rendered, name)
    assert len(found) == len(pages(rendered, name)) > 0
    for picture in found:
        with Image.open(picture) as opened:
            low, high = opened.convert("L").getextrema()
        assert low < 100 and high == 255, picture.name


@pytest.mark.parametrize("name", ["many", "inquiry", "night", "notice", "suggestion"])
def test_the_imprint_stands_on_every_page(rendered: Path, name: str) -> None:
    for text in pages(rendered, name):
        assert CLUE_ZH in text
        assert "运行R20261123" in text


@pytest.mark.parametrize("name", ["notice", "suggestion"])
def test_a_draft_is_marked_on_every_page(rendered: Path, name: str) -> None:
    assert all("草稿" in text for text in pages(rendered, name))


def test_the_notice_has_its_receipt_and_its_hints_on_pages_of_their_own(rendered: Path) -> None:
    *letter, receipt, hints = pages(rendered, "notice")
    assert len(letter) == 1 and "院印" in letter[0]
    assert receipt.find("协助执行通知书（回执）") >= 0 and "办理结果" in receipt
    assert "起草提示" in hints and "□本通知书文号" in hints


def test_the_header_row_is_repeated_over_two_hundred_assets(rendered: Path) -> None:
    with_plates = [text for text in pages(rendered, "many") if re.search(r"测D\d{5}", text)]
    assert len(with_plates) > 5
    assert all("权属与价值" in text or "控制（元）" in text for text in with_plates)


def test_rare_names_are_shown(rendered: Path) -> None:
    assert RARE[:4] in "".join(pages(rendered, "inquiry"))
    assert RARE[:4] in "".join(pages(rendered, "workbook"))


def test_the_pdf_opens_in_libreoffice_too(rendered: Path) -> None:
    assert len(pages(rendered, "many_profile")) == len(PdfReader(rendered / "many_profile.pdf").pages)
