"""Titles have an index of words of their own: of thousands of hits, those in titles are ranked."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_listings_title_words", "listings", [sa.text("ts_filter(search, '{a}')")], postgresql_using="gin"
    )


def downgrade() -> None:
    op.drop_index("ix_listings_title_words", table_name="listings")
