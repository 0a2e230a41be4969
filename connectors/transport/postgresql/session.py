"""One connection that can only read, sees one moment, and never waits without end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from connectors.site import SourceSite
from core import duck
from core.errors import SenderError, TransientError

#: Seconds until the connection must stand; for one statement, which reads one page; without any sign of the network;
#: and between two statements, after which the agency need not keep the moment for us any more.
CONNECT_SECONDS, STATEMENT_SECONDS, SILENT_SECONDS, IDLE_SECONDS = 20, 120, 60, 600

#: libpq's own words (the server's may be in any language): the line broke while it was proving who we are.
_LINE_BROKE = re.compile("server closed the connection|could not (receive|send) data|timeout|SSL SYSCALL")

#: What the agency must put right: a view or column is not there, or holds what cannot be sent as UTF-8.
_NOT_AS_AGREED = (errors.ProgrammingError, errors.DataError, errors.NotSupportedError)

Cursor = psycopg.Cursor[TupleRow]


@contextmanager
def snapshot(site: SourceSite) -> Iterator[psycopg.Connection[TupleRow]]:
    """A connection inside one REPEATABLE READ, READ ONLY transaction.

    TransientError when the connection breaks or a statement takes too long; SenderError when the agency refuses us or
    its views are not as agreed. The server's own words stay outside: they may quote a row.
    """
    try:
        with _connect(site) as connection:
            yield connection
    except errors.InsufficientPrivilege:
        raise SenderError(
            "the user may not read the views",
            verdict="access_denied",
            where=site.host,
            do="ask the agency for the grant",
        ) from None
    except _NOT_AS_AGREED as error:
        what = f"the views are not as agreed: SQLSTATE {error.sqlstate}"
        raise SenderError(what, verdict="bad_answer", where=site.host, do="ask the agency") from None
    except psycopg.Error as error:
        raise TransientError(f"the database does not answer: {type(error).__name__}", where=site.host) from None


def _connect(site: SourceSite) -> psycopg.Connection[TupleRow]:
    trust = {"sslmode": "verify-full", "sslrootcert": str(site.ca_file)} if site.ca_file else {}
    secret = {"password": site.password.read()} if site.password else {}
    settings = {
        "default_transaction_read_only": "on",
        "statement_timeout": STATEMENT_SECONDS * 1000,
        "lock_timeout": STATEMENT_SECONDS * 1000,
        "idle_in_transaction_session_timeout": IDLE_SECONDS * 1000,
        "datestyle": "ISO",
    }
    try:
        connection = psycopg.connect(
            make_conninfo(site.url, **trust, **secret),
            connect_timeout=CONNECT_SECONDS,
            tcp_user_timeout=SILENT_SECONDS * 1000,
            application_name="chakong",
            client_encoding="UTF8",
            options=" ".join(f"-c {name}={value}" for name, value in settings.items()),
        )
    except psycopg.OperationalError as error:
        if error.pgconn is not None and error.pgconn.used_password and not _LINE_BROKE.search(str(error)):
            raise SenderError(
                "the database refuses user, password or database name", verdict="access_denied", where=site.host
            ) from None
        raise
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection


def query(name: str, **names: sql.Composable) -> sql.Composed:
    """The statement kept in ``<name>.sql``, with identifiers put in; values are bound."""
    return sql.SQL(duck.sql(__package__, name)).format(**names)
