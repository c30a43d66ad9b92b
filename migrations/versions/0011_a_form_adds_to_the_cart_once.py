"""A line of a cart knows the form that was last added by, so that the same form again adds nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cart_lines", sa.Column("added_by", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("cart_lines", "added_by")
