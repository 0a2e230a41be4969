"""Table `delivery_release`: held deliveries that somebody let in. Rows are only added: the database refuses else."""

from __future__ import annotations

from importlib import resources

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table, and the triggers that forbid changing and deleting."""
    op.create_table(
        "delivery_release",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("delivery_id", sa.Text(), nullable=False, unique=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("trim(reason) <> '' AND trim(officer) <> ''", name="delivery_release_signed"),
        sqlite_autoincrement=True,
    )
    script = resources.files(__package__ or "ledger.migrations.versions")
    guard = script.joinpath(f"v0002_delivery_release_{op.get_bind().dialect.name}.sql").read_text(encoding="utf-8")
    for statement in guard.split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
