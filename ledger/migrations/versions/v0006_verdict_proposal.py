"""Table `verdict_proposal`: confirmations that need a second officer, and what became of each. Rows are only ever
added, and the second officer is never the first: see the triggers."""

from __future__ import annotations

from importlib import resources

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table, and the triggers that keep what was written."""
    op.create_table(
        "verdict_proposal",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("entry_id", sa.Text(), nullable=False, unique=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("debtor_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("record_key", sa.Text(), nullable=False),
        sa.Column("basis_digest", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.Text(), sa.ForeignKey("verdict_proposal.entry_id"), nullable=True, unique=True),
        sa.Column("verdict_id", sa.Text(), sa.ForeignKey("verdict.verdict_id"), nullable=True, unique=True),
        sa.CheckConstraint("action IN ('proposed', 'confirmed', 'given_back')", name="verdict_proposal_known"),
        sa.CheckConstraint("(action = 'proposed') = (ends IS NULL)", name="verdict_proposal_ends"),
        sa.CheckConstraint("(action = 'confirmed') = (verdict_id IS NOT NULL)", name="verdict_proposal_verdict"),
        sa.CheckConstraint("trim(reason) <> '' AND trim(officer) <> ''", name="verdict_proposal_signed"),
        sqlite_autoincrement=True,
    )
    op.create_index("verdict_proposal_link", "verdict_proposal", ["link_id", "seq"])
    script = resources.files(__package__ or "ledger.migrations.versions")
    guard = script.joinpath(f"v0006_verdict_proposal_{op.get_bind().dialect.name}.sql").read_text(encoding="utf-8")
    for statement in guard.split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
