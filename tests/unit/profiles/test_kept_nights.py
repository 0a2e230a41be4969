"""The history: every night as it was published, however nights were run, in storage that grows with changes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import invented
import pytest
from invented import FIRST_NIGHT

from core.duck import connect
from core.errors import NotFoundError, StoreError
from core.settings import Settings
from core.store import Store
from profiles import history, publish, schema

SETTINGS = Settings()


def night(k: int) -> date:
    return FIRST_NIGHT + timedelta(days=k)


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Published nights by number; `again2` is the third one, run once more."""
    folder = tmp_path_factory.mktemp("shots")
    for k in (0, 1, 2, 4, 5):
        invented.night(folder, 20, k)
    (folder / "night2.duckdb").rename(folder / "first2.duckdb")
    invented.night(folder, 20, 2, again=1).rename(folder / "again2.duckdb")
    return folder


def record(store: Store, database: Path) -> None:
    shown = history._shown(database)
    assert shown is not None
    history.record(SETTINGS, store, database, shown)


def differing(store: Store, day: date, database: Path) -> dict[str, int]:
    """View -> rows that only the history's `day` or only the published database holds."""
    found = {}
    with history.opened(*history.located(store, day)) as con:
        con.execute(f"ATTACH '{database}' AS shown (READ_ONLY)")
        for view in schema.load():
            assert (
                con.execute(f"DESCRIBE {view.name}").fetchall()
                == con.execute(f"DESCRIBE shown.main.{view.name}").fetchall()
            )
            ours, theirs = f"FROM {view.name}", f"FROM shown.main.{view.name}"
            rows = con.execute(f"({ours} EXCEPT ALL {theirs}) UNION ALL ({theirs} EXCEPT ALL {ours})").fetchall()
            if rows:
                found[view.name] = len(rows)
    return found


@pytest.fixture(scope="module")
def kept(shots: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Three nights, the third run twice, then one that is two days later."""
    store = Store(tmp_path_factory.mktemp("kept"))
    for name in ("night0", "night1", "first2", "again2", "night4"):
        record(store, shots / f"{name}.duckdb")
    return store


@pytest.fixture
def store(kept: Store, tmp_path: Path) -> Store:
    """A history of its own, of the nights of `kept`."""
    shutil.copytree(kept.history, tmp_path / "store" / "history")
    return Store(tmp_path / "store")


def test_every_night_is_shown_as_it_was_published(kept: Store, shots: Path) -> None:
    shown = {0: "night0", 1: "night1", 2: "again2", 4: "night4"}
    assert {k: differing(kept, night(k), shots / f"{name}.duckdb") for k, name in shown.items()} == {
        k: {} for k in shown
    }
    assert differing(kept, night(1), shots / "night0.duckdb").keys() >= {"debtor", "asset", "alert", "run"}


def test_a_day_without_a_night_shows_the_latest_before_it(kept: Store, shots: Path) -> None:
    assert history.located(kept, night(3))[1] == night(2)
    assert differing(kept, night(3), shots / "again2.duckdb") == {}
    assert history.located(kept, night(300))[1] == night(4)
    with pytest.raises(NotFoundError, match=f"{night(-1)} 及以前没有档案.*{night(0)}"):
        history.as_of(kept, night(-1))


def test_a_past_night_has_the_published_columns(kept: Store) -> None:
    con, shown = history.as_of(kept, night(1))
    with con:
        for view in schema.load():
            described = [(row[0], row[1]) for row in con.execute(f"DESCRIBE {view.name}").fetchall()]
            assert described == [(column.name, column.type) for column in view.columns]
    assert shown == night(1)


def test_the_nights_are_listed_with_what_changed(kept: Store) -> None:
    listed = history.nights(kept)
    assert [one.night for one in listed] == [night(0), night(1), night(2), night(4)]
    first, second = listed[:2]
    assert (first.rows, first.rows_changed, first.rows_gone) == (first.rows_new, 0, 0)
    assert second.rows == first.rows + second.rows_new - second.rows_gone
    assert 0 < second.rows_changed < first.rows / 20
    assert {one.volume for one in listed} == {f"{night(0):%Y%m%d}.duckdb"}


def test_a_volume_opens_in_plain_duckdb(kept: Store) -> None:
    (volume,) = kept.history.iterdir()
    with duckdb.connect(str(volume), read_only=True) as con:
        assert con.execute("SELECT max(run_date) FROM run").fetchall() == [(night(4),)]
        con.execute(f"SET VARIABLE night = DATE '{night(1)}'")
        assert con.execute("SELECT max(run_date) FROM run").fetchall() == [(night(1),)]
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            con.execute("DELETE FROM data.night")


def test_an_earlier_night_is_refused_and_changes_nothing(kept: Store, shots: Path) -> None:
    before = {path.name: path.read_bytes() for path in kept.history.iterdir()}
    for name in ("night1", "first2"):
        with pytest.raises(StoreError, match="later nights"):
            record(kept, shots / f"{name}.duckdb")
    assert {path.name: path.read_bytes() for path in kept.history.iterdir()} == before


def published(folder: Path, k: int, rows: str) -> Path:
    """A night of seizures alone."""
    con = connect(SETTINGS)
    (view,) = (view for view in schema.load() if view.name == "seizure")
    con.execute(f"CREATE TABLE seizure ({', '.join(f'{column.name} {column.type}' for column in view.columns)})")
    con.execute(f"INSERT INTO seizure (asset_id, seizure_type, days_to_expiry, row_no) VALUES {rows}")
    con.execute(
        f"CREATE TABLE run AS SELECT 'R{k}' AS run_id, DATE '{night(k)}' AS run_date, now()::TIMESTAMP AS started_at,"
        " started_at AS finished_at, 'test' AS code_version, '' AS model_version, false AS is_incremental"
    )
    database = folder / f"seizures{k}.duckdb"
    publish.publish(con, database, folder / "work")
    con.close()
    return database


def test_rows_that_are_equal_are_counted_and_time_alone_writes_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    nights = [
        "('A1', 'seizure', 9, 1), ('A1', 'seizure', 9, 1), (NULL, NULL, NULL, NULL), ('A2', 'freeze', -3, 4)",
        "('A1', 'seizure', 8, 1), ('A1', 'seizure', 8, 1), (NULL, NULL, NULL, NULL), ('A2', 'freeze', -4, 4)",
        "('A1', 'seizure', 7, 1), ('A1', 'seizure', 7, 2), ('A1', 'seizure', 7, 1), (NULL, NULL, 6, 1)",
    ]
    databases = [published(tmp_path, k, rows) for k, rows in enumerate(nights)]
    for database in databases:
        record(store, database)
    for k, database in enumerate(databases):
        assert differing(store, night(k), database) == {}
    assert [(one.rows_new, one.rows_changed, one.rows_gone) for one in history.nights(store)] == [
        (5, 0, 0),
        (1, 0, 1),  # the run itself
        (2, 0, 2),
    ]


def standing(store: Store, database: Path, before: Path | None = None) -> None:
    store.root.mkdir(exist_ok=True)
    shutil.copy(database, store.profiles)
    if before:
        shutil.copy(before, store.profiles_before)


def test_the_next_run_makes_up_for_a_night_that_was_not_kept(shots: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    standing(store, shots / "first2.duckdb", before=shots / "night1.duckdb")
    assert history.located(store, night(2)) == (store.profiles, night(2))  # published, and not kept yet
    with pytest.raises(NotFoundError, match="历史自下一次夜间对账起保存"):
        history.located(store, night(1))
    assert history.keep(SETTINGS, store) == [night(1), night(2)]
    assert history.keep(SETTINGS, store) == []
    assert differing(store, night(1), shots / "night1.duckdb") == {}
    standing(store, shots / "again2.duckdb")
    assert history.keep(SETTINGS, store) == [night(2)]
    assert differing(store, night(2), shots / "again2.duckdb") == {}


def test_an_earlier_night_published_late_is_told_and_not_kept(store: Store, shots: Path) -> None:
    before = {path.name: path.read_bytes() for path in store.history.iterdir()}
    standing(store, shots / "night1.duckdb", before=shots / "night0.duckdb")
    with pytest.raises(StoreError, match=f"{night(4)}; {night(1)} was published after it"):
        history.keep(SETTINGS, store)
    assert {path.name: path.read_bytes() for path in store.history.iterdir()} == before


KILLED = """
import os, sys
from pathlib import Path
from core.settings import Settings
from core.store import Store
from profiles import history
history.replace_durably = lambda beside, volume: os.kill(os.getpid(), 9)
history.keep(Settings(), Store(Path(sys.argv[1])))
"""


def test_a_killed_write_leaves_the_history_as_it_was(store: Store, shots: Path) -> None:
    before = {path.name: path.read_bytes() for path in store.history.iterdir()}
    standing(store, shots / "night5.duckdb")
    assert subprocess.run([sys.executable, "-c", KILLED, str(store.root)], check=False).returncode == -9
    assert {path.name: path.read_bytes() for path in store.history.iterdir()} == before
    assert history.keep(SETTINGS, store) == [night(5)]
    assert differing(store, night(5), shots / "night5.duckdb") == {}


def test_a_damaged_volume_is_told_and_left_as_it_is(store: Store, shots: Path) -> None:
    (volume,) = store.history.iterdir()
    damaged = volume.read_bytes()[:5000]
    volume.write_bytes(damaged)
    with pytest.raises(StoreError, match="cannot be opened"):
        record(store, shots / "night5.duckdb")
    assert volume.read_bytes() == damaged


def test_a_night_that_cannot_be_written_leaves_no_remains(shots: Path, tmp_path: Path) -> None:
    store = Store(tmp_path)
    (store.history / "20261123.duckdb" / "in the way").mkdir(parents=True)
    shown = history._shown(shots / "night0.duckdb")
    assert shown is not None
    with pytest.raises(StoreError):
        history.record(SETTINGS, store, shots / "night0.duckdb", shown)
    assert list(store.work.glob("*")) == []


def test_a_full_volume_is_followed_by_another(store: Store, shots: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "FULL", 0.5)
    record(store, shots / "night4.duckdb")  # the last night again: it stays where it is
    record(store, shots / "night5.duckdb")
    assert sorted(path.stem for path in store.history.iterdir()) == ["20261123", "20261128"]
    for k in (4, 5):
        assert differing(store, night(k), shots / f"night{k}.duckdb") == {}
    assert [one.night for one in history.nights(store)] == [night(k) for k in (0, 1, 2, 4, 5)]


def test_a_volume_of_another_layout_is_read_and_not_continued(store: Store, shots: Path) -> None:
    (volume,) = store.history.iterdir()
    with duckdb.connect(str(volume)) as con:
        con.execute("UPDATE data.layout SET digest = 'of another version'")
    record(store, shots / "night4.duckdb")  # the same night again, in the new layout
    assert sorted(path.stem for path in store.history.iterdir()) == ["20261123", "20261127"]
    assert [one.night for one in history.nights(store)] == [night(k) for k in (0, 1, 2, 4)]
    for k in (1, 4):
        assert differing(store, night(k), shots / f"night{k}.duckdb") == {}


@pytest.fixture
def grown(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[int]]:
    """The size of the history after each night; `request.param`: debtors and nights after the first."""
    debtors, nights = request.param
    store, sizes = Store(tmp_path / "store"), []
    for k in range(nights + 1):
        database = invented.night(tmp_path, debtors, k, churn=False)
        record(store, database)
        if k not in (1, nights):
            database.unlink()
        sizes.append(sum(path.stat().st_size for path in store.history.iterdir()))
    yield sizes
    for k in (1, nights):
        assert differing(store, night(k), tmp_path / f"night{k}.duckdb") == {}


BLOCK = 262_144  # what a DuckDB file grows by; which rows share one depends on the number of threads


@pytest.mark.parametrize("grown", [(150, 2)], indirect=True)
def test_the_storage_grows_with_the_changes(grown: list[int]) -> None:
    assert grown[-1] <= 1.04 * grown[0] + BLOCK


@pytest.mark.system
@pytest.mark.parametrize("grown", [(600, 30)], indirect=True)
def test_thirty_nights_take_at_most_half_of_the_first_in_addition(grown: list[int]) -> None:
    print([round(size / grown[0], 2) for size in grown])
    assert max(grown) <= 1.5 * grown[0]
