"""Amounts and areas as they are written: fen, thousands separators, signs behind, unit words. Exact decimals.

A unit word behind a number counts (agreement: `money_unit_mixed`, `area_unit_mixed`): the value is converted into the
column's unit, or into that of its row where another column names the unit. Where that one is empty, it takes the word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from data_contracts.filtering.expressions import quoted
from data_contracts.filtering.units import FIXED, SIZES, WORDS

PLAIN = r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?"
NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"


@dataclass(frozen=True)
class DecimalPlan:
    """SQL: `bare` is the text to repair, null where written as agreed; `value` reads both; `agreed` is a condition."""

    bare: str
    value: str
    agreed: str


@dataclass(frozen=True)
class RowUnit:
    """Unit that another column of the row names. `named` is SQL: its canonical value, null where its code is unknown;
    `known` are the values it has codes for, its base unit first."""

    named: str
    known: tuple[str, ...]

    def value(self, bare: str, target: str) -> str:
        """SQL: the number in `bare`, whose word is one of the `known` kind, in the unit of its row.

        One look-up for word and unit: to write `named` once per word takes the planner longer than a small table."""
        words = _alike(self.known[0])
        pairs = " ".join(
            f"WHEN {quoted(f'{word}>{into}')} THEN {_converted(bare, word, into, target)}"
            for word in words
            for into in self.known
        )
        written = " ".join(f"WHEN {_behind(bare, WORDS[word])} THEN {quoted(word)}" for word in words)
        return f"CASE (CASE {written} END) || '>' || coalesce({self.named}, {quoted(self.known[0])}) {pairs} END"


def unit_of_word(bare: str, known: tuple[str, ...]) -> str:
    """SQL: the unit of the word behind the number in `bare`, null without one.

    For a word that is none of the `known` units it is the first of them, into which the value is then converted.
    """
    branches = " ".join(
        f"WHEN {_behind(bare, WORDS[unit])} THEN {quoted(unit if unit in known else known[0])}"
        for unit in _alike(known[0])
    )
    return f"CASE WHEN {bare} IS NULL THEN NULL {branches} END"


def plan(t: str, bare: str, *, form: str, unit: str | RowUnit | None, target: str, by_hand: bool) -> DecimalPlan:
    """How to read the text `t`, agreed to be written as `form`, into the SQL type `target` of a column in `unit`.

    `bare` names the result of `DecimalPlan.bare`. `by_hand`: a unit word behind the number is agreed too.
    """
    plain = f"regexp_full_match({t}, '{PLAIN}')"
    branches = [(plain, t)]
    if form == "fen":
        # A value with a point is in yuan already, which is a repair.
        branches = [
            (f"regexp_full_match({t}, '-?[0-9]+')", f"try_cast({t} AS DECIMAL(16,0)) * 0.01::DECIMAL(2,2)"),
            (plain, t),
        ]
    elif form == "thousands":
        branches.append(
            (rf"regexp_full_match({t}, '-?[0-9]{{1,3}}(,[0-9]{{3}})+(\.[0-9]+)?')", f"replace({t}, ',', '')")
        )
    elif form == "trailing_sign":
        branches.append((rf"regexp_full_match({t}, '[0-9]+(\.[0-9]+)?-')", f"'-' || rtrim({t}, '-')"))
    agreed = [condition for condition, _ in branches if form != "fen" or condition != plain]
    if by_hand and isinstance(unit, str) and unit in FIXED:
        agreed.append(rf"regexp_full_match({t}, '{NUMBER}\s*({WORDS[FIXED[unit]]})')")
    written = " OR ".join(condition for condition, _ in branches)
    read = [(condition, f"try_cast({value} AS {target})") for condition, value in branches]
    body = " ".join(
        f"WHEN {condition} THEN {value}"
        for condition, value in read + _repairs(bare, target) + _units(bare, unit, target)
    )
    return DecimalPlan(
        bare=rf"CASE WHEN NOT ({written}) THEN regexp_replace(half_width({t}), '[,，\s¥￥]|人民币', '', 'g') END",
        value=f"CASE WHEN {t} IS NULL THEN NULL {body} END",
        agreed=" OR ".join(agreed),
    )


def _repairs(bare: str, target: str) -> list[tuple[str, str]]:
    """Separators and currency signs are gone; a sign behind may remain."""
    return [
        (f"regexp_full_match({bare}, '{NUMBER}')", f"try_cast({_number(bare)} AS {target})"),
        (rf"regexp_full_match({bare}, '[0-9]+(\.[0-9]+)?-')", f"try_cast('-' || {_number(bare)} AS {target})"),
    ]


def _units(bare: str, unit: str | RowUnit | None, target: str) -> list[tuple[str, str]]:
    """A unit word behind the number."""
    if isinstance(unit, RowUnit):
        return [(f"{bare} IS NOT NULL", unit.value(bare, target))]
    into = FIXED.get(unit or "")
    if into is None:
        return []
    return [(_behind(bare, WORDS[word]), _converted(bare, word, into, target)) for word in _alike(into)]


def _behind(bare: str, words: str) -> str:
    return f"regexp_full_match({bare}, '{NUMBER}({words})')"


def _number(bare: str) -> str:
    return f"regexp_extract({bare}, '^({NUMBER})', 1)"


def _alike(unit: str) -> Mapping[str, Fraction]:
    """Units of the same kind, itself included."""
    return next(sizes for sizes in SIZES if unit in sizes)


def _converted(bare: str, unit: str, into: str, target: str) -> str:
    """SQL: the number in `bare` in another unit. Thirds are no decimals: only there it passes through a double."""
    sizes = _alike(into)
    ratio = sizes[unit] / sizes[into]
    exact = f"try_cast({_number(bare)} AS DECIMAL(24,10))"
    if ratio == 1:
        value = _number(bare)
    elif 10**6 % ratio.denominator == 0:
        value = f"{exact} * {_decimal(ratio)}"
    else:
        value = f"{exact} * {ratio.numerator} / {ratio.denominator}"
    return f"try_cast({value} AS {target})"


def _decimal(ratio: Fraction) -> str:
    """An SQL decimal of at most six places."""
    if ratio.denominator == 1:
        return str(ratio.numerator)
    return f"{ratio.numerator * (10**6 // ratio.denominator) / 10**6:.6f}".rstrip("0")
