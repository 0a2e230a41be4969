"""How a name sounds: what people type who heard it. Tones are left out, and so are pairs that many speakers do not
part."""

from __future__ import annotations

import re
from functools import cache

from pypinyin import lazy_pinyin

#: Surnames that the dictionary reads as the common word.
_SURNAMES = {"曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "尉": "yu", "乐": "yue"}
_ALIKE = ((re.compile("^(z|c|s)h"), r"\1"), (re.compile("(?<=[aei])ng$"), "n"))


def sound(text: str) -> str:
    """Syllables without tone, run together; zh/z, ch/c, sh/s and -ng/-n are one. Latin letters stand for themselves."""
    return "".join(map(_syllable, text))


def spelled(text: str) -> str:
    """The sound of a name typed in Latin letters ("zhang wei", "zhangwei"), as `sound` writes it."""
    word = re.sub("[^a-z]", "", text.lower())
    return re.sub("(?<=[aei])ng(?![aeiouv])", "n", re.sub("(z|c|s)h", r"\1", word))


@cache
def _syllable(char: str) -> str:
    read = _SURNAMES.get(char) or "".join(lazy_pinyin(char)).lower()
    for pattern, plain in _ALIKE:
        read = pattern.sub(plain, read)
    return read
