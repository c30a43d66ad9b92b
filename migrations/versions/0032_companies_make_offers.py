"""An offer says for which company it was made."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("offers", sa.Column("company_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_offers_company_id"), "offers", "organizations", ["company_id"], ["id"])
    op.create_index(op.f("ix_offers_company_id"), "offers", ["company_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_offers_company_id"), "offers")
    op.drop_constraint(op.f("fk_offers_company_id"), "offers")
    op.drop_column("offers", "company_id")
