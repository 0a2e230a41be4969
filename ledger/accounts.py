"""Accounts of officers, and logging in with a lock after too many failures. Roles are words here; what they may do is
decided where pages are served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.clock import now
from core.errors import NotFoundError, UsageError
from ledger import passwords
from ledger.connections import reading, writing
from ledger.signing import officer_number

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)

account_table = sa.Table(
    "account",
    sa.MetaData(),
    sa.Column("officer", sa.Text(), primary_key=True),
    sa.Column("name", sa.Text()),
    sa.Column("role", sa.Text()),
    sa.Column("password_hash", sa.Text()),
    sa.Column("failures", sa.Integer()),
    sa.Column("locked_until", sa.DateTime()),
    sa.Column("disabled_at", sa.DateTime()),
    sa.Column("created_at", sa.DateTime()),
)
_others = account_table.alias("others")
#: No other account that is not disabled bears the name in the same role.
SOLE = ~sa.exists().where(
    _others.c.name == account_table.c.name,
    _others.c.role == account_table.c.role,
    _others.c.officer != account_table.c.officer,
    _others.c.disabled_at.is_(None),
).label("sole")
_SHOWN = [*(column for column in account_table.c if column.name not in ("password_hash", "failures")), SOLE]


@dataclass(frozen=True)
class Account:
    """An officer. `name` as the case system writes it: a judge's cases are those that name him, while he is the `sole`
    one of that name and role."""

    officer: str
    name: str
    role: str
    locked_until: datetime | None
    disabled_at: datetime | None
    created_at: datetime
    sole: bool


def add(engine: sa.Engine, officer: str, *, name: str, role: str, password: str | None) -> Account:
    """A new account; without a password its officer logs in by the identity provider alone. UsageError if there is one
    of that number, or the password will not do."""
    officer, name = officer_number(officer), " ".join(name.split())
    if not name:
        raise UsageError("须写明姓名", where="name", do="按案件系统中的写法填写")
    kept = passwords.hashed(password, officer) if password is not None else passwords.NONE
    row = {"officer": officer, "name": name, "role": role, "password_hash": kept, "failures": 0, "created_at": now()}
    try:
        with writing(engine) as connection:
            connection.execute(account_table.insert().values(row))
    except IntegrityError:
        raise UsageError("此工号已有账户", where=officer, do="改用 chakong users passwd") from None
    return one(engine, officer)


def listed(engine: sa.Engine) -> list[Account]:
    """All accounts by number."""
    with reading(engine) as connection:
        return [Account(*row) for row in connection.execute(sa.select(*_SHOWN).order_by(account_table.c.officer))]


def one(engine: sa.Engine, officer: str) -> Account:
    """NotFoundError if there is no such account."""
    with reading(engine) as connection:
        row = connection.execute(sa.select(*_SHOWN).where(account_table.c.officer == officer)).one_or_none()
    if row is None:
        raise NotFoundError("没有这个账户", where=officer, do="用 chakong users list 查看")
    return Account(*row)


def disable(engine: sa.Engine, officer: str) -> Account:
    """Let an account log in no more, and end its sessions. NotFoundError."""
    from ledger import sessions

    account = one(engine, officer)
    with writing(engine) as connection:
        connection.execute(_of(officer).values(disabled_at=sa.func.coalesce(account_table.c.disabled_at, now())))
        sessions.end_all(connection, officer)
    return one(engine, account.officer)


def set_password(engine: sa.Engine, officer: str, password: str) -> Account:
    """A new password; unlocks, enables, and ends sessions under the old one. NotFoundError, UsageError."""
    from ledger import sessions

    one(engine, officer)
    kept = passwords.hashed(password, officer)
    with writing(engine) as connection:
        connection.execute(_of(officer).values(password_hash=kept, failures=0, locked_until=None, disabled_at=None))
        sessions.end_all(connection, officer)
    return one(engine, officer)


def able(engine: sa.Engine, officer: str) -> Account | None:
    """The account of somebody who has proved elsewhere who he is, unless there is none or it is disabled."""
    with reading(engine) as connection:
        row = connection.execute(sa.select(*_SHOWN).where(account_table.c.officer == officer)).one_or_none()
    return Account(*row) if row is not None and row.disabled_at is None else None


def checked(engine: sa.Engine, officer: str, password: str) -> Account | None:
    """The account, if the password is its own and it is neither disabled nor locked; every failure counts towards the
    lock.

    Nobody is told which of these it was, and it takes the same time.
    """
    with reading(engine) as connection:
        row = connection.execute(sa.select(account_table).where(account_table.c.officer == officer)).one_or_none()
    agrees = passwords.agrees(row.password_hash if row else passwords.NOBODY, password)
    if row is None:
        return None
    locked = row.locked_until is not None and row.locked_until > now()
    if agrees and not locked and row.disabled_at is None:
        with writing(engine) as connection:
            connection.execute(_of(officer).values(failures=0, locked_until=None))
        return one(engine, officer)
    if not locked:
        _count_failure(engine, officer)
    return None


def _count_failure(engine: sa.Engine, officer: str) -> None:
    with writing(engine) as connection:
        connection.execute(_of(officer).values(failures=account_table.c.failures + 1))
        reached = account_table.c.failures >= FAILURES_ALLOWED
        connection.execute(_of(officer).where(reached).values(failures=0, locked_until=now() + LOCKED_FOR))


def _of(officer: str) -> sa.Update:
    return account_table.update().where(account_table.c.officer == officer)
