"""What entries of the bank account and lines of statements are called is kept: a run looks at those that are new."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match_bank_names",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_entry", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_bank_names")),
    )
    op.create_index("ix_match_bank_names_name", "match_bank_names", ["name"])


def downgrade() -> None:
    op.drop_table("match_bank_names")
