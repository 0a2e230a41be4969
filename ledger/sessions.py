"""Sessions of officers, and on what ground each looks at a debtor. The ledger keeps a digest of the token, never the
token."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from core.clock import now
from ledger.accounts import SOLE, account_table
from ledger.connections import reading, writing

#: However busy, a session ends after a working day.
LONGEST = timedelta(hours=12)
#: How late `seen_at` may be: every request would be a write otherwise.
_SEEN_WITHIN = timedelta(minutes=1)

_metadata = sa.MetaData()
session_table = sa.Table(
    "session",
    _metadata,
    sa.Column("token_digest", sa.Text(), primary_key=True),
    sa.Column("officer", sa.Text()),
    sa.Column("csrf", sa.Text()),
    sa.Column("address", sa.Text()),
    sa.Column("begun_at", sa.DateTime()),
    sa.Column("seen_at", sa.DateTime()),
)
purpose_table = sa.Table(
    "access_purpose",
    _metadata,
    sa.Column("token_digest", sa.Text(), primary_key=True),
    sa.Column("debtor_id", sa.Text(), primary_key=True),
    sa.Column("case_no", sa.Text()),
    sa.Column("reason", sa.Text()),
    sa.Column("unmasked", sa.Boolean()),
    sa.Column("stated_at", sa.DateTime()),
)


@dataclass(frozen=True)
class Session:
    """Who is there. `digest` names the session in the ledger; `sole`: no other of the role bears the name."""

    digest: str
    officer: str
    name: str
    role: str
    csrf: str
    sole: bool


@dataclass(frozen=True)
class Purpose:
    """Why an officer looks at a debtor: a case of his, or a reason; and whether he asked for full numbers."""

    debtor_id: str
    case_no: str | None
    reason: str | None
    unmasked: bool


def begin(engine: sa.Engine, officer: str, address: str) -> str:
    """A new session's token, for the officer's cookie alone."""
    token = secrets.token_urlsafe(32)
    with writing(engine) as connection:
        connection.execute(
            session_table.insert().values(
                token_digest=_digest(token),
                officer=officer,
                csrf=secrets.token_urlsafe(32),
                address=address,
                begun_at=now(),
                seen_at=now(),
            )
        )
        connection.execute(session_table.delete().where(session_table.c.begun_at < now() - LONGEST))
    return token


def found(engine: sa.Engine, token: str, idle: timedelta) -> Session | None:
    """The session of a token that is neither too long idle nor too old, of an account that is not disabled."""
    digest, moment = _digest(token), now()
    query = (
        sa.select(session_table, account_table.c.name, account_table.c.role, SOLE)
        .join(account_table, account_table.c.officer == session_table.c.officer)
        .where(session_table.c.token_digest == digest, account_table.c.disabled_at.is_(None))
    )
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    if row.seen_at < moment - idle or row.begun_at < moment - LONGEST:
        end(engine, digest)
        return None
    if row.seen_at < moment - _SEEN_WITHIN:
        with writing(engine) as connection:
            connection.execute(_of(digest).values(seen_at=moment))
    return Session(digest, row.officer, row.name, row.role, row.csrf, row.sole)


def end(engine: sa.Engine, digest: str) -> None:
    """The session is over."""
    with writing(engine) as connection:
        connection.execute(session_table.delete().where(session_table.c.token_digest == digest))


def end_all(connection: sa.Connection, officer: str) -> None:
    """All sessions of an officer are over."""
    connection.execute(session_table.delete().where(session_table.c.officer == officer))


def state(engine: sa.Engine, session: Session, purpose: Purpose) -> None:
    """From now on this session looks at the debtor on this ground; what was stated before is replaced."""
    own = _purposes(session, purpose.debtor_id)
    with writing(engine) as connection:
        connection.execute(purpose_table.delete().where(own))
        connection.execute(purpose_table.insert().values(token_digest=session.digest, stated_at=now(), **vars(purpose)))


def stated(engine: sa.Engine, session: Session, debtor_id: str) -> Purpose | None:
    """On what ground this session looks at the debtor; None if none was stated."""
    columns = [purpose_table.c[name] for name in Purpose.__dataclass_fields__]
    with reading(engine) as connection:
        row = connection.execute(sa.select(*columns).where(_purposes(session, debtor_id))).one_or_none()
    return None if row is None else Purpose(*row)


def _purposes(session: Session, debtor_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(purpose_table.c.token_digest == session.digest, purpose_table.c.debtor_id == debtor_id)


def _of(digest: str) -> sa.Update:
    return session_table.update().where(session_table.c.token_digest == digest)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
