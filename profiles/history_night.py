"""One night into a volume: what differs from the state before it, found by set operations in SQL.

The session has attached the volume as ``kept`` (writable) and the published database as ``shown``. Rows are paired with
the open versions by the hash of their key, numbered where several share it, and compared by the hashes of their parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from profiles.history_layout import DELIVERED, Layout, layouts


@dataclass(frozen=True, order=True)
class Night:
    """A business date as it was published: `finished_at` tells a repeated run of the date from the first."""

    night: date
    run_id: str
    finished_at: datetime


def write(con: duckdb.DuckDBPyConnection, shown: Night) -> None:
    """Make `shown` the last night of ``kept``, in one transaction. What was kept of the same date is taken back first;
    a later night must not be there."""
    con.execute("SET VARIABLE tonight = $night", {"night": shown.night})
    con.execute("BEGIN")
    _take_back(con)
    counts = [0, 0, 0, 0]
    for layout in layouts():
        _read(con, layout)
        if layout.kept.clocked:
            _set_clock(con, layout)
        _compare(con, layout)
        counts = [count + more for count, more in zip(counts, _counted(con, layout), strict=True)]
        _write_versions(con, layout)
    con.execute(
        "INSERT INTO kept.data.night VALUES (getvariable('tonight'), ?, ?, ?, ?, ?, ?, NULL)",
        [shown.run_id, shown.finished_at, *counts],
    )
    con.execute("COMMIT")


def _take_back(con: duckdb.DuckDBPyConnection) -> None:
    """Forget what was kept of tonight: its versions begin no more, and what it ended goes on."""
    tables = [part.table for layout in layouts() for part in layout.parts]
    tables += [f"{layout.name}_clock" for layout in layouts() if layout.kept.clocked]
    if not con.execute("FROM kept.data.night WHERE night = getvariable('tonight')").fetchall():
        return
    for table in tables:
        con.execute(f"DELETE FROM kept.data.\"{table}\" WHERE since = getvariable('tonight')")
        con.execute(f"UPDATE kept.data.\"{table}\" SET until = NULL WHERE until = getvariable('tonight')")
    con.execute("DELETE FROM kept.data.night WHERE night = getvariable('tonight')")


def _read(con: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """``tonight``: the published rows in their order, with the columns and types of the layout and a countdown's end.

    A column that the version which published did not know is null.
    """
    held = {
        name
        for (name,) in con.execute(
            "SELECT column_name FROM duckdb_columns() WHERE database_name = 'shown' AND schema_name = 'data'"
            " AND table_name = $view",
            {"view": layout.name},
        ).fetchall()
    }
    values = []
    for name in layout.types:
        value = f'"{name}"' if name in held else "NULL"
        if name in layout.kept.countdown:
            value = f"getvariable('tonight') + {value}"
        values.append(f'CAST({value} AS {layout.kept_type(name)}) AS "{name}"')
    source = f'FROM shown.data."{layout.name}"' if held else "WHERE false"
    place = "rowid" if held else "0"
    con.execute(f"CREATE OR REPLACE TEMP VIEW tonight AS SELECT {place} AS shown_row, {', '.join(values)} {source}")


def _set_clock(con: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """What more than half of a group shows tonight is the group's; without such a majority the clock stands still.

    So a group whose rows move one by one never makes its other rows new.
    """
    by = [f'"{name}"' for name in layout.kept.clock_by]
    clocked = [f'"{name}"' for name in layout.kept.clocked]
    columns = ", ".join([*by, *clocked])
    clock = f'kept.data."{layout.name}_clock"'
    over = f"PARTITION BY {', '.join(by)}" if by else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE moved AS SELECT {columns} FROM tonight GROUP BY {columns}"
        f" QUALIFY 2 * count(*) > sum(count(*)) OVER ({over})"
        f" EXCEPT SELECT {columns} FROM {clock} WHERE until IS NULL"
    )
    same = " AND ".join([f"k.{name} IS NOT DISTINCT FROM moved.{name}" for name in by]) or "true"
    con.execute(f"UPDATE {clock} k SET until = getvariable('tonight') FROM moved WHERE until IS NULL AND {same}")
    con.execute(f"INSERT INTO {clock} SELECT getvariable('tonight'), NULL, {columns} FROM moved")


def _compare(con: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """``difference``: every identity of tonight and of the open versions.

    `shown_row` is null where it is gone; `slot` is always given, `was_there` where it has open versions; for each part,
    ``<part>_differs`` is true where a version must begin, null where it is gone.
    """
    parts = layout.parts
    here = ", ".join(f"{_hash(_of('tonight', part.columns))} AS {part.alias}" for part in parts)
    there = ", ".join(f"{_hash([layout.value(part, name) for name in part.columns])} AS {part.alias}" for part in parts)
    numbered = f"row_number() OVER (PARTITION BY key ORDER BY {', '.join(part.alias for part in parts)}) AS nth"
    differ = ", ".join(
        f"CASE WHEN shown_row IS NOT NULL THEN here.{name} IS DISTINCT FROM there.{name} END AS {name}_differs"
        for name in (part.alias for part in parts)
    )
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE difference AS
        WITH here AS (
            SELECT *, {numbered}
            FROM (SELECT shown_row, {_hash(_of("tonight", layout.key))} AS key, {here} FROM tonight)),
        there AS (
            SELECT *, {numbered}
            FROM (SELECT facts.slot, {_hash(_of("facts", layout.key))} AS key, {there}
                  {layout.joined("{0}.until IS NULL", "kept.data")})),
        highest AS (SELECT coalesce(max(slot), 0) AS slot FROM kept.data."{layout.name}")
        SELECT shown_row, there.slot IS NOT NULL AS was_there,
               coalesce(there.slot, highest.slot
                 + row_number() OVER (PARTITION BY there.slot IS NULL ORDER BY shown_row))::INTEGER AS slot,
               {differ}
        FROM here FULL JOIN there USING (key, nth) CROSS JOIN highest""")


def _counted(con: duckdb.DuckDBPyConnection, layout: Layout) -> tuple[int, ...]:
    """Rows shown; of these new, and changed in more than where they were delivered; rows gone."""
    changed = " OR ".join(part.differs for part in layout.parts if part.alias != DELIVERED)
    counted: tuple[int, ...] = con.execute(
        "SELECT count(shown_row), count(*) FILTER (NOT was_there),"
        f" count(*) FILTER (was_there AND ({changed})), count(*) FILTER (shown_row IS NULL) FROM difference"
    ).fetchall()[0]
    return counted


def _write_versions(con: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    for part in layout.parts:
        con.execute(
            f"UPDATE kept.data.\"{part.table}\" SET until = getvariable('tonight') WHERE until IS NULL"
            f" AND slot IN (SELECT slot FROM difference WHERE was_there AND coalesce({part.differs}, true))"
        )
        values, clock = _of("tonight", part.columns), ""
        if part.clocked:
            clock = layout.clock_join("tonight", "clock.until IS NULL", "kept.data")
            same = [f'clock."{name}" IS NOT DISTINCT FROM tonight."{name}"' for name in layout.kept.clocked]
            follows = " AND ".join(["clock.since IS NOT NULL", *same])
            values = [
                f"CASE WHEN NOT ({follows}) THEN {value} END" if name in layout.kept.clocked else value
                for name, value in zip(part.columns, values, strict=True)
            ]
            values.insert(0, follows)
        con.execute(
            f'INSERT INTO kept.data."{part.table}"'
            f" SELECT difference.slot, getvariable('tonight'), NULL, {', '.join(values)}"
            f" FROM tonight JOIN difference ON difference.shown_row = tonight.shown_row {clock}"
            f" WHERE difference.{part.differs} ORDER BY tonight.shown_row"
        )


def _of(alias: str, columns: tuple[str, ...]) -> list[str]:
    return [f'{alias}."{name}"' for name in columns]


def _hash(values: list[str]) -> str:
    return f"hash({', '.join(values)})"
