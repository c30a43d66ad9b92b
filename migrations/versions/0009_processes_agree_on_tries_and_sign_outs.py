"""Tries are counted for all web processes together, and a session that was signed out is known to be over."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate_counts",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("hits", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_counts")),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_rate_counts_ends_at", "rate_counts", ["ends_at"])
    op.create_table(
        "ended_sign_ins",
        sa.Column("sign_in", sa.Text(), nullable=False),
        sa.Column("ends_anyway_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sign_in", name=op.f("pk_ended_sign_ins")),
    )
    op.create_index("ix_ended_sign_ins_ends_anyway_at", "ended_sign_ins", ["ends_anyway_at"])


def downgrade() -> None:
    op.drop_table("ended_sign_ins")
    op.drop_table("rate_counts")
