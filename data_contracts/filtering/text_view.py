"""The delivered text of one table as a view, whatever number of files it came in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from core.duck import sql as sql_text
from core.errors import ContractError
from data_contracts.arrow_schema import READER_COLUMNS
from data_contracts.filtering.expressions import ident
from data_contracts.model import Table

#: One text Parquet, or delivered file name -> text Parquet.
TextTable = Path | Mapping[str, Path]


def attach_text(connection: duckdb.DuckDBPyConnection, table: Table, text: TextTable, *, file_name: str = "") -> None:
    """Define the macros of the filter and the temporary view ``filter_text``: text columns, the reader's own, `_file`.
    Files stand in the order of their names.

    Paths and names are bound, they never become SQL. ContractError when the Parquet lacks columns.
    """
    files = {file_name: text} if isinstance(text, Path) else dict(sorted(text.items()))
    if not files:
        raise ContractError("no text table to filter", where=table.name, do="hand over at least one Parquet file")
    _define_macros(connection)
    connection.execute("SET VARIABLE filter_paths = $paths", {"paths": [str(path) for path in files.values()]})
    connection.execute("SET VARIABLE filter_names = $names", {"names": list(files)})
    columns = ", ".join([*(ident(name) for name in table.column_names), *(field.name for field in READER_COLUMNS)])
    parts = [
        f"SELECT {columns}, getvariable('filter_names')[{place}] AS _file"
        f" FROM read_parquet(getvariable('filter_paths')[{place}])"
        for place in range(1, len(files) + 1)
    ]
    try:
        connection.execute(f"CREATE OR REPLACE TEMP VIEW filter_text AS {' UNION ALL '.join(parts)}")
    except duckdb.BinderException as error:
        raise ContractError(
            "a text table lacks columns of its contract", where=table.name, do="correct the reader"
        ) from error


def _define_macros(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.execute("SELECT filter_macros_defined()")
    except duckdb.CatalogException:
        connection.execute(sql_text("data_contracts.filtering", "macros"))
