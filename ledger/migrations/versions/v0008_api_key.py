"""Table `api_key`, keys of systems that ask for officers; and in `audit_entry`, which key an act came by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table, and the column."""
    op.create_table(
        "api_key",
        sa.Column("key_id", sa.Text(), primary_key=True),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), sa.ForeignKey("account.officer"), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, unique=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("trim(system) <> '' AND trim(scopes) <> ''", name="api_key_named"),
    )
    op.add_column("audit_entry", sa.Column("key_id", sa.Text(), nullable=True))
