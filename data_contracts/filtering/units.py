"""Units of money and area: how they are written and what they measure. Canonical names as in code_lists.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

#: `unit` of a contract's column -> canonical unit
FIXED: Mapping[str, str] = {"元": "yuan", "万元": "wan_yuan", "m2": "m2", "km2": "km2", "%": "percent"}

#: canonical unit -> the words for it behind a number, as one RE2 alternation
WORDS: Mapping[str, str] = {
    "yuan": "元|圆",
    "wan_yuan": "万元?",
    "fen": "分",
    "m2": "㎡|平方米|平米|m2|m²",
    "mu": "亩",
    "ha": "公顷",
    "km2": "平方公里|km2|km²",
    "percent": "%",
}

#: Units of one kind -> size in the first of them. 1 亩 = 2000/3 m2, 1 公顷 = 10,000 m2.
SIZES: tuple[Mapping[str, Fraction], ...] = (
    {"yuan": Fraction(1), "wan_yuan": Fraction(10_000), "fen": Fraction(1, 100)},
    {"m2": Fraction(1), "mu": Fraction(2000, 3), "ha": Fraction(10_000), "km2": Fraction(1_000_000)},
    {"percent": Fraction(1)},
)
