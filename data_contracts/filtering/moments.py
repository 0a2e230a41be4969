"""Dates and clock times: agreed patterns, placeholders, epoch milliseconds, Excel serials, impossible days."""

from __future__ import annotations

import re

from data_contracts.filtering.expressions import SPREADSHEETS, ColumnSql, ident, quoted, text_list
from data_contracts.model import Column, Format

_DAY = r"[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?"
#: Both dates of a period in one cell.
_PERIOD = rf"({_DAY})\s*[至到\-—–~～]+\s*({_DAY})"
_ZONE = r"(\+08:?00|Z)$"


def read_moment(sql: ColumnSql, form: Format) -> None:
    """Fill in value, state and reasons of a date or datetime column.

    States: ok | repaired | placeholder (read as null) | impossible (the agreed form of a day that never was: null where
    the column is optional) | unread (another form: refused).
    """
    column, t, p, v, s = sql.column, sql.t, sql.p, sql.v, sql.s
    is_date = column.type == "date"
    agreed = form.date if is_date else form.datetime
    epoch_agreed, serial_agreed = "epoch_millis" in agreed, "excel_serial" in form.date
    patterns = [pattern for pattern in agreed if "%" in pattern]
    if form.kind in SPREADSHEETS:
        # Midnight may show without its time, a day with one.
        patterns += [pattern for pattern in (form.datetime if is_date else form.date) if "%" in pattern]
    zone_agreed = any(pattern.endswith("+08:00") for pattern in patterns)
    # The length first: hardly any text has it, and the form costs ten times as much to look at.
    epoch = (
        f"regexp_full_match({t}, '-?[0-9]{{9,14}}')"
        if epoch_agreed
        else f"(strlen({t}) = 13 AND regexp_full_match({t}, '[0-9]{{13}}'))"
    )
    serial = rf"regexp_full_match({t}, '([2-9]|[1-9][0-9]{{1,4}})(\.[0-9]+)?')"
    placeholder = f"placeholder_day({p}) OR placeholder_text({t})"
    if serial_agreed:
        placeholder += rf" OR regexp_full_match({t}, '[01](\.[0-9]+)?')"

    attempts = _attempts(t, patterns, is_date=is_date)
    attempts.append(f"CASE WHEN {epoch} THEN shanghai_clock({t}) END")
    if serial_agreed:
        attempts.append(f"CASE WHEN {serial} THEN serial_clock({t}) END")
    sql.parsed = f"coalesce({', '.join(attempts)})"
    # %Y also reads years of one to three digits.
    sql.value = (
        f"CASE WHEN NOT placeholder_day({p}) AND {p} >= TIMESTAMP '1000-01-01'"
        f" THEN {p}::{'DATE' if is_date else 'TIMESTAMP'} END"
    )
    repaired = [] if epoch_agreed else [epoch]
    if not is_date and patterns:
        repaired.append(f"NOT ends_with({t}, '+08:00')" if zone_agreed else _says_zone(t, patterns))
    sql.state = (
        f"CASE WHEN {t} IS NULL THEN NULL"
        f" WHEN {v} IS NOT NULL THEN {_ok_or_repaired(repaired)}"
        f" WHEN {placeholder} THEN 'placeholder'"
        f" WHEN {_fits(t, patterns, is_date=is_date)} THEN 'impossible' ELSE 'unread' END"
    )
    demanded = column.required or column.key
    sql.rejects.append(("bad_type", f"{s} IN ('unread', 'impossible')" if demanded else f"{s} = 'unread'"))
    sql.warns.append(("repaired_value", f"{s} = 'repaired'" if demanded else f"{s} IN ('repaired', 'impossible')"))
    sql.warns.append(("sentinel_date", f"{s} = 'placeholder'"))
    if column.period_end:
        period = quoted(_PERIOD)
        sql.warns.append(("repaired_value", f"regexp_full_match(trim({sql.given}), {period})"))
        sql.text = (
            f"CASE WHEN regexp_full_match({sql.text}, {period}) THEN regexp_extract({sql.text}, {period}, 1)"
            f" ELSE {sql.text} END"
        )


def second_of_period(start: Column, text: str) -> str:
    """Cleaned text of a period's end: its own cell, else the second date of the cell that holds both."""
    both = f"trim(delivered_text({ident(start.name)}), ' 　')"
    return f"coalesce({text}, nullif(regexp_extract({both}, {quoted('^' + _PERIOD + '$')}, 2), ''))"


def _attempts(t: str, patterns: list[str], *, is_date: bool) -> list[str]:
    """As agreed, then without fractions of a second and zone; ``Z`` is eight hours behind Asia/Shanghai."""
    if not patterns:
        return []
    if width := _compact_width(patterns[0]):
        # strptime alone would read 2026111 as a date.
        return [f"CASE WHEN length({t}) = {width} THEN try_strptime({t}, [{text_list(patterns)}]) END"]
    bare = text_list(pattern.removesuffix("+08:00") for pattern in patterns)
    zone = "" if is_date else f" + CASE WHEN right({t}, 1) = 'Z' THEN INTERVAL 8 HOUR ELSE INTERVAL 0 HOUR END"
    return [
        f"CASE WHEN {t} IS NOT NULL THEN try_strptime({t}, [{text_list(patterns)}]) END",
        f"CASE WHEN {t} IS NOT NULL THEN try_strptime({_bare(t, is_date=is_date)}, [{bare}]){zone} END",
    ]


def _bare(t: str, *, is_date: bool) -> str:
    if is_date:
        return rf"regexp_replace({t}, '[ T]00:00(:00(\.0+)?)?$', '')"
    return rf"regexp_replace({t}, '(:[0-9]{{2}})(\.[0-9]+)?(\+08:?00|Z)?$', '\1')"


def _says_zone(t: str, patterns: list[str]) -> str:
    if width := _compact_width(patterns[0]):
        return f"length({t}) > {width}"
    return f"regexp_matches({t}, '{_ZONE}')"


def _fits(t: str, patterns: list[str], *, is_date: bool) -> str:
    forms = "|".join(_form(pattern.removesuffix("+08:00")) for pattern in patterns)
    return f"regexp_full_match({_bare(t, is_date=is_date)}, {quoted(forms)})" if forms else "false"


def _form(pattern: str) -> str:
    """The strptime pattern as a regular expression; parts without a separator have fixed widths."""
    width = "{2}" if _compact_width(pattern) else "{1,2}"
    out = re.escape(pattern).replace(r"\-", "-").replace("%-", "%").replace("%Y", "[0-9]{4}")
    for part in "mdHMS":
        out = out.replace(f"%{part}", f"[0-9]{width}")
    return out


def _compact_width(pattern: str) -> int | None:
    """Length of a text without separators, else None."""
    return {"%Y%m%d": 8, "%Y%m%d%H%M%S": 14}.get(pattern)


def _ok_or_repaired(repaired: list[str]) -> str:
    return f"CASE WHEN {' OR '.join(repaired)} THEN 'repaired' ELSE 'ok' END" if repaired else "'ok'"
