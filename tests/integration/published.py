"""Two published databases, compared view by view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from profiles import schema

#: Columns that tell of the run and of when it looked, and not of what it found.
OF_THE_RUN = ("run_id", "started_at", "finished_at", "decided_at")


def differences(one: Path, other: Path, blind: Mapping[str, Sequence[str]] | None = None) -> dict[str, int]:
    """View -> rows that only one of the two holds; views without any are left out.

    `blind`: source -> columns that may differ in rows of that source.
    """
    found = {}
    with duckdb.connect(str(one), read_only=True) as con:
        con.execute(f"ATTACH '{other}' AS other (READ_ONLY)")
        for view in schema.load():
            columns = [column.name for column in view.columns]
            shown = ", ".join(_shown(name, columns, blind or {}) for name in columns if name not in OF_THE_RUN)
            ours, theirs = (f'SELECT {shown} FROM {database}"{view.name}"' for database in ("", "other.main."))
            rows = con.execute(
                f"SELECT count(*) FROM (({ours} EXCEPT ALL {theirs}) UNION ALL ({theirs} EXCEPT ALL {ours}))"
            ).fetchall()[0][0]
            if rows:
                found[view.name] = rows
    return found


def _shown(name: str, columns: Sequence[str], blind: Mapping[str, Sequence[str]]) -> str:
    sources = [source for source, unseen in blind.items() if name in unseen]
    if not sources or "source" not in columns:
        return f'"{name}"'
    listed = ", ".join(f"'{source}'" for source in sources)
    return f'CASE WHEN source NOT IN ({listed}) THEN "{name}" END'
