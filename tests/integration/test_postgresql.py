"""The register's views on a real PostgreSQL: one moment, no row lost, and the same as the files of the same data."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import IO

import psycopg
import pyarrow.parquet as pq
import pytest
from agency import Agency, Row
from servers.line import line_to
from servers.postgres import CONTRACT, PASSWORD, SCHEMA, Postgres, postgres

from connectors import intake
from connectors.layers import taken_before
from connectors.records import Outcome, read_deliveries
from connectors.site import Secret, Site, SourceSite
from connectors.transport import open_transport
from connectors.transport.breaker import Breaker
from connectors.transport.guard import Guard
from connectors.transport.postgresql import extract, session
from connectors.transport.postgresql.transport import PostgresTransport
from core.errors import SenderError, SettingsError
from core.settings import Settings
from core.store import Store
from data_contracts import Table

SUNDAY, MONDAY, TUESDAY = date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture
def register(server: Postgres) -> Postgres:
    server.empty()
    return server


@pytest.fixture
def site(register: Postgres, monkeypatch: pytest.MonkeyPatch) -> SourceSite:
    monkeypatch.setenv("CHAKONG_TEST_PASSWORD", PASSWORD)
    return SourceSite("enterprises", register.url(), password=Secret(env="CHAKONG_TEST_PASSWORD"))


def opened(site: SourceSite, store: Store) -> PostgresTransport:
    """Without waits between tries."""
    guard = Guard(site, breaker=Breaker(), sleep=lambda _seconds: None)
    taken = partial(taken_before, store, "enterprises")
    return PostgresTransport(site, guard, store.partial("enterprises"), taken)


def night(site: SourceSite, store: Store, day: date) -> Outcome:
    return intake.take(Settings(), store, "enterprises", day, opened(site, store))


def entity(number: int, **changes: str | None) -> Row:
    return {"entity_id": f"ZT{number:012d}", "updated_at": "2026-11-21 17:00:00", "reg_no": None, **changes}


def accepted(store: Store, day: date) -> dict[str, list[dict[str, object]]]:
    """Rows of the deliveries of a date, by table, without what tells where they came from."""
    rows: dict[str, list[dict[str, object]]] = {table.name: [] for table in CONTRACT.tables}
    for path in sorted(store.delivery_folder("enterprises", day).glob("*/accepted/*.parquet")):
        table = pq.read_table(path)
        own = [name for name in table.column_names if not name.startswith("_")]
        rows[path.stem] += table.select(own).to_pylist()
    return {name: sorted(found, key=str) for name, found in rows.items()}


def test_two_nights_of_the_views_are_two_nights_of_the_files(
    small_district: Path, register: Postgres, site: SourceSite, tmp_path: Path
) -> None:
    files, views = Store(tmp_path / "files"), Store(tmp_path / "views")
    for day in (SUNDAY, MONDAY):
        (archive,) = (small_district / "enterprises" / f"{day:%Y%m%d}").glob("*.zip")
        register.put(archive)
        drops = open_transport(Site().of("enterprises", str(small_district)), tmp_path / "partial")
        of_files = intake.take(Settings(), files, "enterprises", day, drops)
        of_views = night(site, views, day)
        assert of_views.rows_accepted
        assert of_views.tables == of_files.tables
        assert (of_views.outcome, of_views.mode, of_views.data_as_of, of_views.verdicts, of_views.message) == (
            of_files.outcome, of_files.mode, of_files.data_as_of, of_files.verdicts, of_files.message
        )  # fmt: skip
        ours, theirs = accepted(views, day), accepted(files, day)
        if of_files.mode == "full":
            assert all(row["op"] in (None, "I") for row in theirs["base"])
        assert ours == theirs
    assert not night(site, views, MONDAY).changed


def test_the_archive_is_as_agreed(register: Postgres, site: SourceSite, tmp_path: Path) -> None:
    names = '"引号", 逗号\n换行'
    register.put(Agency(tmp_path / "drops", "enterprises").zip(SUNDAY, "full", {"base": [entity(1, name=names)]}))
    store = Store(tmp_path / "store")
    archive, control = opened(site, store).list("enterprises", SUNDAY)
    assert (archive.name, control.name) == ("enterprises_full_20261122.zip", "enterprises_full_20261122.zip.ok")
    assert {archive.modified, control.modified} == {datetime(2026, 11, 22, 23, 40)}
    with zipfile.ZipFile(archive.place) as entries:
        assert [entry.filename for entry in entries.infolist()] == [table.locator[0] for table in CONTRACT.tables]
        header, row, end = entries.read("base.csv").decode().split("\r\n")
    assert header == "\ufeff" + ",".join(column.label for column in CONTRACT.table("base").columns)
    assert row.startswith('I,ZT000000000001,"""引号"", 逗号\n换行",')
    assert end == ""
    content = Path(archive.place).read_bytes()
    shutil.rmtree(store.partial("enterprises"))
    again, _ = opened(site, store).list("enterprises", SUNDAY)
    assert Path(again.place).read_bytes() == content


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_no_row_falls_between_two_pages(
    size: int, register: Postgres, site: SourceSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys that come twice, at the border of a page too, and keys that are not there."""
    monkeypatch.setattr(extract, "PAGE_ROWS", size)
    numbers = [1, 2, 2, 2, 3, 4, 4, 5]
    rows = [entity(number, name=f"示例{place}") for place, number in enumerate(numbers)]
    rows += [entity(0, entity_id=None, name=f"无号{place}") for place in range(3)]
    register.put(Agency(tmp_path / "drops", "enterprises").zip(SUNDAY, "full", {"base": rows}))
    archive, _ = opened(site, Store(tmp_path / "store")).list("enterprises", SUNDAY)
    with zipfile.ZipFile(archive.place) as entries:
        text = entries.read("base.csv").decode("utf-8-sig")
    assert sorted(line.split(",")[2] for line in text.splitlines()[1:]) == sorted(str(row["name"]) for row in rows)


def test_all_tables_are_of_one_moment(
    register: Postgres, site: SourceSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While base is read, the agency deletes everything and starts its next night."""
    tables = {"base": [entity(1), entity(2)], "branches": [{"branch_entity_id": "ZT9", "parent_name": "示例"}]}
    register.put(Agency(tmp_path / "drops", "enterprises").zip(SUNDAY, "full", tables))
    original = extract.Extract._write_table

    def interrupted(self: extract.Extract, table: Table, stream: IO[bytes]) -> int:
        rows = original(self, table, stream)
        with register.agency() as con:
            con.execute("DELETE FROM register.base; DELETE FROM register.branches; DELETE FROM register.delivery")
        return rows

    monkeypatch.setattr(extract.Extract, "_write_table", interrupted)
    outcome = night(site, Store(tmp_path / "store"), SUNDAY)
    assert (outcome.outcome, outcome.rows_delivered) == ("loaded", 3)


def test_a_night_whose_tables_are_not_all_there_does_not_exist(
    register: Postgres, site: SourceSite, tmp_path: Path
) -> None:
    register.put(Agency(tmp_path / "drops", "enterprises").zip(SUNDAY, "full", {"base": [entity(1)]}))
    with register.agency() as con:
        con.execute("DELETE FROM register.delivery WHERE table_name = 'branches'")
    transport = opened(site, Store(tmp_path / "store"))
    assert transport.list("enterprises", SUNDAY) == []
    assert transport.dates("enterprises", SUNDAY, TUESDAY) == []


def test_a_missed_night_is_in_the_next_delta(register: Postgres, site: SourceSite, tmp_path: Path) -> None:
    """Only the last night can be read; it then begins where we ended, and the agency's own count does not apply."""
    agency, store = Agency(tmp_path / "drops", "enterprises"), Store(tmp_path / "store")
    register.put(agency.zip(SUNDAY, "full", {"base": [entity(1), entity(2), entity(3)]}))
    assert night(site, store, SUNDAY).rows_accepted == 3
    register.put(agency.zip(MONDAY, "delta", {"base": [entity(1, op="U", updated_at="2026-11-23 10:00:00")]}))
    register.put(agency.zip(TUESDAY, "delta", {"base": [entity(2, op="D", updated_at="2026-11-24 10:00:00")]}))
    outcome = night(site, store, TUESDAY)
    assert (outcome.outcome, outcome.mode, outcome.rows_accepted) == ("loaded", "delta", 2)
    assert outcome.gap_since == MONDAY
    assert not [verdict for verdict in outcome.verdicts if verdict.code == "count_mismatch"]
    assert {(row["entity_id"], row["op"]) for row in accepted(store, TUESDAY)["base"]} == {
        ("ZT000000000001", "U"),
        ("ZT000000000002", "D"),
    }


def test_a_first_reading_on_a_delta_night_is_the_whole_register(
    register: Postgres, site: SourceSite, tmp_path: Path
) -> None:
    agency, store = Agency(tmp_path / "drops", "enterprises"), Store(tmp_path / "store")
    register.put(agency.zip(SUNDAY, "full", {"base": [entity(1), entity(2), entity(3)]}))
    changed = [entity(1, op="U", updated_at="2026-11-23 10:00:00"), entity(2, op="D", updated_at="2026-11-23 10:00:00")]
    register.put(agency.zip(MONDAY, "delta", {"base": changed}))
    outcome = night(site, store, MONDAY)
    assert (outcome.outcome, outcome.mode, outcome.rows_accepted, outcome.rows_quarantined) == ("loaded", "full", 2, 0)
    assert {row["entity_id"] for row in accepted(store, MONDAY)["base"]} == {"ZT000000000001", "ZT000000000003"}


@pytest.mark.parametrize(("counted", "outcome"), [(3, "loaded"), (2, "loaded"), (4, "rejected")])
def test_a_full_that_lost_rows_is_held(
    counted: int, outcome: str, register: Postgres, site: SourceSite, tmp_path: Path
) -> None:
    """Two rows and one deleted: the agency may count either way, but not a row that is not there."""
    rows = [entity(1), entity(2), entity(3)]
    register.put(Agency(tmp_path / "drops", "enterprises").zip(SUNDAY, "full", {"base": rows}))
    with register.agency() as con:
        con.execute("UPDATE register.base SET op = 'D' WHERE entity_id = 'ZT000000000003'")
        con.execute("UPDATE register.delivery SET rows = %s WHERE table_name = 'base'", [counted])
    found = night(site, Store(tmp_path / "store"), SUNDAY)
    assert found.outcome == outcome
    assert [verdict.code for verdict in found.verdicts] == (["count_mismatch"] if outcome == "rejected" else [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("RENAME COLUMN legal_rep_name TO rep", "unexpected_layout"),
        ("RENAME COLUMN entity_id TO id", None),
    ],
)
def test_a_column_that_is_gone_is_found_like_one_in_a_file(
    change: str, code: str | None, register: Postgres, site: SourceSite, tmp_path: Path
) -> None:
    register.put(Agency(tmp_path / "drops", "enterprises").zip(SUNDAY, "full", {"base": [entity(1)]}))
    with register.agency() as con:
        con.execute(f"ALTER VIEW {SCHEMA}.base {change}")
    if code is None:
        with pytest.raises(SenderError, match="no column entity_id"):
            opened(site, Store(tmp_path / "store")).list("enterprises", SUNDAY)
        return
    outcome = night(site, Store(tmp_path / "store"), SUNDAY)
    assert outcome.outcome == "rejected"
    assert {verdict.code for verdict in outcome.verdicts} == {code}


def test_impossible_values_are_quarantined_not_lost(register: Postgres, site: SourceSite, tmp_path: Path) -> None:
    register.put(Agency(tmp_path / "drops", "enterprises").zip(SUNDAY, "full", {"base": [entity(n) for n in range(9)]}))
    with register.agency() as con:
        con.execute("UPDATE register.base SET updated_at = 'infinity' WHERE entity_id = 'ZT000000000003'")
    outcome = night(site, Store(tmp_path / "store"), SUNDAY)
    assert (outcome.rows_delivered, outcome.rows_accepted, outcome.rows_quarantined) == (9, 8, 1)


def test_a_cut_connection_starts_a_new_moment(register: Postgres, site: SourceSite, tmp_path: Path) -> None:
    rows = [entity(number) for number in range(2_000)]
    register.put(Agency(tmp_path / "drops", "enterprises").zip(SUNDAY, "full", {"base": rows}))
    store = Store(tmp_path / "store")
    with line_to(register.port) as line:
        line.cuts += [40_000, 100, 90_000]  # in the rows, while proving who we are, and in the rows again
        through = replace(site, url=register.url(line.port))
        outcome = night(through, store, SUNDAY)
    assert outcome.rows_accepted == 2_000
    assert len(line.sent) >= 4
    (record,) = read_deliveries(store, "enterprises")
    assert record.state == "loaded"
    assert list(store.partial("enterprises").rglob("*.part")) == []


def test_a_statement_without_end_is_ended(
    register: Postgres, site: SourceSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.put(Agency(tmp_path / "drops", "enterprises").zip(SUNDAY, "full", {"base": [entity(1)]}))
    with register.agency() as con:
        con.execute(
            f"CREATE OR REPLACE VIEW {SCHEMA}.base AS SELECT * FROM register.base WHERE pg_sleep(60) IS NOT NULL"
        )
    monkeypatch.setattr(session, "STATEMENT_SECONDS", 1)
    with pytest.raises(SenderError) as raised:
        opened(replace(site, attempts=2), Store(tmp_path / "store")).list("enterprises", SUNDAY)
    assert raised.value.verdict == "unreachable"


def test_a_wrong_password_is_told_and_not_tried_again(
    register: Postgres, site: SourceSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAKONG_TEST_PASSWORD", "a wrong one")
    with line_to(register.port) as line:
        with pytest.raises(SenderError, match="refuses") as raised:
            opened(replace(site, url=register.url(line.port)), Store(tmp_path / "store")).list("enterprises", SUNDAY)
        assert len(line.sent) == 1
    assert raised.value.verdict == "access_denied"
    assert "a wrong one" not in str(raised.value)


def test_a_view_that_may_not_be_read_is_told(register: Postgres, site: SourceSite, tmp_path: Path) -> None:
    register.put(Agency(tmp_path / "drops", "enterprises").zip(SUNDAY, "full", {"base": [entity(1)]}))
    with register.agency() as con:
        con.execute(f"REVOKE SELECT ON {SCHEMA}.changes FROM court")
    with pytest.raises(SenderError, match="may not read") as raised:
        opened(site, Store(tmp_path / "store")).list("enterprises", SUNDAY)
    assert raised.value.verdict == "access_denied"


def test_nobody_there_is_unreachable(site: SourceSite, tmp_path: Path) -> None:
    with pytest.raises(SenderError) as raised:
        opened(replace(site, url="postgresql://court@127.0.0.1:1/postgres"), Store(tmp_path)).dates("", SUNDAY, MONDAY)
    assert raised.value.verdict == "unreachable"


def test_the_session_can_only_read(register: Postgres, site: SourceSite) -> None:
    with register.agency() as con:
        con.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA {SCHEMA} TO court")
    with session.snapshot(site) as connection:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute(f"DELETE FROM {SCHEMA}.delivery")
        connection.rollback()
        settings = "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')"
        assert connection.execute(settings).fetchone() == ("repeatable read", "on")


def test_another_source_has_no_views(site: SourceSite, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no views"):
        open_transport(replace(site, source="land"), tmp_path)
