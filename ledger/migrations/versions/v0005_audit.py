"""Tables `audit_entry`, to which rows are only ever added (see the triggers), and `audit_head`, one row: where the
chain ends."""

from __future__ import annotations

from importlib import resources

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables, and the triggers that forbid changing and deleting."""
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("debtor_id", sa.Text(), nullable=True),
        sa.Column("case_no", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, unique=True),
    )
    for column in ("debtor_id", "officer", "case_no", "at"):
        op.create_index(f"audit_entry_by_{column}", "audit_entry", [column, "seq"])
    op.create_table(
        "audit_head",
        sa.Column("head_no", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.CheckConstraint("head_no = 1", name="audit_head_only_one"),
    )
    script = resources.files(__package__ or "ledger.migrations.versions")
    guard = script.joinpath(f"v0005_audit_{op.get_bind().dialect.name}.sql").read_text(encoding="utf-8")
    for statement in guard.split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
