"""Shops close for a while: until which day, and with which words to buyers."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organizations", sa.Column("paused_until", sa.Date()))
    op.add_column("organizations", sa.Column("pause_note", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("organizations", "pause_note")
    op.drop_column("organizations", "paused_until")
