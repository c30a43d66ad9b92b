"""A debt remembers that programs were told it is overdue."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("debts", sa.Column("overdue_told_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("debts", "overdue_told_on")
