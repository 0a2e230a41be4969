"""The normal forms of what somebody typed into the search, fast: planning core's macros for one value costs a tenth
of a second. A test holds the forms equal to the macros'."""

from __future__ import annotations

import re
import unicodedata

from core.identifiers import check_resident_id, resident_id_upgrade

_BLANKS = re.compile(r"[\s\u200b-\u200f\ufeff'\"`´‘’“”=_\-‐‑‒–—−﹣]")
_PUNCTUATION = re.compile(r"[\s·・･•‧∙⋅●.\-‐‑–—'\"`“”‘’()（）〔〕【】\[\]<>《》,，、:;\u200b-\u200f\ufeff]")
_TITLES = re.compile("^(.{2,}?)(先生|女士|同志|已故|户主)+$")
_LIMITED = re.compile("(?:有限责任|责任有限)(公司?|$)|有限责$")
_BRACKETS = str.maketrans("()[]〔〕【】{}", "（）（）（）（）（）")
_LIKE_DIGITS = str.maketrans("OIL", "011")
_PLATE = re.compile(r"([\u4e00-\u9fff]?[A-Z])([0-9A-Z]{4,6})")


def name(text: str) -> str:
    """The comparison key of a name, as `name_key` makes it of one without remarks."""
    plain = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text)).upper()
    return _TITLES.sub(r"\1", _LIMITED.sub(lambda found: "有限" + (found.group(1) or ""), plain))


def numbers(text: str) -> list[str]:
    """The forms in which a number may be kept, without repeats."""
    stripped = text.strip()
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", stripped)).upper()
    compact = plain.replace("·", "").replace(".", "")
    forms = [stripped, plain, compact, resident_id_upgrade(plain), certificate(plain), case_number(plain)]
    repaired = plain.translate(_LIKE_DIGITS)
    if repaired != plain and check_resident_id(repaired):
        forms.append(repaired)
    if plate := _PLATE.fullmatch(compact):
        forms.append(plate[1] + plate[2].replace("O", "0").replace("I", "1"))
    return list(dict.fromkeys(form for form in forms if form))


def case_number(plain: str) -> str:
    """A case number without brackets, leading zeros, the number of a ruling and the words that some write and some do
    not (年, 字, 第, 号); as the index keeps it."""
    bare = re.sub(r"[()（）\[\]〔〕【】{}]", "", plain)
    bare = re.sub("^([0-9]{4})年", r"\1", re.sub("之[一二三四五六七八九十百]+$", "", bare))
    return re.sub(r"([\u4e00-\u9fff])字?第?0*([1-9][0-9]*)号?$", r"\1\2", bare)


def case_key(text: str) -> str:
    """The same of a case number as somebody wrote it."""
    return case_number(_BLANKS.sub("", unicodedata.normalize("NFKC", text)).upper())


def case_written(key: str) -> str | None:
    """A case number as it is written since 2016, from its key; None if that is none."""
    found = re.fullmatch("([0-9]{4})([\u4e00-\u9fff][0-9]{0,4}[\u4e00-\u9fff]{1,5})([1-9][0-9]*)", key)
    return f"（{found[1]}）{found[2]}{found[3]}号" if found else None


def certificate(plain: str) -> str:
    """A certificate number with full-width brackets."""
    return re.sub("(不动产(?:权|证明))第0([0-9]{7}号)", r"\1第\2", plain.translate(_BRACKETS))
