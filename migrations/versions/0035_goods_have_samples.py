"""A choice of goods can have a sample, with price and stock of its own, and orders tell samples from the rest.

Code of before does not see samples: to it they are choices that were retired.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("listings", sa.Column("sample_most", sa.BigInteger(), server_default="1", nullable=False))
    op.create_check_constraint(op.f("ck_listings_sample_most_is_sane"), "listings", "sample_most BETWEEN 1 AND 100")
    op.add_column("variants", sa.Column("sample_of_id", sa.Uuid(), nullable=True))
    op.add_column("variants", sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_foreign_key(op.f("fk_variants_sample_of_id"), "variants", "variants", ["sample_of_id"], ["id"])
    op.create_unique_constraint(op.f("uq_variants_sample_of_id"), "variants", ["sample_of_id"])
    op.create_check_constraint(
        op.f("ck_variants_samples_are_no_choices"), "variants", "sample_of_id IS NULL OR is_retired"
    )
    op.drop_constraint("uq_variants_listing_id_sku", "variants", type_="unique")
    op.create_index(
        "uq_variants_listing_id_sku",
        "variants",
        ["listing_id", "sku"],
        unique=True,
        postgresql_where=sa.text("sample_of_id IS NULL"),
    )
    op.add_column("order_lines", sa.Column("is_sample", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index("ix_order_lines_samples", "order_lines", ["listing_id"], postgresql_where=sa.text("is_sample"))


def downgrade() -> None:
    """What was ordered as a sample stays, as a retired choice with a code of its own."""
    op.drop_index("ix_order_lines_samples", "order_lines")
    op.drop_column("order_lines", "is_sample")
    op.execute("UPDATE variants SET sku = left(sku, 30) || '-' || left(id::text, 8) WHERE sample_of_id IS NOT NULL")
    op.drop_index("uq_variants_listing_id_sku", "variants")
    op.create_unique_constraint(op.f("uq_variants_listing_id_sku"), "variants", ["listing_id", "sku"])
    op.drop_constraint(op.f("ck_variants_samples_are_no_choices"), "variants")
    op.drop_constraint(op.f("uq_variants_sample_of_id"), "variants")
    op.drop_constraint(op.f("fk_variants_sample_of_id"), "variants")
    op.drop_column("variants", "is_withdrawn")
    op.drop_column("variants", "sample_of_id")
    op.drop_constraint(op.f("ck_listings_sample_most_is_sane"), "listings")
    op.drop_column("listings", "sample_most")
