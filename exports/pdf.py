"""A document as PDF: A4, header row repeated, page numbers, font embedded as subset; the same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    LongTable,
    PageTemplate,
    Paragraph,
    Spacer,
)

from core.files import written_whole
from exports import fonts
from exports.document import Block, Document, Facts, Heading, Text
from exports.imprint import CLUE_ZH
from exports.text import printable

MARGIN = 15 * mm
HEAD, FOOT = 20 * mm, 20 * mm
PADDING = 9  # left and right together
RULE = colors.HexColor("#8a8f98")
SHADE = colors.HexColor("#eceff3")
WARNING = colors.HexColor("#a8201a")


def write(document: Document, path: Path) -> None:
    """Write `document` to `path`, whole or not at all."""
    missing: set[str] = set()
    shown = fonts.replacer(missing)
    width, height = landscape(A4) if document.landscape else A4
    blocks = [part for block in document.blocks for part in _flowables(block, width - 2 * MARGIN, shown)]
    if missing:
        told = "、".join(f"U+{ord(one):04X}" for one in sorted(missing))
        blocks.append(_paragraph(f"下列文字本文件所用字库没有，以〓和编码代替，请按编码核对原文：{told}。", _WARN))
    with written_whole(path) as temporary:
        template = BaseDocTemplate(
            str(temporary),
            pagesize=(width, height),
            invariant=1,
            title=document.title,
            subject=document.about,
            author=shown(document.imprint.court_name),
            creator=f"chakong {document.imprint.code_version}",
        )
        frame = Frame(MARGIN, FOOT, width - 2 * MARGIN, height - HEAD - FOOT, 0, 0, 0, 0)
        template.addPageTemplates(PageTemplate(frames=[frame], pagesize=(width, height)))
        title = [_paragraph(shown(document.title), _TITLE), _paragraph(shown(document.about), _ABOUT)]
        template.build([*title, *blocks], canvasmaker=_pages(document, shown))


def _pages(document: Document, shown: Any) -> type[Canvas]:
    """A canvas that knows how many pages there are when it writes their heads and feet."""

    class Numbered(Canvas):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - the library's name
            self._kept.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]  # reportlab has it, its stubs leave it out

        def save(self) -> None:
            for number, state in enumerate(self._kept, start=1):
                self.__dict__.update(state)
                _frame_of_page(self, document, shown, f"第 {number} 页，共 {len(self._kept)} 页")
                super().showPage()
            super().save()

    return Numbered


def _frame_of_page(canvas: Any, document: Document, shown: Any, page: str) -> None:
    width, height = canvas._pagesize
    imprint = document.imprint
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.4)
    canvas.line(MARGIN, height - 15 * mm, width - MARGIN, height - 15 * mm)
    canvas.line(MARGIN, 15 * mm, width - MARGIN, 15 * mm)
    canvas.setFont(fonts.REGULAR, 8)
    canvas.setFillColor(WARNING)
    canvas.drawString(MARGIN, height - 12.5 * mm, shown(printable(imprint.classification)))
    canvas.setFillColor(colors.black)
    canvas.drawRightString(
        width - MARGIN, height - 12.5 * mm, shown(printable(f"{imprint.court_name}　{document.title}"))
    )
    canvas.setFont(fonts.REGULAR, 7)
    canvas.drawString(MARGIN, 11 * mm, shown(printable(imprint.night_zh)))
    canvas.drawRightString(width - MARGIN, 11 * mm, page)
    canvas.drawString(MARGIN, 7.5 * mm, CLUE_ZH)


def _flowables(block: Block, width: float, shown: Any) -> list[Flowable]:
    if isinstance(block, Heading):
        # not keepWithNext: it would move a long table whole to the next page
        return [CondPageBreak(30 * mm), _paragraph(shown(block.text), _HEADING)]
    if isinstance(block, Text):
        return [_paragraph(shown(block.text), _WARN if block.warning else _BODY)]
    if isinstance(block, Facts):
        rows = [(title, value) for title, value in block.rows]
        return [_table([28 * mm, width - 28 * mm], None, rows, (), shown)] if rows else []
    total = sum(column.share for column in block.columns)
    widths = [width * column.share / total for column in block.columns]
    right = [number for number, column in enumerate(block.columns) if column.right]
    return [_table(widths, [column.title for column in block.columns], block.rows, right, shown), Spacer(0, 2 * mm)]


def _table(
    widths: Sequence[float],
    titles: Sequence[str] | None,
    rows: Sequence[Sequence[str]],
    right: Sequence[int],
    shown: Any,
) -> LongTable:
    cells = [
        [_paragraph(shown(text), _RIGHT if number in right else _CELL) for number, text in enumerate(row)]
        for row in rows
    ]
    style: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), PADDING - 5),
        ("RIGHTPADDING", (0, 0), (-1, -1), 5),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    if titles is None:
        style.append(("TEXTCOLOR", (0, 0), (0, -1), colors.HexColor("#555555")))
        return LongTable(cells, colWidths=widths, style=style, splitInRow=_is_higher_than_a_page(widths, rows))
    header = [
        _paragraph(shown(title), _RIGHT_HEAD if number in right else _HEAD) for number, title in enumerate(titles)
    ]
    style += [("BACKGROUND", (0, 0), (-1, 0), SHADE), ("LINEBELOW", (0, 0), (-1, -1), 0.25, RULE)]
    cut = _is_higher_than_a_page(widths, rows)
    return LongTable([header, *cells], colWidths=widths, style=style, repeatRows=1, splitInRow=cut)


def _is_higher_than_a_page(widths: Sequence[float], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a row may be higher than a page can hold, guessed generously: it must then be cut where the page ends.

    Only then: a table that may cut its rows cuts the last of every page and repeats its header in the middle.
    """
    room = A4[0] - HEAD - FOOT  # the lower of the two page heights
    return any(
        (len(text) * _CELL.fontSize / (width - PADDING) + text.count("\n") + 1) * _CELL.leading > room / 2
        for row in rows
        for text, width in zip(row, widths, strict=True)
    )


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    # a paragraph takes runs of blanks together, the Chinese blank too, but for those that may not break
    lines = (escape(printable(line)).replace("\u3000", "\xa0\xa0") for line in text.split("\n"))
    return Paragraph("<br/>".join(lines), style)


def _style(name: str, size: float, parent: ParagraphStyle | None = None, **facts: Any) -> ParagraphStyle:
    given = {"fontName": fonts.REGULAR, "fontSize": size, "leading": size * 1.4, "wordWrap": "CJK"}
    return ParagraphStyle(name, parent, **{**given, **facts})


_TITLE = _style("title", 17, fontName=fonts.BOLD, alignment=1, spaceAfter=2)
_ABOUT = _style("about", 9, alignment=1, spaceAfter=6)
_HEADING = _style("heading", 11, fontName=fonts.BOLD, spaceBefore=8, spaceAfter=3)
_BODY = _style("body", 9, spaceAfter=3)
_WARN = _style("warning", 9, fontName=fonts.BOLD, textColor=WARNING, spaceAfter=3)
_CELL = _style("cell", 8)
_RIGHT = _style("right", 8, alignment=2)
_HEAD = _style("head", 8, fontName=fonts.BOLD)
_RIGHT_HEAD = _style("right_head", 8, fontName=fonts.BOLD, alignment=2)
