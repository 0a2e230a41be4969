"""Open the ledger: find it, and bring its schema up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from core.errors import SettingsError, StoreError
from core.settings import Settings
from core.store import Store
from ledger.connections import begin
from ledger.migrations import migrate

#: Seconds that a writer waits for another before giving up.
_PATIENCE = 30


def url_of(settings: Settings, store: Store) -> sa.URL:
    """The site's ledger: `ledger_url` of the settings, else the file in the store. Raises SettingsError."""
    if settings.ledger_url is None:
        return sa.URL.create("sqlite", database=str(store.ledger))
    try:
        url = sa.make_url(settings.ledger_url)
    except SQLAlchemyError as error:
        raise SettingsError("ledger_url 不是数据库地址", where="ledger_url", do="改为 postgresql://…") from error
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database:
        return url
    raise SettingsError("台账只支持 PostgreSQL 和 SQLite", where="ledger_url", do="改为 postgresql://…")


def is_begun(url: sa.URL) -> bool:
    """False for a SQLite ledger that nobody has written to: reading it would only make an empty file."""
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


@contextmanager
def opened(url: sa.URL) -> Iterator[sa.Engine]:
    """An engine on an up-to-date ledger; made if there is none. Database errors leave as StoreError, without values."""
    try:
        engine = _engine(url)
    except ModuleNotFoundError as error:
        raise SettingsError("缺少 PostgreSQL 驱动", where="ledger_url", do="安装 chakong[postgres]") from error
    try:
        migrate(engine)
        yield engine
    except SQLAlchemyError as error:
        raise StoreError(
            f"台账无法读写：{type(error).__name__}",
            where=url.database or "" if url.get_backend_name() == "sqlite" else (url.host or url.database or ""),
            do="检查数据库是否可用、是否有读写权限，然后重试",
        ) from error
    finally:
        engine.dispose()


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url)
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": _PATIENCE})
    sa.event.listen(engine, "connect", _hold_back_driver)
    sa.event.listen(engine, "begin", begin)
    return engine


def _hold_back_driver(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # who reads does not wait for who writes; every entry is on the disk all the same before its request is answered
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
