"""HTML made of elements. Text is escaped unless it is an element already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

STYLE = "style.css"


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: str) -> Markup:
    """One element; ``class_`` stands for the attribute class."""
    told = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{told}>{''.join(_html(child) for child in children)}</{name}>")


def link(text: str, to: str) -> Markup:
    """A link within the site."""
    return element("a", text, href=to)


def heading(text: str) -> Markup:
    """Title of a section."""
    return element("h2", text)


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """A table in a frame that scrolls by itself when it is wide."""
    head = element("tr", *(element("th", title) for title in titles))
    body = (element("tr", *(element("td", cell) for cell in row)) for row in rows)
    return element("div", element("table", element("thead", head), element("tbody", *body)), class_="wide")


def facts(rows: Iterable[tuple[str, str]]) -> Markup:
    """Names and what they are."""
    pairs = (element("dt", name) + element("dd", value) for name, value in rows if value)
    return element("dl", *(Markup(pair) for pair in pairs))


def page(title: str, parts: Iterable[str], *, depth: int) -> str:
    """A whole page that stands `depth` folders below the index."""
    up = "../" * depth
    back = element("nav", link("数据校验报告", f"{up}index.html")) if depth else ""
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<link rel="stylesheet" href="{up}{STYLE}">\n</head>\n<body>\n'
        + "\n".join(filter(None, [back, element("h1", title), *map(_html, parts)]))
        + "\n</body>\n</html>\n"
    )


def _html(text: str) -> str:
    return text if isinstance(text, Markup) else escape(text)
