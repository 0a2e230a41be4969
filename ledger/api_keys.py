"""Keys of systems that ask in an officer's name. The ledger keeps a digest of a key, never the key.

A key is random and long, so a plain SHA-256 keeps it as well as a slow hash would, and costs a request nothing. Scopes
are words here; what they open is decided where requests are served.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from core.clock import now
from core.errors import NotFoundError, UsageError
from ledger import accounts
from ledger.accounts import account_table
from ledger.connections import reading, writing
from ledger.signing import officer_number

LONGEST = timedelta(days=730)
#: How late `last_used_at` may be: every request would be one more write otherwise.
_USED_WITHIN = timedelta(minutes=1)
_TOKEN = re.compile(r"chk_(K[0-9a-f]{12})_[A-Za-z0-9_-]{43}")

key_table = sa.Table(
    "api_key",
    sa.MetaData(),
    sa.Column("key_id", sa.Text(), primary_key=True),
    *(sa.Column(name, sa.Text()) for name in ("system", "officer", "scopes", "digest", "made_by")),
    *(sa.Column(name, sa.DateTime()) for name in ("made_at", "expires_at", "revoked_at", "last_used_at")),
)


@dataclass(frozen=True)
class ApiKey:
    """`officer` answers for the `system`; while his account is disabled the key is shut too (`answered_for`)."""

    key_id: str
    system: str
    officer: str
    scopes: frozenset[str]
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    answered_for: bool

    @property
    def is_open(self) -> bool:
        """Whether who holds the key is let in."""
        return self.revoked_at is None and now() < self.expires_at and self.answered_for


def add(
    engine: sa.Engine, system: str, *, officer: str, scopes: Collection[str], valid: timedelta, made_by: str
) -> tuple[ApiKey, str]:
    """A new key and its text, which is told this once. UsageError if it names no system or no scope or lives too long;
    NotFoundError if nobody of that number answers for it."""
    system = " ".join(system.split())
    if not system or not system.isprintable() or not scopes:
        raise UsageError("须写明系统名称和权限范围", where="system", do="例如：案件系统，search targets")
    if not timedelta() < valid <= LONGEST:
        raise UsageError("有效期不合要求", where="days", do=f"1 至 {LONGEST.days} 天")
    answering = accounts.one(engine, officer_number(officer)).officer
    key_id = f"K{secrets.token_hex(6)}"
    token = f"chk_{key_id}_{secrets.token_urlsafe(32)}"
    with writing(engine) as connection:
        connection.execute(
            key_table.insert().values(
                key_id=key_id,
                system=system,
                officer=answering,
                scopes=" ".join(sorted(scopes)),
                digest=_digest(token),
                made_by=made_by,
                made_at=now(),
                expires_at=now() + valid,
            )
        )
    return one(engine, key_id), token


def listed(engine: sa.Engine) -> list[ApiKey]:
    """All keys, the oldest first."""
    with reading(engine) as connection:
        return [_key(row) for row in connection.execute(_rows().order_by(key_table.c.made_at, key_table.c.key_id))]


def one(engine: sa.Engine, key_id: str) -> ApiKey:
    """NotFoundError if there is no such key."""
    with reading(engine) as connection:
        row = connection.execute(_rows().where(key_table.c.key_id == key_id)).one_or_none()
    if row is None:
        raise NotFoundError("没有这个密钥", where=key_id, do="用 chakong keys list 查看")
    return _key(row)


def revoke(engine: sa.Engine, key_id: str) -> ApiKey:
    """The key opens nothing any more; said twice, it stays as it was. NotFoundError."""
    one(engine, key_id)
    with writing(engine) as connection:
        connection.execute(_of(key_id).values(revoked_at=sa.func.coalesce(key_table.c.revoked_at, now())))
    return one(engine, key_id)


def tried(engine: sa.Engine, token: str) -> tuple[ApiKey | None, bool]:
    """The key that the text names, if there is one, and whether it is let in with this text."""
    told = _TOKEN.fullmatch(token)
    if told is None:
        return None, False
    with reading(engine) as connection:
        row = connection.execute(_rows().where(key_table.c.key_id == told[1])).one_or_none()
    if row is None:
        return None, False
    key = _key(row)
    if not hmac.compare_digest(row.digest, _digest(token)) or not key.is_open:
        return key, False
    if key.last_used_at is None or key.last_used_at < now() - _USED_WITHIN:
        with writing(engine) as connection:
            connection.execute(_of(key.key_id).values(last_used_at=now()))
    return key, True


def _rows() -> sa.Select[tuple[object, ...]]:
    answered_for = account_table.c.disabled_at.is_(None).label("answered_for")
    return sa.select(key_table, answered_for).join(account_table, account_table.c.officer == key_table.c.officer)


def _key(row: sa.Row[tuple[object, ...]]) -> ApiKey:
    facts = {name: getattr(row, name) for name in ApiKey.__dataclass_fields__}
    return ApiKey(**{**facts, "scopes": frozenset(row.scopes.split()), "answered_for": bool(row.answered_for)})


def _of(key_id: str) -> sa.Update:
    return key_table.update().where(key_table.c.key_id == key_id)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
