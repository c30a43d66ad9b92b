"""Logs are found by what they are about: all logs of a leg are read whenever one of them appears, and by every page."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_chain_logs_topics", "chain_logs", [sa.text("(topics[2])"), sa.text("(topics[3])")])


def downgrade() -> None:
    op.drop_index("ix_chain_logs_topics", table_name="chain_logs")
