"""Numbers and names: check digits, agreed forms, rounding by spreadsheets, lost characters. All of it warns, hardly any
of it refuses: a bad check digit or an unknown character is no reason to lose a row.
"""

from __future__ import annotations

import re

from data_contracts.filtering.expressions import ColumnSql, quoted, text_list, value_of
from data_contracts.model import Column, Format, Table
from data_contracts.reasons import validators

#: Fields that hold the number of a person or an organisation: judged by its form where no validator is named.
PARTY_NUMBERS = frozenset(
    {
        "party.id_number",
        "company.legal_rep_id",
        "encumbrance.holder_id",
        "application.counterparty_id",
        "contract.buyer_id",
        "inquiry.asked_id_number",
    }
)
#: Fields that name people and firms, where a lost character matters.
NAMES = frozenset(
    {
        "party.name",
        "party.former_names",
        "company.legal_rep_name",
        "application.counterparty_name",
        "contract.buyer_name",
        "contract.seller_name",
        "encumbrance.debtor_name",
        "event.from_party",
        "event.to_party",
        "priority_right.holder",
    }
)
PERSON_KINDS = ("resident_id", "hmt_residence", "foreign_residence")
#: Validators whose normal form lives in a macro: see macros.sql.
FITTING = {"case_no": "case_no_fits", "unit_no": "unit_no_fits", "plate": "plate_fits", "cert_no": "cert_no_fits"}


def watch_text(sql: ColumnSql, form: Format) -> None:
    """Warn of invisible characters and spreadsheet prefixes removed, of a form of writing made the normal one, and of
    characters that stand for others."""
    column = sql.column
    given = sql.given
    if column.digits and form.options.get("digit_prefix") == "\t":
        given = f"ltrim({given}, chr(9))"  # the agreed way of writing digits, no repair
    if column.grouped:
        given = f"replace({given}, ' ', '')"
    changed = f"length({given}) <> length({sql.t})"
    if column.normal_form:
        sql.warns.append(("repaired_value", f"{given} <> {sql.t}"))  # another width is another text of the same length
    elif column.maps_to == "inquiry.number":
        sql.warns.append(("repaired_value", changed))  # may be mended in a row that has nothing to clean
    else:
        sql.noisy_warns.append(("repaired_value", changed))
    if column.maps_to in NAMES or "lossy_character" in column.known_faults:
        sql.noisy_warns.append(("lossy_text", f"lossy_text({sql.t})"))
    if column.maps_to in NAMES and "lossy_character" in column.known_faults:
        sql.warns.append(("lossy_text", f"spelled_name({sql.t})"))


def check_identifier(sql: ColumnSql, table: Table) -> None:
    """Judge a string column by its validator, its pattern, or as the number of a party."""
    column, t, s = sql.column, sql.t, sql.s
    if column.validator:
        _validate(sql, table)
    elif column.pattern:
        sql.warns.append(("bad_checksum", f"NOT regexp_matches({t}, {quoted(_re2(column.pattern))})"))
    elif column.maps_to in PARTY_NUMBERS:
        _repair(sql)
        sql.state = f"identifier_state({t}, {sql.r})"
        sql.warns.append(("bad_checksum", f"{s} = 'bad'"))
        sql.warns.append(("repaired_value", f"{s} = 'repaired'"))
        sql.warns.append(("suspicious_rounding", f"{s} = 'rounded'"))
        return
    if "excel_rounding" in column.known_faults:
        unless_valid = f" AND {s} <> 'ok'" if sql.state else ""
        sql.warns.append(("suspicious_rounding", f"looks_rounded({t}){unless_valid}"))


def _validate(sql: ColumnSql, table: Table) -> None:
    column, t, s = sql.column, sql.t, sql.s
    rule = validators()[column.validator or ""]
    form = quoted(rule.form)
    if rule.on_fail == "reject":
        # Whether the number was asked is judged with the batch at hand (tables.py).
        sql.rejects.append((rule.code, f"NOT regexp_full_match({t}, {form})"))
        return
    if rule.macro:
        # Nothing about digits can be repaired; trying costs more than all else that is done to a row.
        _repair(sql)
        sql.state = (
            f"CASE WHEN {t} IS NULL THEN NULL WHEN {rule.macro}({t}) THEN 'ok'"
            f" WHEN regexp_full_match({t}, '[0-9]+X?') THEN 'bad'"
            f" WHEN {rule.macro}({sql.r}) THEN 'repaired' ELSE 'bad' END"
        )
        sql.warns.append(("repaired_value", f"{s} = 'repaired'"))
        failed = f"{s} = 'bad'"
    elif macro := FITTING.get(rule.name):
        failed = f"NOT {macro}({t}, {form})"
    else:
        failed = (
            f"CASE WHEN regexp_full_match({t}, {form}) THEN false"
            f" ELSE NOT regexp_full_match(trim({t}, ' 　'), {form}) END"
        )
    if rule.name == "resident_id" and (kind := _id_type_column(table, column)):
        # A passport in the same column is no mistyped resident number.
        failed = f"{failed} AND coalesce({value_of(kind.name)} IN ({text_list(PERSON_KINDS)}), true)"
    sql.warns.append(("bad_checksum", failed))


def _repair(sql: ColumnSql) -> None:
    """The number cleaned and repaired, as the macro id_repaired does it: in columns of their own, not in a lambda."""
    sql.parsed = f"id_clean({sql.t})"
    lettered = f"length({sql.p}) = 18 AND regexp_matches({sql.p}, '[OIL]')"
    sql.repaired = f"CASE WHEN {lettered} THEN letters_to_digits({sql.p}) ELSE {sql.p} END"


def _id_type_column(table: Table, column: Column) -> Column | None:
    if column.maps_to != "party.id_number":
        return None
    return next((other for other in table.columns if other.maps_to == "party.id_type"), None)


def _re2(pattern: str) -> str:
    r"""The pattern with RE2's spelling of code points (``\u4e00`` is ``\x{4e00}``)."""
    return re.sub(r"\\u([0-9a-fA-F]{4})", r"\\x{\1}", pattern)
