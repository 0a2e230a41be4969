"""Transactions of the ledger.

SQLite's are begun by us, because its driver would begin late and commit before DDL: `reading` begins plainly, `writing`
takes the write lock first, so that two officers who decide at once come one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection in a transaction that writes nothing."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection in a transaction that is committed at the end, or leaves nothing."""
    with engine.connect().execution_options(ledger_writes=True) as connection, connection.begin():
        yield connection


def one_by_one(connection: sa.Connection, table: sa.Table) -> None:
    """Until the transaction ends nobody else writes into the table. SQLite's `writing` has seen to that already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f'LOCK TABLE "{table.name}" IN SHARE ROW EXCLUSIVE MODE')


def begin(connection: sa.Connection) -> None:
    """Listener of SQLite's "begin": what the driver was kept from doing."""
    writes = connection.get_execution_options().get("ledger_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
