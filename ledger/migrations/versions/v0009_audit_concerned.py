"""Table `audit_concerned`: the debtors whom one act of the audit log showed together, as a list does."""

from __future__ import annotations

from importlib import resources

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table, and the triggers that forbid changing, deleting, and adding to an entry that stands."""
    op.create_table(
        "audit_concerned",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("debtor_id", sa.Text(), primary_key=True),
    )
    op.create_index("audit_concerned_by_debtor_id", "audit_concerned", ["debtor_id", "seq"])
    script = resources.files(__package__ or "ledger.migrations.versions")
    name = f"v0009_audit_concerned_{op.get_bind().dialect.name}.sql"
    for statement in script.joinpath(name).read_text(encoding="utf-8").split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
