"""The evidence of a link as a picture: from where it begins, what each field adds or takes, to where it ends.

Scalable vector graphics, one text; holds levels in words and bits, never what was delivered.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from matching.sentence import clause_zh, likelihood_zh

WIDTH = 760
#: Where the bars begin and end, and where the figures end.
LEFT, RIGHT, FIGURES = 308, 676, 744
#: Characters of a label's line; height of a line and of a bar; room above the first row and below the last.
LINE, LINE_HEIGHT, BAR, HEAD, FOOT = 20, 17, 16, 54, 34

TITLE = "一条关联的证据"
PRIOR = "起点：任取一条登记记录，很少恰属于这一被执行人"
UNIT = "单位：比特。每多 1 比特，“属于”与“不属于”之比翻一倍"
NOTHING = "没有可供比对的信息。"

#: Bound to the picture, so that several may stand in one page.
STYLE = "".join(
    f".waterfall {rule}"
    for rule in (
        "text{font:13px 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;fill:#1f2933}",
        "text.small{font-size:12px;fill:#52606d}",
        "text.strong{font-weight:bold}",
        "text.right{text-anchor:end}",
        "text.middle{text-anchor:middle}",
        ".prior{fill:#9aa5b1}",
        ".for{fill:#2f6f9f}",
        ".against{fill:#b4532a}",
        ".total{fill:#1f2933}",
        ".grid{stroke:#e4e7eb}",
        ".even{stroke:#7b8794}",
        ".step{stroke:#7b8794;stroke-dasharray:2 2}",
    )
)


@dataclass(frozen=True)
class _Row:
    """`kind`: prior | for | against | total. The bar goes from `start` to `end`, in bits; `figure` says how far."""

    kind: str
    label: str
    start: float
    end: float
    figure: str

    @property
    def lines(self) -> list[str]:
        return [line for part in self.label.split("\n") for line in _broken(part)]

    @property
    def height(self) -> int:
        return LINE_HEIGHT * len(self.lines) + 13


def waterfall_svg(evidence: Sequence[Mapping[str, Any]], *, styled: bool = True) -> str:
    """The picture of one link's evidence: the prior, every field, what rivals explain as well, and the sum.

    Deterministic, 760 wide, without font, script or file of its own. Empty evidence gives a picture that says so.
    Without `styled` it stands in a page that knows `STYLE` and lets no element bring its own.
    """
    rows = _rows(evidence)
    style = STYLE if styled else ""
    if not rows:
        return _document(HEAD, NOTHING, [_text(16, 32, NOTHING)], style)
    low, high = _bounds(rows)
    body = [_text(16, 24, TITLE, "strong"), _text(FIGURES, 24, UNIT, "small right")]
    bottom = HEAD + sum(row.height for row in rows)
    for bits in range(low, high + 1, _interval(high - low)):
        body.append(_line(_x(bits, low, high), HEAD - 8, _x(bits, low, high), bottom, "grid" if bits else "even"))
        body.append(_text(_x(bits, low, high), bottom + 18, _signed(bits, 0), "small middle"))
    top = HEAD
    for place, row in enumerate(rows):
        body += _drawn(row, top, low, high)
        if place + 1 < len(rows):
            x, middle = _x(row.end, low, high), top + row.height / 2
            body.append(_line(x, middle + BAR / 2, x, top + row.height + (rows[place + 1].height - BAR) / 2, "step"))
        top += row.height
    told = "；".join(f"{row.label} {row.figure}" for row in rows).replace("\n", "")
    return _document(bottom + FOOT, told, body, style)


def _rows(evidence: Sequence[Mapping[str, Any]]) -> list[_Row]:
    """The prior first, what is taken off for rivals last, the sum at the end."""
    order = {"prior": 0, "rival": 2}
    rows: list[_Row] = []
    reached = 0.0
    for entry in sorted(evidence, key=lambda entry: order.get(entry["field"], 1)):
        weight = float(entry["weight"])
        is_prior = entry["field"] == "prior"
        kind = "prior" if is_prior else "for" if weight >= 0 else "against"
        label = PRIOR if is_prior else clause_zh(entry)
        rows.append(_Row(kind, label, reached, reached + weight, _signed(weight)))
        reached += weight
    if rows:
        label = f"合计：属于同一主体的可能性\n{likelihood_zh(reached)}"
        rows.append(_Row("total", label, 0.0, reached, _signed(reached)))
    return rows


def _bounds(rows: list[_Row]) -> tuple[int, int]:
    """The least and the greatest bits of the axis: whole steps of it around every bar, and zero among them."""
    ends = [0.0, *(row.end for row in rows)]
    step = _interval(max(ends) - min(ends))
    return math.floor(min(ends) / step) * step, math.ceil(max(*ends, 1.0) / step) * step


def _interval(span: float) -> int:
    return next((step for step in (1, 2, 5, 10, 20, 50) if span / step <= 10), 100)


def _drawn(row: _Row, top: int, low: int, high: int) -> list[str]:
    lines, strong = row.lines, " strong" if row.kind == "total" else ""
    first = top + (row.height - LINE_HEIGHT * len(lines)) / 2 + 13
    drawn = [_text(16, first + LINE_HEIGHT * n, line, strong.strip()) for n, line in enumerate(lines)]
    start, end = sorted((_x(row.start, low, high), _x(row.end, low, high)))
    drawn.append(
        f'<rect class="{row.kind}" x="{start:.1f}" y="{top + (row.height - BAR) / 2:.1f}"'
        f' width="{max(end - start, 1.5):.1f}" height="{BAR}"/>'
    )
    drawn.append(_text(FIGURES, top + row.height / 2 + 5, row.figure, f"right{strong}"))
    return drawn


def _broken(label: str) -> list[str]:
    """Lines of about equal length, broken after punctuation where that is near."""
    if len(label) <= LINE:
        return [label]
    lines = math.ceil(len(label) / LINE)
    target = math.ceil(len(label) / lines)
    stops = [place + 1 for place, letter in enumerate(label) if letter in "：，、（）" and place < LINE]
    near = [
        stop for stop in stops if abs(stop - target) <= 4 and stop <= LINE and len(label) - stop <= LINE * (lines - 1)
    ]
    cut = min(near, key=lambda stop: abs(stop - target)) if near else target
    return [label[:cut], *_broken(label[cut:])]


def _x(bits: float, low: int, high: int) -> float:
    return LEFT + (RIGHT - LEFT) * (bits - low) / (high - low)


def _signed(bits: float, digits: int = 2) -> str:
    shown = f"{bits:+.{digits}f}".replace("-", "\u2212")
    return "0" if not any(letter in "123456789" for letter in shown) else shown


def _text(x: float, y: float, text: str, classes: str = "") -> str:
    chosen = f' class="{classes}"' if classes else ""
    return f'<text{chosen} x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _document(height: int, told: str, body: list[str], style: str) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        ' class="waterfall" role="img">'
    )
    return "\n".join(
        [
            head,
            f"<title>{TITLE}</title>",
            f"<desc>{escape(told)}</desc>",
            *([f"<style>{style}</style>"] if style else []),
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            *body,
            "</svg>\n",
        ]
    )
