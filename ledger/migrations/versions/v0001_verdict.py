"""Table `verdict`: what people decided about links. Rows are only ever added; the database itself refuses the rest."""

from __future__ import annotations

from importlib import resources

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table, its indexes, and the triggers that forbid changing and deleting."""
    op.create_table(
        "verdict",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("verdict_id", sa.Text(), nullable=False, unique=True),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("debtor_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("record_key", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("withdraws", sa.Text(), sa.ForeignKey("verdict.verdict_id"), nullable=True, unique=True),
        sa.Column("basis_digest", sa.Text(), nullable=False),
        sa.CheckConstraint("verdict IN ('same', 'different', 'unsure', 'withdrawn')", name="verdict_known"),
        sa.CheckConstraint("(verdict = 'withdrawn') = (withdraws IS NOT NULL)", name="verdict_withdraws"),
        sa.CheckConstraint("trim(reason) <> '' AND trim(officer) <> '' AND officer <> 'model'", name="verdict_signed"),
        sa.CheckConstraint("length(basis_digest) = 64", name="verdict_basis"),
        sqlite_autoincrement=True,
    )
    op.create_index("verdict_link", "verdict", ["link_id", "seq"])
    op.create_index("verdict_debtor", "verdict", ["debtor_id", "seq"])
    script = resources.files(__package__ or "ledger.migrations.versions")
    guard = script.joinpath(f"v0001_verdict_{op.get_bind().dialect.name}.sql").read_text(encoding="utf-8")
    for statement in guard.split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
