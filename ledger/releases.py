"""Releases: somebody says that a delivery is right although it was held. Given once per delivery, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.clock import now
from ledger.connections import reading, writing
from ledger.signing import signed

release_table = sa.Table(
    "delivery_release",
    sa.MetaData(),
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("delivery_id", sa.Text()),
    sa.Column("source", sa.Text()),
    sa.Column("business_date", sa.Date()),
    sa.Column("reason", sa.Text()),
    sa.Column("officer", sa.Text()),
    sa.Column("decided_at", sa.DateTime()),
)


@dataclass(frozen=True)
class Release:
    """One row of the ledger: `delivery_id` may be taken although it was held."""

    delivery_id: str
    source: str
    business_date: date
    reason: str
    officer: str
    decided_at: datetime


def give(
    engine: sa.Engine,
    delivery_id: str,
    *,
    source: str,
    business_date: date,
    reason: str,
    officer: str,
    decided_at: datetime | None = None,
) -> Release:
    """Release a delivery. What was released before stays as it was and is returned. UsageError if nobody signs."""
    reason, officer = signed(reason, officer)
    release = Release(delivery_id, source, business_date, reason, officer, decided_at or now())
    if earlier := _rows(engine, release_table.c.delivery_id == delivery_id):
        return earlier[0]
    try:
        with writing(engine) as connection:
            connection.execute(release_table.insert().values(**vars(release)))
    except IntegrityError:  # somebody else was faster
        return _rows(engine, release_table.c.delivery_id == delivery_id)[0]
    return release


def given(engine: sa.Engine, source: str | None = None) -> list[Release]:
    """Releases of one source's deliveries, or of all, in the order given."""
    return _rows(engine, sa.true() if source is None else release_table.c.source == source)


def _rows(engine: sa.Engine, condition: sa.ColumnElement[bool]) -> list[Release]:
    query = sa.select(release_table).where(condition).order_by(release_table.c.seq)
    with reading(engine) as connection:
        return [Release(*row[1:]) for row in connection.execute(query)]
