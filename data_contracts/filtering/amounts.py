"""Amounts and areas as they are written: fen, thousands separators, signs behind, unit words. Exact decimals."""

from __future__ import annotations

from dataclasses import dataclass

PLAIN = r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?"
NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"

#: column unit -> written unit (RE2) -> SQL that turns {} from the written unit into the column's
MONEY = {
    "元": {"元|圆": "{}", "万元?": "{} * 10000", "分": "{} * 0.01"},
    "万元": {"万元?": "{}", "元|圆": "{} * 0.0001"},
}
#: 1 亩 = 2000/3 m2, 1 公顷 = 10,000 m2. Thirds are no decimals: only there the value passes through a double.
AREA = {
    "m2": {
        "㎡|平方米|平米|m2|m²": "{}",
        "亩": "round({} * 2000 / 3, 4)",
        "公顷": "{} * 10000",
        "平方公里|km2|km²": "{} * 1000000",
    },
    "km2": {
        "平方公里|km2|km²": "{}",
        "公顷": "{} * 0.01",
        "亩": "round({} / 1500, 6)",
        "㎡|平方米|平米|m2|m²": "{} * 0.000001",
    },
}


@dataclass(frozen=True)
class DecimalPlan:
    """SQL: `bare` is the text to repair, null where written as agreed; `value` reads both; `agreed` is a condition."""

    bare: str
    value: str
    agreed: str


def plan(t: str, bare: str, *, form: str, unit: str | None, target: str, by_hand: bool) -> DecimalPlan:
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
    if by_hand:
        agreed += _same_unit(t, unit)
    written = " OR ".join(condition for condition, _ in branches)
    body = " ".join(
        f"WHEN {condition} THEN try_cast({value} AS {target})" for condition, value in branches + _repairs(bare, unit)
    )
    return DecimalPlan(
        bare=rf"CASE WHEN NOT ({written}) THEN regexp_replace(half_width({t}), '[,，\s¥￥]|人民币', '', 'g') END",
        value=f"CASE WHEN {t} IS NULL THEN NULL {body} END",
        agreed=" OR ".join(agreed),
    )


def _repairs(bare: str, unit: str | None) -> list[tuple[str, str]]:
    """Separators and currency signs are gone; a sign behind and unit words remain. Another unit is converted."""
    number = f"regexp_extract({bare}, '^({NUMBER})', 1)"
    repairs = [
        (f"regexp_full_match({bare}, '{NUMBER}')", number),
        (rf"regexp_full_match({bare}, '[0-9]+(\.[0-9]+)?-')", f"'-' || {number}"),
    ]
    for written, conversion in _units(unit).items():
        exact = f"try_cast({number} AS DECIMAL(24,10))"
        value = number if conversion == "{}" else conversion.format(exact)
        repairs.append((f"regexp_full_match({bare}, '{NUMBER}({written})')", value))
    return repairs


def _units(unit: str | None) -> dict[str, str]:
    if unit == "%":
        return {"%": "{}"}
    return MONEY.get(unit or "") or AREA.get(unit or "") or {}


def _same_unit(t: str, unit: str | None) -> list[str]:
    words = "|".join(word for word, conversion in _units(unit).items() if conversion == "{}")
    return [rf"regexp_full_match({t}, '{NUMBER}\s*({words})')"] if words else []
