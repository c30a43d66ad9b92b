"""Buyer and seller rate each other, blind."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ratings",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=True),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("stars", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("side IN ('buyer','seller')", name=op.f("ck_ratings_side_is_known")),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_ratings_stars_are_one_to_five")),
        sa.CheckConstraint("length(text) <= 1000", name=op.f("ck_ratings_text_is_short")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_ratings_order_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_ratings_organization_id")),
        sa.ForeignKeyConstraint(["buyer_id"], ["users.id"], name=op.f("fk_ratings_buyer_id")),
        sa.ForeignKeyConstraint(["given_by"], ["users.id"], name=op.f("fk_ratings_given_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("order_id", "side", name=op.f("uq_ratings_order_id_side")),
    )
    op.create_index(op.f("ix_ratings_given_by"), "ratings", ["given_by"])
    op.execute("CREATE INDEX ix_ratings_hidden ON ratings (closes_at) WHERE shown_at IS NULL")
    op.execute("CREATE INDEX ix_ratings_of_shop ON ratings (organization_id, shown_at, id) WHERE side = 'buyer'")
    op.execute("CREATE INDEX ix_ratings_of_buyer ON ratings (buyer_id) WHERE side = 'seller'")
    op.execute(
        "ALTER TABLE organizations ADD COLUMN rating_count bigint NOT NULL DEFAULT '0',"
        " ADD COLUMN rating_stars bigint NOT NULL DEFAULT '0',"
        " ADD CONSTRAINT ck_organizations_rating_is_possible"
        " CHECK (rating_stars BETWEEN rating_count AND 5 * rating_count)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE organizations DROP COLUMN rating_count, DROP COLUMN rating_stars")
    op.drop_table("ratings")
