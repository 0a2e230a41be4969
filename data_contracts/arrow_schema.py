"""Types of a table: as text when it has just been read, typed when its rows are accepted."""

from __future__ import annotations

import pyarrow as pa

from data_contracts.model import Column, Table

_DUCKDB = {
    "string": "VARCHAR",
    "enum": "VARCHAR",
    "integer": "BIGINT",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "boolean": "BOOLEAN",
    "list": "VARCHAR[]",
}
_ARROW: dict[str, pa.DataType] = {
    "string": pa.string(),
    "enum": pa.string(),
    "integer": pa.int64(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "boolean": pa.bool_(),
    "list": pa.list_(pa.string()),
}

#: What a reader adds to every row of text: see `text_schema`.
READER_COLUMNS = (
    pa.field("_row_no", pa.int64()),
    pa.field("_defect", pa.string()),
    pa.field("_raw", pa.string()),
    pa.field("_flags", pa.string()),
    pa.field("_plain", pa.bool_()),
)
#: What the filter adds to every accepted row: its place, and its warning codes in alphabetical order (empty = none).
FILTER_COLUMNS = (
    pa.field("_row_no", pa.int64()),
    pa.field("_file", pa.string()),
    pa.field("_warnings", pa.list_(pa.string())),
)


def duckdb_type(column: Column) -> str:
    """DuckDB's type of an accepted value. Clock times are Asia/Shanghai without zone, amounts in the column's unit."""
    if column.type == "decimal":
        return f"DECIMAL({column.precision},{column.scale})"
    return _DUCKDB[column.type]


def arrow_type(column: Column) -> pa.DataType:
    """Arrow's type of an accepted value."""
    if column.type == "decimal":
        return pa.decimal128(column.precision or 18, column.scale or 0)
    return _ARROW[column.type]


def accepted_schema(table: Table) -> pa.Schema:
    """Schema of accepted rows: every contract column typed, then `_row_no`, `_file` and `_warnings`."""
    return pa.schema([pa.field(column.name, arrow_type(column)) for column in table.columns] + list(FILTER_COLUMNS))


def text_schema(table: Table) -> pa.Schema:
    """Schema that readers hand to the filter: every contract column as text (null when absent), then the reader's own.

    `_defect` is null, unreadable_record, decode_failed or wrong_field_count, and only then `_raw` holds the raw text.
    `_flags` is null or ``column:warncode`` parts joined by ``;``. `_plain` is true where the reader knows that no value
    holds anything to be cleaned, null where it did not look.
    """
    return pa.schema([pa.field(column.name, pa.string()) for column in table.columns] + list(READER_COLUMNS))
