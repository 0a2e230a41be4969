"""Codes: enumerations, flags, lists of letters. Code, label, or both as ``1-查封``; the accepted value is canonical."""

from __future__ import annotations

from data_contracts.filtering.expressions import ColumnSql, case_of, ident, quoted, text_list
from data_contracts.model import Column, Format

#: Between code and label when both are written.
JOINTS = r"\s*[-－—–_:：、.]\s*"


def read_enum(sql: ColumnSql, mode: str) -> None:
    """Fill in value and reasons of an enum column; `op` has rules of its own."""
    column, t, v = sql.column, sql.t, sql.v
    known = canonical(column)
    sql.value = known
    if column.maps_to == "record.op":
        _read_op(sql, known, mode)
    else:
        sql.rejects.append(("unknown_code", f"{t} IS NOT NULL AND {v} IS NULL"))
    if not column.label_agreed:
        sql.warns.append(("label_for_code", f"{v} IS NOT NULL AND {t} NOT IN ({text_list(column.codes)})"))
    if column.enum == "register_status":
        sql.warns.append(("historic_row", f"{v} IN ('historic', 'ended')"))
    if column.enum == "match_basis":
        sql.warns.append(("name_only", f"{v} = 'name_only'"))


def canonical(column: Column) -> str:
    """SQL: the canonical value of an enum column's cleaned text; null where that is empty or unknown."""
    t = ident(f"t_{column.name}")
    codes = {code: pair[0] for code, pair in column.codes.items()}
    spoken, joined = spellings(column)
    both = f"regexp_replace({t}, {quoted(JOINTS)}, '-')"
    return (
        f"CASE WHEN {t} IS NOT NULL THEN"
        f" coalesce({case_of(t, codes)}, {case_of(t, spoken)}, {case_of(both, joined)}) END"
    )


def _read_op(sql: ColumnSql, known: str, mode: str) -> None:
    """I, U or D. A full may leave it empty (I) and holds nothing else; in a delta it is demanded where required."""
    absent = "'I'" if mode == "full" else "NULL" if sql.column.required else "'U'"
    sql.value = f"coalesce({known}, {absent})"
    sql.rejects.append(("bad_op", f"{sql.t} IS NOT NULL AND ({known}) IS NULL"))
    if mode == "full":
        sql.rejects.append(("bad_op", f"{sql.v} IN ('U', 'D')"))
    elif sql.column.required:
        sql.rejects.append(("missing_required", f"{sql.t} IS NULL"))


def read_boolean(sql: ColumnSql, form: Format) -> None:
    """Fill in value and reasons of a boolean column: the agreed words, or 是 and 否."""
    agreed = {word.lower(): flag for word, flag in form.boolean.items()}
    words = {"是": True, "否": False, **agreed}
    branches = " ".join(f"WHEN {quoted(word)} THEN {flag}" for word, flag in words.items())
    sql.value = f"CASE lower({sql.t}) {branches} END"
    sql.rejects.append(("bad_type", f"{sql.t} IS NOT NULL AND {sql.v} IS NULL"))
    sql.warns.append(("label_for_code", f"{sql.v} IS NOT NULL AND lower({sql.t}) NOT IN ({text_list(agreed)})"))


def read_list(sql: ColumnSql, form: Format) -> None:
    """Fill in value and reasons of a list column: a JSON array, a separated text, or one letter per item."""
    t, v = sql.t, sql.v
    if sql.column.item_codes:
        _read_letters(sql)
    elif form.options.get("lists") == "json":
        sql.value = (
            f"CASE WHEN {t} IS NULL THEN NULL WHEN left({t}, 1) <> '[' THEN [{t}]"
            f" WHEN json_valid({t}) THEN from_json({t}, '[\"VARCHAR\"]') END"
        )
        sql.rejects.append(("bad_type", f"{t} IS NOT NULL AND {v} IS NULL"))
    else:
        parts = f"string_split({t}, {quoted(form.list_separator or ';')})"
        sql.value = (
            f"CASE WHEN {t} IS NOT NULL THEN list_filter("
            f"list_transform({parts}, lambda part: trim(part, ' 　')), lambda part: part <> '') END"
        )


def _read_letters(sql: ColumnSql) -> None:
    """``GK``; labels, or letter and label, also arrive."""
    t, v = sql.t, sql.v
    letters = {code: pair[0] for code, pair in sql.column.item_codes.items()}
    spoken, joined = spellings(sql.column)
    only_letters = f"regexp_full_match({t}, '[{''.join(letters)}]+')"
    item = f"coalesce({case_of('item', letters)}, {case_of('item', spoken)}, {case_of('item', joined)})"
    by_letter = f"list_transform(string_split({t}, ''), lambda item: {case_of('item', letters)})"
    by_label = rf"list_transform(string_split_regex({t}, '\s*[、，,;；/ ]\s*'), lambda item: {item})"
    sql.value = (
        f"CASE WHEN {t} IS NULL THEN NULL WHEN {only_letters} THEN {by_letter}"
        f" WHEN len(list_filter({by_label}, lambda item: item IS NULL)) = 0 THEN {by_label} END"
    )
    sql.rejects.append(("unknown_code", f"{t} IS NOT NULL AND {v} IS NULL"))
    sql.warns.append(("label_for_code", f"{v} IS NOT NULL AND NOT ({only_letters})"))


def spellings(column: Column) -> tuple[dict[str, str], dict[str, str]]:
    """Labels and aliases -> canonical value, and ``code-label`` -> canonical value.

    A whole label always means its own code. Parts of a label that lists alternatives (``军官证/士兵证``) are understood
    too, unless two codes share them: ``宅基地使用权/房屋所有权`` must not take its first half from ``宅基地使用权``.
    """
    table = column.codes or column.item_codes
    whole = [(word, value) for value, label in table.values() for word in _both_others(label)]
    parts = [
        (word, value) for value, label in table.values() for part in label.split("/") for word in _both_others(part)
    ]
    spoken = {**_unambiguous(parts), **_unambiguous(whole)}
    spoken = {word: value for word, value in spoken.items() if word not in table}
    spoken |= {alias: table[code][0] for alias, code in column.value_aliases.items()}
    joined = {
        f"{code}-{word}": value
        for code, (value, label) in table.items()
        for part in (label, *label.split("/"))
        for word in _both_others(part)
    }
    return spoken, joined


def _unambiguous(wordings: list[tuple[str, str]]) -> dict[str, str]:
    """Words that stand for one value only."""
    meanings: dict[str, set[str]] = {}
    for word, value in wordings:
        meanings.setdefault(word, set()).add(value)
    return {word: values.pop() for word, values in meanings.items() if len(values) == 1}


def _both_others(word: str) -> tuple[str, ...]:
    """其他 and 其它 are both written."""
    return tuple(dict.fromkeys((word, word.replace("其它", "其他"), word.replace("其他", "其它"))))
