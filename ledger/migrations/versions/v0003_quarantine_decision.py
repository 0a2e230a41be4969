"""Table `quarantine_decision`: rows set aside, deliveries read again. Rows are only ever added: see the triggers."""

from __future__ import annotations

from importlib import resources

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table, and the triggers that forbid changing and deleting."""
    op.create_table(
        "quarantine_decision",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("decision_id", sa.Text(), nullable=False, unique=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("withdraws", sa.Text(), sa.ForeignKey("quarantine_decision.decision_id"), nullable=True, unique=True),
        sa.CheckConstraint("action IN ('waive', 'withdraw', 'replay')", name="quarantine_decision_known"),
        sa.CheckConstraint("(action = 'withdraw') = (withdraws IS NOT NULL)", name="quarantine_decision_withdraws"),
        sa.CheckConstraint(
            "action = 'replay' OR (row_id IS NULL) <> (reason_code IS NULL)", name="quarantine_decision_subject"
        ),
        sa.CheckConstraint("trim(reason) <> '' AND trim(officer) <> ''", name="quarantine_decision_signed"),
        sqlite_autoincrement=True,
    )
    script = resources.files(__package__ or "ledger.migrations.versions")
    guard = script.joinpath(f"v0003_quarantine_decision_{op.get_bind().dialect.name}.sql").read_text(encoding="utf-8")
    for statement in guard.split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
