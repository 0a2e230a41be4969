"""Table `saved_view`: filters of worklists that officers keep under a name. Its rows come and go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "saved_view",
        sa.Column("view_id", sa.Text(), primary_key=True),
        sa.Column("officer", sa.Text(), sa.ForeignKey("account.officer"), nullable=False, index=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("worklist", sa.Text(), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("trim(title) <> ''", name="saved_view_named"),
    )
