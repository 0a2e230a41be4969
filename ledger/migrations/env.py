"""Alembic's entry: it runs the steps on the connection that `migrate` hands over, in the transaction begun there."""

from __future__ import annotations

from alembic import context

from ledger.migrations import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
context.run_migrations()
