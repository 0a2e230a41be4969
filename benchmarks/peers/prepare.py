"""Rows made ready as an expert would, for the peer and for the two exact baselines."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_TEXT = ("name", "former_name", "id_number", "birth_date", "address", "phone")


def connect(threads: int, memory: str | None = None) -> duckdb.DuckDBPyConnection:
    """A database in memory with the macros of prepare.sql."""
    connection = duckdb.connect(config={"threads": threads, **({"memory_limit": memory} if memory else {})})
    connection.execute(Path(__file__).with_name("prepare.sql").read_text(encoding="utf-8"))
    return connection


def prepare(connection: duckdb.DuckDBPyConnection, path: Path, table: str) -> None:
    """Table `table` of the rows in a Parquet file, each field in one normal form or null."""
    rows = _nfkc(pq.read_table(path))
    connection.register("delivered", rows)
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE {table} AS
        WITH plain_rows AS (
            SELECT record_id, party_type, plain(name) AS name, plain(former_name) AS former_name,
                   real_number(upgraded(first_number(plain(id_number)))) AS id_norm,
                   second_number(plain(id_number)) AS id_second, real_birth(birth_date) AS birth_given,
                   left(sex, 1) AS sex, place(address) AS place, telephone(phone) AS phone
            FROM delivered)
        SELECT record_id AS unique_id, party_type, name, former_name, core(name, party_type) AS core,
               id_norm, id_second,               number_kind(id_norm) AS id_kind,
               number_valid(id_norm) AS id_valid,
               CASE WHEN id_norm ~ '^9[0-9A-Z]{{17}}$' THEN substr(id_norm, 9, 9)
                    WHEN length(id_norm) = 9 THEN id_norm END AS org_body,
               coalesce(birth_given, number_birth(id_norm)) AS birth, sex, place, phone,
               left(id_norm, 14) AS id_head, right(id_norm, 8) AS id_tail
        FROM plain_rows ORDER BY unique_id"""
    )
    connection.unregister("delivered")


def _nfkc(rows: pa.Table) -> pa.Table:
    """Every text column, those not delivered too, in one width."""
    for column in set(_TEXT).difference(rows.column_names):
        rows = rows.append_column(column, pa.nulls(len(rows), pa.string()))
    form = pc.Utf8NormalizeOptions("NFKC")
    for column in _TEXT:
        normal = pc.call_function("utf8_normalize", [rows[column]], form)
        rows = rows.set_column(rows.column_names.index(column), column, normal)
    return rows
