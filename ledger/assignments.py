"""Cases that an officer works on beside those that name him as judge."""

from __future__ import annotations

import sqlalchemy as sa

from core.clock import now
from ledger.accounts import one
from ledger.connections import reading, writing

assignment_table = sa.Table(
    "case_assignment",
    sa.MetaData(),
    sa.Column("officer", sa.Text(), primary_key=True),
    sa.Column("case_no", sa.Text(), primary_key=True),
    sa.Column("given_by", sa.Text()),
    sa.Column("given_at", sa.DateTime()),
)


def give(engine: sa.Engine, officer: str, case_no: str, *, given_by: str) -> None:
    """The officer works on the case from now on; said twice, it stays as it was. NotFoundError if there is no such
    officer."""
    one(engine, officer)
    with writing(engine) as connection:
        if case_no not in _cases(connection, officer):
            connection.execute(
                assignment_table.insert().values(officer=officer, case_no=case_no, given_by=given_by, given_at=now())
            )


def take(engine: sa.Engine, officer: str, case_no: str) -> bool:
    """The officer works on the case no more; False if he did not."""
    own = sa.and_(assignment_table.c.officer == officer, assignment_table.c.case_no == case_no)
    with writing(engine) as connection:
        return bool(connection.execute(assignment_table.delete().where(own)).rowcount)


def cases(engine: sa.Engine, officer: str) -> frozenset[str]:
    """Case numbers that were given to an officer."""
    with reading(engine) as connection:
        return _cases(connection, officer)


def _cases(connection: sa.Connection, officer: str) -> frozenset[str]:
    query = sa.select(assignment_table.c.case_no).where(assignment_table.c.officer == officer)
    return frozenset(connection.execute(query).scalars())
