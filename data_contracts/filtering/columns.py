"""One contract column as SQL: its cleaned text, its typed value, and when the row is refused or flagged for it.

Rule source: the agreement of the source, and the catalogue of faults in reason_codes.yaml.
"""

from __future__ import annotations

from data_contracts.arrow_schema import duckdb_type
from data_contracts.filtering import amounts, codes, identifiers, moments
from data_contracts.filtering.expressions import (
    SPREADSHEETS,
    ColumnSql,
    ident,
    in_normal_form,
    quoted,
    text_list,
    value_of,
)
from data_contracts.model import Column, Contract, Doubtful, Format, Table

_WHOLE = r"[+-]?[0-9]{1,18}(\.0+)?"


def column_sql(contract: Contract, table: Table, column: Column, mode: str) -> ColumnSql:
    """The SQL of `column` for a delivery in `mode` (full | delta | reply)."""
    sql = ColumnSql(column, text=_text(contract, table, column))
    _read(sql, contract.format, table, mode)
    if column.default is not None:
        sql.value = f"coalesce({sql.value}, {quoted(column.default)})"
    if column.maps_to != "record.op":
        _demand(sql)
    if column.type in ("string", "list") and not column.from_parent:
        # What comes from the parent is judged there, once.
        identifiers.watch_text(sql, contract.format)
        if column.type == "string":
            identifiers.check_identifier(sql, table)
    return sql


def _text(contract: Contract, table: Table, column: Column) -> str:
    cleaned = f"delivered_text({ident(column.name)})"
    if column.type not in ("string", "list"):
        # Codes, numbers and dates mean the same with blanks around them.
        cleaned = f"trim({cleaned}, ' 　')"
    elif column.digits:
        cleaned = f"digit_text({cleaned})"
    elif column.key or (table.parent and column.name in table.parent.columns):
        cleaned = f"trim({cleaned}, ' 　')"
    text = f"CASE WHEN _noisy THEN {cleaned} ELSE {ident(column.name)} END"
    if column.grouped:
        text = f"replace({text}, ' ', '')"
    if column.maps_to == "inquiry.number" and contract.mode == "reply":
        # One bank drops the hyphen of the number it was asked under.
        joined = rf"regexp_replace({text}, '^(Q\d{{10}})(\d{{6}})$', '\1-\2')"
        text = f"CASE WHEN strlen({text}) = 17 THEN {joined} ELSE {text} END"
    return in_normal_form(column, text)


def _read(sql: ColumnSql, form: Format, table: Table, mode: str) -> None:
    match sql.column.type:
        case "date" | "datetime":
            moments.read_moment(sql, form)
        case "enum":
            codes.read_enum(sql, mode)
            if row_unit := _row_unit(table, sql.column):
                sql.value = row_unit.named
        case "boolean":
            codes.read_boolean(sql, form)
        case "list":
            codes.read_list(sql, form)
        case "decimal":
            _read_decimal(sql, form, table)
        case "integer":
            whole = f"try_cast(split_part({sql.t}, '.', 1) AS BIGINT)"
            sql.value = f"CASE WHEN regexp_full_match({sql.t}, '{_WHOLE}') THEN {whole} END"
            sql.rejects.append(("bad_type", f"{sql.t} IS NOT NULL AND {sql.v} IS NULL"))
        case "string":
            sql.value = sql.t


def _row_unit(table: Table, column: Column) -> amounts.RowUnit | None:
    """The unit that `column` names to others: where it is empty, the one behind their number. Null: it names none."""
    measured = [other for other in table.columns if other.unit_column == column.name]
    if not measured:
        return None
    known = tuple(dict.fromkeys(value for value, _ in column.codes.values()))
    words = ", ".join(amounts.unit_of_word(ident(f"p_{other.name}"), known) for other in measured)
    empty = f"{ident(f't_{column.name}')} IS NULL"
    return amounts.RowUnit(f"CASE WHEN {empty} THEN coalesce({words}) ELSE {codes.canonical(column)} END", known)


def _read_decimal(sql: ColumnSql, form: Format, table: Table) -> None:
    column = sql.column
    row_unit = _row_unit(table, table.column(column.unit_column)) if column.unit_column else None
    plan = amounts.plan(
        sql.t,
        sql.p,
        form=column.decimal_form or form.decimal,
        unit=row_unit or column.unit,
        target=duckdb_type(column),
        by_hand=form.kind == "xlsx_by_hand",
    )
    sql.parsed, sql.value = plan.bare, plan.value
    sql.rejects.append(("bad_type", f"{sql.t} IS NOT NULL AND {sql.v} IS NULL"))
    sql.warns.append(("repaired_value", f"{sql.v} IS NOT NULL AND NOT ({plan.agreed})"))
    if form.kind not in SPREADSHEETS:
        # A cell holds a binary number: its surplus digits are noise. Elsewhere somebody wrote them.
        surplus = rf"\.[0-9]{{{column.scale}}}[0-9]*[1-9]"
        sql.warns.append(("repaired_value", f"{sql.v} IS NOT NULL AND regexp_matches({sql.t}, '{surplus}')"))
    if column.doubtful:
        sql.warns.append(("doubtful_unit", _doubtful(sql, column.doubtful)))


def _doubtful(sql: ColumnSql, doubtful: Doubtful) -> str:
    """SQL: the number looks like one in another unit; null where there is none."""
    if doubtful.above is not None:
        return f"{sql.v} > {doubtful.above}"
    if doubtful.below is not None:
        return f"{sql.v} < {doubtful.below}"
    assert sql.column.unit_column and doubtful.column and doubtful.until
    since = f"{value_of(doubtful.column)} >= DATE '{doubtful.until}'"
    return f"{sql.v} IS NOT NULL AND {value_of(sql.column.unit_column)} IS NULL AND NOT coalesce({since}, false)"


def _demand(sql: ColumnSql) -> None:
    """Columns that may not be empty; D rows are let off later, except for their key."""
    column = sql.column
    if column.required and column.key:
        sql.rejects.append(("missing_key", f"{sql.t} IS NULL"))
    elif column.required:
        # A placeholder date is no date: where one is demanded, the row lacks it.
        placeholder = f" OR {sql.s} = 'placeholder'" if column.type in ("date", "datetime") else ""
        sql.rejects.append(("missing_required", f"{sql.t} IS NULL{placeholder}"))
    if condition := column.required_when:
        found = f"{value_of(condition.column)} IN ({text_list(condition.values)})"
        code = "missing_key" if column.key else "missing_required"
        sql.rejects.append((code, f"{sql.t} IS NULL AND {found}"))
