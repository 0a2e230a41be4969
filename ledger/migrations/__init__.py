"""The ledger's schema in steps (alembic), each run once and never changed after it was released; nothing leads back.

A new step is a module of ``versions/`` with the next number. Statements that SQLAlchemy has no words for stand in a
``.sql`` file beside it, one per database, parted by empty lines.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.errors import StoreError
from ledger.connections import reading, writing

#: Where a ledger keeps which step it has seen.
VERSION_TABLE = "ledger_version"
#: Any fixed number: who migrates a PostgreSQL ledger holds this advisory lock.
_MIGRATING = 0x43686B4C


def migrate(engine: sa.Engine) -> None:
    """Run the steps that the ledger has not seen, in one transaction. StoreError if it has seen one unknown here."""
    config = Config()
    config.set_main_option("script_location", "ledger:migrations")
    steps = ScriptDirectory.from_config(config)
    with reading(engine) as connection:
        seen = _seen(connection)
    if seen == steps.get_current_head():
        return
    if seen is not None and seen not in {step.revision for step in steps.walk_revisions()}:
        raise StoreError("台账由更新的版本写成", where=seen, do="使用与台账相同或更新的版本")
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _seen(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
