"""The history: every published night can be shown again, in storage that grows with what changed.

A volume ``<store>/history/<first night>.duckdb`` holds a whole first night and the changes of the nights after it, and
has the sixteen published views as of the session variable `night`. When it has doubled, the next night begins a new
one; older volumes are never written again. A night is written into a copy, which then takes the volume's name: readers
are never in the way, and a killed write leaves the volume as it was.
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from core.duck import connect
from core.errors import NotFoundError, StoreError
from core.files import replace_durably
from core.settings import Settings
from core.store import Store, compact
from profiles import history_layout, history_night
from profiles.history_night import Night

#: A volume that has grown to so many times its first night is full.
FULL = 2.0
#: Blocks that earlier nights freed, as a part of the file, from which on it is written anew.
WASTE = 0.1
#: A volume of up to so many bytes is written anew every night: blocks half full would outweigh what changed.
SMALL = 32_000_000
#: Bytes of a block. Every table of a volume, and every night's rows in it, leave one half empty.
BLOCK = 65536


@dataclass(frozen=True)
class KeptNight(Night):
    """A night of the history. Rows over all views: shown; of these new, and changed in more than where they were
    delivered; gone since the night before. `bytes`: the size of the volume with this night."""

    rows: int
    rows_new: int
    rows_changed: int
    rows_gone: int
    bytes: int
    volume: str


def keep(settings: Settings, store: Store) -> list[date]:
    """Bring the history up to the published databases; the nights that were written, none if it was up to them.

    A night that was published but not kept (a run was killed in between) is caught up with from the database of the
    night before. Raises StoreError when the history already holds a night later than the one that stands published.
    """
    kept = _last(store)
    written = []
    for database in (store.profiles_before, store.profiles):
        shown = _shown(database)
        if shown is None or (kept is not None and (shown == kept or shown.night < kept.night)):
            continue
        record(settings, store, database, shown)
        kept = shown
        written.append(shown.night)
    standing = _shown(store.profiles)
    if standing and kept and standing.night < kept.night:
        raise StoreError(
            f"the history holds the night {kept.night}; {standing.night} was published after it and is not kept",
            where="history",
            do="publish the latest night again",
        )
    return written


def record(settings: Settings, store: Store, database: Path, shown: Night) -> None:
    """Make `shown`, published in `database`, the last night of the history; the same date is replaced. Raises
    StoreError when a later night is kept or the volume cannot be written."""
    volume, goes_on = _volume_for(store, shown)
    beside = store.work / f"history.{os.getpid()}.duckdb"
    store.work.mkdir(parents=True, exist_ok=True)
    _discard(beside)
    try:
        if goes_on:
            shutil.copyfile(volume, beside)
        else:
            _begin(beside)
        _write(settings, store, beside, database, shown)
        replace_durably(beside, volume)
    except (duckdb.IOException, OSError) as error:
        raise StoreError(
            f"the night {shown.night} is not in the history: {type(error).__name__}",
            where=volume.name,
            do="check free space and rights; the next run makes up for it",
        ) from error
    finally:
        _discard(beside)


def nights(store: Store) -> list[KeptNight]:
    """Every night of the history, oldest first."""
    found: list[KeptNight] = []
    for volume in _volumes(store):
        # A volume of another layout may begin with a night that the one before it held too.
        found = [night for night in found if compact(night.night) < volume.stem]
        with closing(_opened(volume)) as con:
            held = con.execute("FROM data.night ORDER BY night").fetchall()
        found += [KeptNight(*(*facts, volume.name)) for facts in held]
    return found


def as_of(store: Store, day: date) -> tuple[duckdb.DuckDBPyConnection, date]:
    """A read-only connection with the published views as `day` showed them, and the night that it shows: of `day`, or
    the latest before it. Raises NotFoundError when there is no night up to then."""
    file, night = located(store, day)
    return opened(file, night), night


def located(store: Store, day: date) -> tuple[Path, date]:
    """The file that shows a day (see `opened`), and the night that it shows; see `as_of`."""
    kept, shown = _last(store, day), _shown(store.profiles)
    if shown is not None and shown.night <= day and (kept is None or kept < shown):
        return store.profiles, shown.night  # published, and not kept yet
    if kept is None:
        first = min((night.night for night in nights(store)), default=None)
        raise NotFoundError(
            f"{day} 及以前没有档案", do=f"所存最早的一夜是 {first}" if first else "历史自下一次夜间对账起保存"
        )
    return _volumes(store, day)[-1], kept.night


def opened(file: Path, night: date | None) -> duckdb.DuckDBPyConnection:
    """A volume as of a night, or a published database, which shows its own; read-only."""
    con = _opened(file)
    con.execute("SET VARIABLE night = $night", {"night": night})
    return con


def _volumes(store: Store, until: date = date.max) -> list[Path]:
    """Volumes that begin up to a date, oldest first."""
    return [volume for volume in sorted(store.history.glob("*.duckdb")) if volume.stem <= compact(until)]


def _last(store: Store, until: date = date.max) -> Night | None:
    """The latest night kept up to a date."""
    for volume in reversed(_volumes(store, until)):
        with closing(_opened(volume)) as con:
            found = con.execute(
                "SELECT night, run_id, finished_at FROM data.night WHERE night <= $until ORDER BY night DESC LIMIT 1",
                {"until": until},
            ).fetchall()
        if found:
            return Night(*found[0])
    return None


def _shown(database: Path) -> Night | None:
    """The night that a published database shows; None when there is none, or none that we can read."""
    if not database.exists():
        return None
    try:
        with duckdb.connect(str(database), read_only=True) as con:
            found = con.execute(
                "SELECT run_date, run_id, finished_at FROM run"
                " ORDER BY run_date DESC, finished_at DESC, run_id DESC LIMIT 1"
            ).fetchall()
    except duckdb.Error:
        return None
    return Night(*found[0]) if found else None


def _volume_for(store: Store, shown: Night) -> tuple[Path, bool]:
    """The volume that a night is written to, and whether it goes on with it: the last one, unless it is full or of
    another layout."""
    fresh = store.history / f"{compact(shown.night)}.duckdb"
    volumes = _volumes(store)
    if not volumes:
        return fresh, False
    with closing(_opened(volumes[-1])) as con:
        last, first_bytes, last_bytes = con.execute(
            "SELECT max(night), arg_min(bytes, night), arg_max(bytes, night) FROM data.night"
        ).fetchall()[0]
        same_layout = con.execute("FROM data.layout").fetchall() == [(history_layout.digest(),)]
    if last > shown.night:
        raise StoreError(
            f"the history holds later nights than {shown.night}, up to {last}",
            where="history",
            do="nothing was changed",
        )
    is_full = last_bytes > FULL * first_bytes and last < shown.night
    return (fresh, False) if is_full or not same_layout else (volumes[-1], True)


def _begin(beside: Path) -> None:
    # A session of its own: a view created over an attached database would keep the attachment's name.
    with duckdb.connect(str(beside), config={"default_block_size": BLOCK}) as con:
        con.execute(";\n".join(["BEGIN", *history_layout.statements(), "COMMIT"]))


def _write(settings: Settings, store: Store, beside: Path, database: Path, shown: Night) -> None:
    with closing(connect(settings, scratch=store.work)) as con:
        con.execute("SET preserve_insertion_order = true")  # rows of one debtor lie together
        con.execute(f"ATTACH {_quoted(database)} AS shown (READ_ONLY)")
        con.execute(f"ATTACH {_quoted(beside)} AS kept")
        history_night.write(con, shown)
        con.execute("CHECKPOINT kept")
        con.execute("DETACH kept")
    if beside.stat().st_size <= SMALL or _waste(beside) > WASTE:
        _write_anew(beside)
    size = beside.stat().st_size
    with duckdb.connect(str(beside)) as con:
        con.execute("UPDATE data.night SET bytes = $size WHERE night = $night", {"size": size, "night": shown.night})


def _waste(beside: Path) -> float:
    """The part of the file that nothing uses. What a checkpoint freed shows only to the next session."""
    with duckdb.connect(str(beside), read_only=True) as con:
        found = con.execute("SELECT free_blocks / greatest(total_blocks, 1) FROM pragma_database_size()").fetchall()
    return float(found[0][0])


def _write_anew(beside: Path) -> None:
    """The same volume without the blocks that nothing uses, versions of one row side by side."""
    fresh = beside.with_suffix(".fresh.duckdb")
    fresh.unlink(missing_ok=True)
    _begin(fresh)
    with duckdb.connect(str(fresh)) as con:
        con.execute(f"ATTACH {_quoted(beside)} AS old (READ_ONLY)")
        con.execute("BEGIN")
        for (table,) in con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'old' AND table_name <> 'layout'"
        ).fetchall():
            con.execute(f'INSERT INTO data."{table}" SELECT * FROM old.data."{table}" ORDER BY 1, 2')
        con.execute("COMMIT")
        con.execute("DETACH old")
    fresh.replace(beside)


def _opened(file: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(file), read_only=True)
    except duckdb.Error as error:
        raise StoreError(
            f"a database cannot be opened: {type(error).__name__}",
            where=file.name,
            do="restore it from the backup; a volume of the history moved away takes its nights with it",
        ) from error


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _discard(beside: Path) -> None:
    for path in (beside, beside.with_suffix(".duckdb.wal"), beside.with_suffix(".fresh.duckdb")):
        path.unlink(missing_ok=True)
