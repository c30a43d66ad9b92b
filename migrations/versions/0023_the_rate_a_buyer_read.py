"""The rate at which a buyer read prices is kept with what was bought, and goods say which class of tax they are in."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE order_groups ADD COLUMN shown_currency text, ADD COLUMN shown_per_usd_micro bigint,"
        " ADD COLUMN shown_as_of date, ADD COLUMN shown_source text,"
        " ADD CONSTRAINT ck_order_groups_shown_rate_is_whole CHECK"
        " (num_nonnulls(shown_currency, shown_per_usd_micro, shown_as_of, shown_source) IN (0, 4)),"
        " ADD CONSTRAINT ck_order_groups_shown_rate_is_positive CHECK (shown_per_usd_micro > 0)"
    )
    op.execute(
        "ALTER TABLE listings ADD COLUMN tax_class text NOT NULL DEFAULT 'ordinary',"
        " ADD CONSTRAINT ck_listings_tax_class_is_known CHECK"
        " (tax_class IN ('ordinary', 'farm', 'basic_food', 'books', 'medicine'))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE listings DROP COLUMN tax_class")
    op.execute(
        "ALTER TABLE order_groups DROP COLUMN shown_currency, DROP COLUMN shown_per_usd_micro,"
        " DROP COLUMN shown_as_of, DROP COLUMN shown_source"
    )
