"""Vouchers with each order line's share of them; wishes; what is bought together; addresses of accounts; weight bands."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0017"
branch_labels = None
depends_on = None

LINE = (
    "discount_minor BETWEEN 0 AND line_minor AND discount_cents BETWEEN 0 AND line_cents"
    " AND market_cents BETWEEN 0 AND line_cents - discount_cents"
)


def upgrade() -> None:
    _vouchers()
    _uses()
    _wishes()
    _addresses()
    _rates()
    op.add_column("variants", sa.Column("picture_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_variants_picture_id"), "variants", "pictures", ["picture_id"], ["id"])
    op.create_index("ix_variants_picture_id", "variants", ["picture_id"])
    op.add_column(
        "carts",
        sa.Column("voucher_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
    )
    for table in ("orders", "order_lines"):
        for column in ("discount_minor", "discount_cents", "market_cents"):
            op.add_column(table, sa.Column(column, sa.BigInteger(), server_default="0", nullable=False))
    for column in ("voucher_code", "market_voucher_code"):
        op.add_column("orders", sa.Column(column, sa.Text(), nullable=True))
    op.drop_constraint("ck_orders_total_is_the_sum", "orders")
    for name, text in (
        ("total_is_the_sum", "total_cents = goods_cents + shipping_cents - discount_cents"),
        ("discount_is_not_negative", "discount_cents >= 0 AND discount_minor >= 0"),
        ("something_is_left_to_pay", "market_cents >= 0 AND market_cents < total_cents"),
    ):
        op.create_check_constraint(op.f(f"ck_orders_{name}"), "orders", text)
    op.create_check_constraint(op.f("ck_order_lines_vouchers_take_no_more_than_it_costs"), "order_lines", LINE)


def _vouchers() -> None:
    op.create_table(
        "vouchers",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("percent_bps", sa.BigInteger(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("minimum_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("most_uses", sa.BigInteger(), nullable=True),
        sa.Column("most_per_buyer", sa.BigInteger(), nullable=True),
        sa.Column("used_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("listing_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("category_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(percent_bps IS NULL) <> (amount_minor IS NULL)",
            name=op.f("ck_vouchers_takes_a_percentage_or_an_amount"),
        ),
        sa.CheckConstraint("percent_bps BETWEEN 1 AND 9000", name=op.f("ck_vouchers_percentage_is_sane")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_vouchers_amount_is_positive")),
        sa.CheckConstraint("minimum_minor >= 0", name=op.f("ck_vouchers_minimum_is_not_negative")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_vouchers_ends_after_it_starts")),
        sa.CheckConstraint("most_uses > 0 AND most_per_buyer > 0", name=op.f("ck_vouchers_limits_are_positive")),
        sa.CheckConstraint(
            "used_count >= 0 AND used_count <= most_uses", name=op.f("ck_vouchers_is_not_used_too_often")
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_vouchers_organization_id")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_vouchers_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouchers")),
    )
    op.create_index(
        "uq_vouchers_code_in_use",
        "vouchers",
        ["organization_id", "code_key"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.create_index("ix_vouchers_newest", "vouchers", ["organization_id", "created_at", "id"])
    op.create_index("ix_vouchers_code_key", "vouchers", ["code_key"])
    op.create_index("ix_vouchers_created_by", "vouchers", ["created_by"])


def _uses() -> None:
    op.create_table(
        "voucher_uses",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("order_group_id", sa.Uuid(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=True),
        sa.Column("buyer", sa.LargeBinary(), nullable=True),
        sa.Column("nth", sa.BigInteger(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="held", nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("state IN ('held','used','given_back')", name=op.f("ck_voucher_uses_state_is_known")),
        sa.CheckConstraint("cents > 0", name=op.f("ck_voucher_uses_cents_are_positive")),
        sa.ForeignKeyConstraint(["voucher_id"], ["vouchers.id"], name=op.f("fk_voucher_uses_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_uses")),
        sa.UniqueConstraint("order_group_id", "voucher_id", name=op.f("uq_voucher_uses_order_group_id_voucher_id")),
    )
    op.create_index("ix_voucher_uses_voucher_id", "voucher_uses", ["voucher_id"])
    op.create_index(
        "uq_voucher_uses_nth_of_buyer",
        "voucher_uses",
        ["voucher_id", "buyer", "nth"],
        unique=True,
        postgresql_where=sa.text("state <> 'given_back'"),
    )


def _wishes() -> None:
    op.create_table(
        "wishes",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("price_usd_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("price_usd_cents >= 0", name=op.f("ck_wishes_price_is_not_negative")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_wishes_user_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_wishes_listing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishes")),
        sa.UniqueConstraint("user_id", "listing_id", name=op.f("uq_wishes_user_id_listing_id")),
    )
    op.create_index("ix_wishes_newest", "wishes", ["user_id", "created_at", "id"])
    op.create_index("ix_wishes_listing_id", "wishes", ["listing_id"])
    op.create_table(
        "bought_together",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_bought_together_listing_id")),
        sa.ForeignKeyConstraint(["other_id"], ["listings.id"], name=op.f("fk_bought_together_other_id")),
        sa.PrimaryKeyConstraint("listing_id", "other_id", name=op.f("pk_bought_together")),
    )
    op.create_index("ix_bought_together_rank", "bought_together", ["listing_id", "rank"])
    op.create_index("ix_bought_together_other_id", "bought_together", ["other_id"])


def _addresses() -> None:
    op.create_table(
        "saved_addresses",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("address", postgresql.JSONB(), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_addresses_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_addresses")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_saved_addresses_user_id_key")),
    )
    op.create_index(
        "uq_saved_addresses_default",
        "saved_addresses",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )


def _rates() -> None:
    op.add_column("shipping_rates", sa.Column("country", sa.Text(), nullable=True))
    op.add_column("shipping_rates", sa.Column("max_grams", sa.BigInteger(), nullable=True))
    op.add_column("shipping_rates", sa.Column("free_from_minor", sa.BigInteger(), nullable=True))
    op.add_column("shipping_rates", sa.Column("unknown_grams", sa.BigInteger(), server_default="0", nullable=False))
    op.drop_constraint("ck_shipping_rates_zone_is_known", "shipping_rates")
    for name, text in (
        ("zone_is_known", "zone IN ('domestic','region','country')"),
        ("only_a_country_is_named", "(zone = 'country') = (country IS NOT NULL)"),
        ("limits_are_sane", "max_grams > 0 AND free_from_minor > 0 AND unknown_grams >= 0"),
    ):
        op.create_check_constraint(op.f(f"ck_shipping_rates_{name}"), "shipping_rates", text)


def downgrade() -> None:
    op.drop_index("ix_variants_picture_id", "variants")
    op.drop_column("variants", "picture_id")
    op.execute("DELETE FROM shipping_rates WHERE zone = 'country'")
    for name in ("limits_are_sane", "only_a_country_is_named", "zone_is_known"):
        op.drop_constraint(f"ck_shipping_rates_{name}", "shipping_rates")
    op.create_check_constraint(
        op.f("ck_shipping_rates_zone_is_known"), "shipping_rates", "zone IN ('domestic','region')"
    )
    for column in ("unknown_grams", "free_from_minor", "max_grams", "country"):
        op.drop_column("shipping_rates", column)
    op.drop_table("saved_addresses")
    op.drop_table("bought_together")
    op.drop_table("wishes")
    op.drop_constraint("ck_order_lines_vouchers_take_no_more_than_it_costs", "order_lines")
    for name in ("something_is_left_to_pay", "discount_is_not_negative", "total_is_the_sum"):
        op.drop_constraint(f"ck_orders_{name}", "orders")
    for column in ("market_voucher_code", "voucher_code"):
        op.drop_column("orders", column)
    for table in ("order_lines", "orders"):
        for column in ("market_cents", "discount_cents", "discount_minor"):
            op.drop_column(table, column)
    op.create_check_constraint(
        op.f("ck_orders_total_is_the_sum"), "orders", "total_cents = goods_cents + shipping_cents"
    )
    op.drop_column("carts", "voucher_ids")
    op.drop_table("voucher_uses")
    op.drop_table("vouchers")
