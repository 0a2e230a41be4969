"""A document as DOCX, which a clerk can go on writing in: A4, header row repeated, page numbers in the footer."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from core.files import written_whole
from exports.document import Block, Document, Facts, Heading, Table, Text
from exports.imprint import CLUE_ZH, Imprint
from exports.text import printable

BODY, TITLES = "仿宋", "黑体"
#: Room between the margins of an A4 page, upright and lying.
UPRIGHT, LYING = 180, 267
WARNING = RGBColor(0xA8, 0x20, 0x1A)
#: The first moment a ZIP entry can have.
EPOCH = (1980, 1, 1, 0, 0, 0)


def write(document: Document, path: Path) -> None:
    """Write `document` to `path`, whole or not at all. The same document gives the same bytes."""
    made = docx.Document()
    _page(made, document)
    _line(made.add_paragraph(), document.title, 18, font=TITLES, centred=True)
    _line(made.add_paragraph(), document.about, 10, centred=True)
    for block in document.blocks:
        _add(made, block, LYING if document.landscape else UPRIGHT)
    save(made, document.imprint, document.title, path)


def save(made: Any, imprint: Imprint, title: str, path: Path) -> None:
    """Write a python-docx document with the night's moment in place of the clock."""
    facts = made.core_properties
    facts.title, facts.author, facts.last_modified_by = printable(title), printable(imprint.court_name), ""
    facts.comments = f"{imprint.night_zh}。{CLUE_ZH}"
    facts.created = facts.modified = imprint.published_at
    facts.revision = 1
    whole = BytesIO()
    made.save(whole)
    with (
        written_whole(path) as temporary,
        zipfile.ZipFile(whole) as given,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for name in given.namelist():
            kept.writestr(zipfile.ZipInfo(name, EPOCH), given.read(name), zipfile.ZIP_DEFLATED)


def _page(made: Any, document: Document) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if document.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin = section.bottom_margin = Mm(22)
    imprint = document.imprint
    head = section.header.paragraphs[0]
    _line(head, f"{imprint.classification}　{imprint.court_name}　{document.title}", 8, colour=WARNING)
    foot = section.footer.paragraphs[0]
    _line(foot, f"{imprint.night_zh}　第 ", 7.5)
    _field(foot, "PAGE")
    _line(foot, " 页，共 ", 7.5)
    _field(foot, "NUMPAGES")
    _line(foot, " 页", 7.5)
    _line(section.footer.add_paragraph(), CLUE_ZH, 7.5)


def _add(made: Any, block: Block, room: float) -> None:
    if isinstance(block, Heading):
        paragraph = made.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(8)
        _line(paragraph, block.text, 12, font=TITLES)
    elif isinstance(block, Text):
        _line(made.add_paragraph(), block.text, 10.5, colour=WARNING if block.warning else None)
    elif isinstance(block, Facts):
        table = _empty(made, (28, room - 28))
        for title, value in block.rows:
            _row(table, (title, value), (28, room - 28), ())
    else:
        _table(made, block, room)


def _table(made: Any, block: Table, room: float) -> None:
    total = sum(column.share for column in block.columns)
    widths = [room * column.share / total for column in block.columns]
    right = [number for number, column in enumerate(block.columns) if column.right]
    table = _empty(made, widths, style="Table Grid")
    header = _row(table, [column.title for column in block.columns], widths, right, font=TITLES)
    header._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in block.rows:
        _row(table, row, widths, right)
    made.add_paragraph().paragraph_format.space_after = Pt(0)


def _empty(made: Any, widths: Any, style: str | None = None) -> Any:
    table = made.add_table(rows=0, cols=len(widths), style=style)
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _row(table: Any, texts: Any, widths: Any, right: Any, font: str = BODY) -> Any:
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for number, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
        cell.width = Mm(width)
        for nth, line in enumerate(text.split("\n")):
            paragraph = cell.paragraphs[0] if nth == 0 else cell.add_paragraph()
            if number in right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _line(paragraph, line, 9, font=font)
            paragraph.paragraph_format.space_before = Pt(2)
    return row


def _line(
    paragraph: Any, text: str, size: float, *, font: str = BODY, colour: RGBColor | None = None, centred: bool = False
) -> None:
    run = paragraph.add_run(printable(text))
    run.font.size, run.font.name = Pt(size), font
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if colour is not None:
        run.font.color.rgb = colour
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(2)


def _field(paragraph: Any, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = paragraph.add_run("1")
    run.font.size = Pt(7.5)
    field.append(run._r)
    paragraph._p.append(field)
