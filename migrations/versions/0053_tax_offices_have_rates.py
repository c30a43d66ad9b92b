"""Tax offices have rates of their own, at which documents tell what was charged in other money."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tax_office_rates",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("per_usd_micro", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("per_usd_micro > 0", name=op.f("ck_tax_office_rates_rate_is_positive")),
        sa.PrimaryKeyConstraint("currency", "as_of", name=op.f("pk_tax_office_rates")),
    )


def downgrade() -> None:
    op.drop_table("tax_office_rates")
