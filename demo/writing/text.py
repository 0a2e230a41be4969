"""From typed rows to the text that a source delivers: the inverse of what a reader and the row filter do.

A typed table holds the columns of a contract table with `data_contracts.arrow_schema` types and canonical enum values.
A text table holds the same columns as text (lists stay lists where the format is JSON), null for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from data_contracts import Column as Declared
from data_contracts import Contract, Format
from data_contracts import Table as DeclaredTable
from data_contracts.arrow_schema import arrow_type
from demo.arrow import Column, Table, pa, pc

JSON_KINDS = ("jsonl", "json_pages")
_HOURS_AHEAD_OF_UTC = 8


def typed_schema(table: DeclaredTable) -> Any:
    """Arrow schema of a typed table: contract columns only."""
    return pa.schema([pa.field(column.name, arrow_type(column)) for column in table.columns])


def typed_table(table: DeclaredTable, columns: Mapping[str, Column], count: int) -> Table:
    """`columns` in the order and types of the contract; columns that are not given are null, plain values repeat."""
    unknown = set(columns) - set(table.column_names)
    if unknown:
        raise KeyError(f"{table.name} has no columns {sorted(unknown)}")
    return pa.table(
        [_column(columns.get(declared.name), arrow_type(declared), count) for declared in table.columns],
        schema=typed_schema(table),
    )


def typed_rows(table: DeclaredTable, rows: Sequence[Mapping[str, Any]]) -> Table:
    """A few rows given as mappings; absent keys are null."""
    return pa.Table.from_pylist(list(rows), schema=typed_schema(table))


def _column(value: Any, wanted: Any, count: int) -> Column:
    if value is None:
        return pa.nulls(count, wanted)
    if isinstance(value, str | int | bool):
        return pa.repeat(pa.scalar(value, wanted), count)
    column = pa.array(value) if isinstance(value, np.ndarray) else value
    return column if column.type == wanted else column.cast(wanted)


def delivered(contract: Contract, table: DeclaredTable, rows: Table) -> Table:
    """The text of typed `rows` in the delivered form of `contract`, same columns, same order."""
    return pa.table(
        {declared.name: _text(contract.format, declared, rows[declared.name]) for declared in table.columns}
    )


def _text(form: Format, declared: Declared, values: Column) -> Column:  # noqa: PLR0911  (one answer per type)
    values = values.combine_chunks()
    if values.null_count == len(values):
        return pa.nulls(len(values), pa.list_(pa.string()) if _stays_list(form, declared) else pa.string())
    match declared.type:
        case "enum":
            return recode(values, {canonical: code for code, (canonical, _) in reversed(list(declared.codes.items()))})
        case "date":
            return pc.strftime(values, format=_arrow_pattern(form.date[0]))
        case "datetime":
            return _clock(form, values)
        case "boolean":
            words = {truth: word for word, truth in reversed(list(form.boolean.items()))}
            return pc.if_else(values, words.get(True, "true"), words.get(False, "false"))
        case "list":
            return _list(form, declared, values)
        case _:
            return values.cast(pa.string())


def recode(values: Column, codes: Mapping[str, str]) -> Column:
    """Each canonical value by its code; KeyError for a value without one, since it could not be delivered."""
    place = pc.index_in(values, pa.array(list(codes), pa.string()))
    missing = pc.and_(pc.is_valid(values), pc.is_null(place))
    if pc.any(missing).as_py():
        raise KeyError(f"no code for {values.filter(missing).unique().to_pylist()}")
    return pa.array(list(codes.values()), pa.string()).take(place)


def _clock(form: Format, values: Column) -> Column:
    seconds = values.cast(pa.timestamp("s"))
    if form.datetime[0] == "epoch_millis":
        return pc.multiply(pc.subtract(seconds.cast(pa.int64()), _HOURS_AHEAD_OF_UTC * 3600), 1000).cast(pa.string())
    return pc.strftime(seconds, format=_arrow_pattern(form.datetime[0]))


def _arrow_pattern(pattern: str) -> str:
    return pattern.replace("%-", "%")


def _stays_list(form: Format, declared: Declared) -> bool:
    return declared.type == "list" and form.kind in JSON_KINDS


def _list(form: Format, declared: Declared, values: Column) -> Column:
    if _stays_list(form, declared):
        return values
    if declared.item_codes:
        letters = recode(
            pc.list_flatten(values), {canonical: code for code, (canonical, _) in declared.item_codes.items()}
        )
        values = pa.ListArray.from_arrays(values.offsets, letters, mask=pc.is_null(values))
    joined = pc.binary_join(values, form.list_separator or "")
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)
