"""Shops keep drafts of their quotes; a line can name goods and leave open which of their choices is meant."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rfq_quote_drafts",
        sa.Column("asked_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("kept_by", sa.Uuid(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_rfq_quote_drafts_number_is_positive")),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["rfq_shops.id"], name=op.f("fk_rfq_quote_drafts_asked_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["kept_by"], ["users.id"], name=op.f("fk_rfq_quote_drafts_kept_by")),
        sa.PrimaryKeyConstraint("asked_id", name=op.f("pk_rfq_quote_drafts")),
    )
    op.add_column("rfq_lines", sa.Column("listing_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_rfq_lines_listing_id"), "rfq_lines", "listings", ["listing_id"], ["id"])
    op.create_index(op.f("ix_rfq_lines_listing_id"), "rfq_lines", ["listing_id"])
    op.create_check_constraint(
        op.f("ck_rfq_lines_goods_are_named_once"), "rfq_lines", "num_nonnulls(variant_id, listing_id) < 2"
    )


def downgrade() -> None:
    """What was kept and not sent is lost; lines show again what was typed."""
    op.drop_constraint(op.f("ck_rfq_lines_goods_are_named_once"), "rfq_lines")
    op.drop_index(op.f("ix_rfq_lines_listing_id"), "rfq_lines")
    op.drop_constraint(op.f("fk_rfq_lines_listing_id"), "rfq_lines")
    op.drop_column("rfq_lines", "listing_id")
    op.drop_table("rfq_quote_drafts")
