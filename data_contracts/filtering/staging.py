"""From delivered text to typed values, in steps so that every expression is written and computed once."""

from __future__ import annotations

from data_contracts.filtering.expressions import ColumnSql, ident, quoted, value_of
from data_contracts.filtering.moments import second_of_period
from data_contracts.model import Column, Table

#: Between the fields of a row while it is looked at as one text; a field that holds it is only looked at more closely.
_BETWEEN = "|"


def staged(table: Table, columns: list[ColumnSql], relation: str = "filter_text") -> str:
    """SQL over `relation`: text -> parsed -> repaired -> value -> state of `columns`, beside those of the relation.

    `_noisy` tells rows with anything to clean from the others: the reader may know, else one look at the whole row does
    it instead of one per field.
    """
    ends = {column.column.period_end: column.column for column in columns if column.column.period_end}
    texts = []
    for column in columns:
        start = ends.get(column.column.name)
        text = second_of_period(start, column.text) if start else column.text
        texts.append(f"{text} AS {column.t}")
    given = ", ".join(column.given for column in columns)
    parsed = [f"{column.parsed} AS {column.p}" for column in columns if column.parsed]
    repaired = [f"{column.repaired} AS {column.r}" for column in columns if column.repaired]
    values = [f"{column.value} AS {column.v}" for column in columns]
    states = [f"{column.state} AS {column.s}" for column in columns if column.state]
    noisy = f"CASE WHEN _plain THEN false ELSE noisy_row(concat_ws({quoted(_BETWEEN)}, {given})) END"
    query = f"SELECT *, {noisy} AS _noisy FROM {relation}"
    for stage in (texts, parsed, repaired, values, states):
        if stage:
            query = f"SELECT *,\n  {', '.join(stage)}\nFROM ({query})"
    return query


def content(table: Table) -> str:
    """SQL: a hash of the whole delivered row; a key in another form of writing makes it no other row."""
    parts = [
        value_of(column.name) if column.key and column.normal_form else ident(column.name) for column in table.columns
    ]
    return f"hash({', '.join(parts)})"


def key_text(table: Table) -> str:
    """The key as one text; null when a part that must be there is missing. Optional parts count as the empty string."""
    parts, demanded = [], []
    for name in table.key:
        value = value_of(name)
        parts.append(f"coalesce({value}::VARCHAR, '')")
        if table.column(name).required:
            demanded.append(f"{value} IS NOT NULL")
    return f"CASE WHEN {' AND '.join(demanded) or 'true'} THEN concat_ws(chr(31), {', '.join(parts)}) END"


def exempt(table: Table) -> str:
    """Rows whose key a spreadsheet has rounded may repeat, where the agreement says so."""
    if table.duplicate_exempt is None:
        return "false"
    marks = [f"{name}:{table.duplicate_exempt}" for name in table.key]
    by_reader = " OR ".join(f"contains(coalesce(_flags, ''), {quoted(mark)})" for mark in marks)
    by_text = " OR ".join(
        f"coalesce(looks_rounded({value_of(name)}), false)" for name in table.key if _watched(table.column(name))
    )
    return f"({by_reader}{' OR ' + by_text if by_text else ''})"


def deleted(table: Table, mode: str) -> str:
    """SQL: the row only says that something is gone."""
    return "coalesce(v_op = 'D', false)" if table.has("op") and mode != "full" else "false"


def _watched(column: Column) -> bool:
    return column.type == "string" and "excel_rounding" in column.known_faults
