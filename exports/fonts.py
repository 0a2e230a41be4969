"""The Chinese font of our PDFs: Kurinto Sans SC (OFL 1.1) as the package weblate-fonts ships it.

It holds all of GBK, nearly all of the basic block and of extension A (20,976 and 6,582 characters), and of the planes
beyond the 215 that are in common use, so 㛃 䶮 𬭎 but not 𠮷. What it has not got is printed as 〓 with its code point.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "ChakongRegular", "ChakongBold"
_FOLDER = "static/weblate_fonts/kurinto/ttf"
_FILES = {REGULAR: "KurintoSansSC-Rg.ttf", BOLD: "KurintoSansSC-Bd.ttf"}
_ABOVE_BMP = re.compile(r"> <([0-9A-F]{5,6})>")


class EmbeddedFont(TTFont):
    """A font embedded as subset, whose text can be copied and searched beyond U+FFFF too.

    reportlab 5.1 writes such code points into the map to Unicode as they are; PDF wants UTF-16.
    """

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - the library's name
        """Add the font's objects to `doc`, with the map to Unicode in UTF-16."""
        super().addObjects(doc)
        for name, entry in doc.idToObject.items():
            if isinstance(name, str) and name.startswith("toUnicodeCMap:"):
                entry.content = _ABOVE_BMP.sub(lambda m: f"> <{_utf16(int(m[1], 16))}>", entry.content)


def _utf16(code_point: int) -> str:
    return chr(code_point).encode("utf-16-be").hex().upper()


@cache
def register() -> frozenset[int]:
    """Make both faces known to reportlab; return the code points that both hold."""
    folder = resources.files("weblate_fonts").joinpath(_FOLDER)
    held = []
    for name, file in _FILES.items():
        with resources.as_file(folder.joinpath(file)) as path:
            font = EmbeddedFont(name, str(path))
        pdfmetrics.registerFont(font)
        held.append(frozenset(font.face.charToGlyph))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return held[0] & held[1]


def replacer(missing: set[str]) -> Callable[[str], str]:
    """A function that shows what the font has not got as 〓〔U+20BB7〕, and adds such characters to `missing`."""
    held = register()

    def shown(text: str) -> str:
        absent = {character for character in text if ord(character) not in held and character != "\n"}
        missing.update(absent)
        return "".join(f"〓〔U+{ord(one):04X}〕" if one in absent else one for one in text) if absent else text

    return shown
