"""Publish a build: written beside under the store's work folder, then renamed over the file that readers open.

Tables live in schema ``data``, ordered so that one debtor's rows lie together; readers see views in schema ``main``.
Schema ``search`` holds what the console finds debtors by: who opens the file need not make it, ten seconds for a large
district.
A reader that still holds the old file keeps reading it; the next one opens the new file.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from core.errors import StoreError
from core.files import replace_durably
from profiles import schema
from profiles.searching import index

#: Rows of one debtor (or one asset) lie together, so that reading a profile touches few row groups.
ORDER = {
    "debtor": "debtor_id",
    "debtor_case": "debtor_id, filed_at DESC NULLS LAST, case_no",
    "asset": "debtor_id, is_current DESC, kind, identifier, asset_id",
    "encumbrance": "asset_id, rank NULLS LAST, start_date NULLS LAST, source, table_name, row_no",
    "seizure": "asset_id, start_date NULLS LAST, order_no NULLS FIRST, source, table_name, row_no",
    "liability": "debtor_id, kind, source, table_name, row_no",
    "application": "debtor_id, accepted_at DESC NULLS LAST, application_id",
    "link": "debtor_id, source, table_name, record_id",
    "provenance": "asset_id, is_winner DESC, source, table_name, record_id, business_date, row_no",
    "source_status": "business_date, source",
    "source_reply": "debtor_id, source",
    "quarantine": "source, business_date, file, table_name, row_no",
    "change_event": "run_date, debtor_id, event_id",
    "alert": (
        "CASE severity WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 ELSE 2 END, due_on NULLS LAST, kind, debtor_id, alert_id"
    ),
    "target": "debtor_id, case_no, rank",
    "run": "started_at, run_id",
}

#: Rows that are looked through together. Twelve times fewer than DuckDB's own measure: who asks about one debtor of a
#: hundred thousand is spared a third of the work, for a sixth more of the file.
ROW_GROUP = 10_240

#: What lies on an asset has no debtor to lie together by: of a million assets, a profile reads some thirty.
OF_ASSETS = ("encumbrance", "seizure", "provenance")


def publish(con: duckdb.DuckDBPyConnection, target_file: Path, work: Path) -> dict[str, int]:
    """Write the build's tables (one per view, same name) as `target_file`. Return the rows of each view.

    A table that the build did not make is published with 0 rows. Raises StoreError when the file cannot be written.
    """
    work.mkdir(parents=True, exist_ok=True)
    beside = work / f"profiles.{os.getpid()}.duckdb"
    _discard(beside)
    try:
        rows = _write_tables(con, beside)
        _write_views(beside)
        replace_durably(beside, target_file)
    except (duckdb.IOException, OSError) as error:
        raise StoreError(
            f"profile database not published: {type(error).__name__}",
            where=target_file.name,
            do="check free space and rights",
        ) from error
    finally:
        _discard(beside)
    return rows


def _write_tables(con: duckdb.DuckDBPyConnection, beside: Path) -> dict[str, int]:
    made = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    rows: dict[str, int] = {}
    # Rows must stand in the file in the order asked for.
    con.execute("SET preserve_insertion_order = true")
    con.execute("ATTACH '{}' AS publishing (ROW_GROUP_SIZE {})".format(str(beside).replace("'", "''"), ROW_GROUP))
    try:
        con.execute("CREATE SCHEMA publishing.data")
        for view in schema.load():
            typed = ", ".join(f'"{column.name}" {column.type}' for column in view.columns)
            con.execute(f'CREATE TABLE publishing.data."{view.name}" ({typed})')
            if view.name in made:
                names = ", ".join(f'"{column.name}"' for column in view.columns)
                con.execute(
                    f'INSERT INTO publishing.data."{view.name}" SELECT {names} FROM "{view.name}" '
                    f"ORDER BY {ORDER[view.name]}"
                )
            counted = con.execute(f'SELECT count(*) FROM publishing.data."{view.name}"').fetchall()
            rows[view.name] = int(counted[0][0])
        index.build(con, "publishing", "publishing.data")
    finally:
        con.execute("DETACH publishing")
        con.execute("SET preserve_insertion_order = false")
    return rows


def _write_views(beside: Path) -> None:
    # A session of its own: a view created over an attached database would keep the attachment's name.
    statements = ["BEGIN"]
    for view in schema.load():
        names = ", ".join(f'"{column.name}"' for column in view.columns)
        statements.append(f'CREATE VIEW "{view.name}" AS SELECT {names} FROM data."{view.name}"')
        statements += comments(view)
    statements += [
        "COMMIT",
        *(f'CREATE INDEX "{name}_of_asset" ON data."{name}" (asset_id)' for name in OF_ASSETS),
        "CHECKPOINT",
    ]
    with duckdb.connect(str(beside)) as con:
        con.execute(";\n".join(statements))


def comments(view: schema.View) -> list[str]:
    """Statements that say in Chinese what a view of this name and its columns mean."""
    said = [f'COMMENT ON VIEW "{view.name}" IS {_quoted(view.comment)}']
    said += [f'COMMENT ON COLUMN "{view.name}"."{column.name}" IS {_quoted(column.comment)}' for column in view.columns]
    return said


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _discard(beside: Path) -> None:
    beside.unlink(missing_ok=True)
    beside.with_suffix(".duckdb.wal").unlink(missing_ok=True)
