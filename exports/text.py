"""Delivered text made fit to be printed: what a document cannot show becomes visible, what a program could obey becomes
text."""

from __future__ import annotations

import re
import unicodedata

#: Stands for a character that no document may hold: control characters, lone surrogates, marks that turn the writing
#: direction (they make a text look like another).
UNPRINTABLE = "□"
_NEVER = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BREAKS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")

#: What a spreadsheet takes for the beginning of a formula; full-width forms too, which a Chinese Excel reads the same.
FORMULA_BEGINS = "=+-@＝＋－＠"


def printable(text: str) -> str:
    """`text` in one line, every character that cannot be printed shown as □; composed (NFC)."""
    return unicodedata.normalize("NFC", _NEVER.sub(UNPRINTABLE, _BREAKS.sub(" ", text)))


def cell(text: str) -> str:
    """`text` for a spreadsheet cell.

    A cell of type text is never computed, but saved as CSV and opened again it would be: only the characters travel. So
    what begins like a formula gets an apostrophe before it, which stays visible and makes it text everywhere.
    """
    shown = printable(text)
    return f"'{shown}" if shown.lstrip(" \u3000\xa0")[:1] in tuple(FORMULA_BEGINS) else shown
