"""Tables of access: `account`, `session`, `access_purpose`, `case_assignment`. Their rows change and go; what was
done stands in the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "account",
        sa.Column("officer", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("trim(officer) <> '' AND trim(name) <> '' AND trim(role) <> ''", name="account_named"),
    )
    op.create_table(
        "session",
        sa.Column("token_digest", sa.Text(), primary_key=True),
        sa.Column("officer", sa.Text(), sa.ForeignKey("account.officer"), nullable=False, index=True),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "access_purpose",
        sa.Column(
            "token_digest", sa.Text(), sa.ForeignKey("session.token_digest", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("debtor_id", sa.Text(), primary_key=True),
        sa.Column("case_no", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("unmasked", sa.Boolean(), nullable=False),
        sa.Column("stated_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("(case_no IS NULL) <> (reason IS NULL)", name="access_purpose_one_ground"),
    )
    op.create_table(
        "case_assignment",
        sa.Column("officer", sa.Text(), sa.ForeignKey("account.officer"), primary_key=True),
        sa.Column("case_no", sa.Text(), primary_key=True),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
    )
