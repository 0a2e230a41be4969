from __future__ import annotations

import duckdb
import pyarrow as pa

from data_contracts import load, sources
from data_contracts.arrow_schema import accepted_schema, duckdb_type, text_schema


def test_accepted_rows_are_typed_and_say_where_they_come_from() -> None:
    schema = accepted_schema(load("land").table("mortgages"))
    assert schema.field("amount").type == pa.decimal128(18, 4)
    assert schema.field("from_date").type == pa.date32()
    assert schema.field("registered_at").type == pa.timestamp("us")
    assert schema.field("rank").type == pa.int64()
    assert schema.names[-3:] == ["_row_no", "_file", "_warnings"]


def test_text_is_text() -> None:
    table = load("land").table("mortgages")
    schema = text_schema(table)
    assert {schema.field(name).type for name in table.column_names} == {pa.string()}
    assert schema.names[-5:] == ["_row_no", "_defect", "_raw", "_flags", "_plain"]


def test_duckdb_and_arrow_mean_the_same_types() -> None:
    session = duckdb.connect()
    for source in sources():
        for table in load(source).tables:
            columns = ", ".join(f'NULL::{duckdb_type(column)} AS "{column.name}"' for column in table.columns)
            made = session.execute(f"SELECT {columns}").to_arrow_table().schema
            for name in table.column_names:
                assert made.field(name).type == accepted_schema(table).field(name).type, f"{source}.{table.name}.{name}"
