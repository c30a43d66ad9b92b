"""Two parties agree before they trade: offers, deals, and goods held for one buyer; hand-over in person by a code."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = {"server_default": sa.text("uuidv7()"), "nullable": False}
NOW = {"server_default": sa.text("clock_timestamp()"), "nullable": False}
APPEND_ONLY = ("deal_events", "offer_events")


def upgrade() -> None:
    _deals()
    _offers()
    _hand_over()
    op.add_column("listings", sa.Column("allows_offers", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("organizations", sa.Column("limit_reached_on", sa.Date()))
    op.add_column("organizations", sa.Column("opened_unseen_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_organizations_opened_unseen_at",
        "organizations",
        ["opened_unseen_at"],
        postgresql_where=sa.text("opened_unseen_at IS NOT NULL"),
    )
    op.add_column("carts", sa.Column("deal_id", sa.Uuid()))
    op.create_foreign_key(op.f("fk_carts_deal_id"), "carts", "deals", ["deal_id"], ["id"])
    op.create_unique_constraint(op.f("uq_carts_deal_id"), "carts", ["deal_id"])
    op.add_column("order_groups", sa.Column("deal_id", sa.Uuid()))
    op.create_foreign_key(op.f("fk_order_groups_deal_id"), "order_groups", "deals", ["deal_id"], ["id"])
    op.create_index("ix_order_groups_deal_id", "order_groups", ["deal_id"])
    op.create_index(
        "uq_order_groups_one_of_a_deal",
        "order_groups",
        ["deal_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('pending_payment','paid')"),
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _deals() -> None:
    op.create_table(
        "deals",
        sa.Column("id", sa.Uuid(), **ID),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="agreed", nullable=False),
        sa.Column("order_group_id", sa.Uuid(), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), **NOW),
        sa.CheckConstraint("state IN ('agreed','ordered','lapsed','canceled')", name=op.f("ck_deals_state_is_known")),
        sa.CheckConstraint("source IN ('offer','quote')", name=op.f("ck_deals_source_is_known")),
        sa.CheckConstraint(
            "state <> 'ordered' OR order_group_id IS NOT NULL", name=op.f("ck_deals_ordered_by_a_checkout")
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_deals_organization_id")),
        sa.ForeignKeyConstraint(["buyer_id"], ["users.id"], name=op.f("fk_deals_buyer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deals")),
    )
    op.create_index("ix_deals_buyer_id", "deals", ["buyer_id", "agreed_at", "id"])
    op.create_index("ix_deals_organization_id", "deals", ["organization_id", "agreed_at", "id"])
    op.create_index(
        "ix_deals_due",
        "deals",
        ["valid_until"],
        postgresql_where=sa.text("state = 'agreed' AND order_group_id IS NULL"),
    )
    op.create_table(
        "deal_lines",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_deal_lines_quantity_is_positive")),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_deal_lines_price_is_positive")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_deal_lines_deal_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_deal_lines_variant_id")),
        sa.PrimaryKeyConstraint("deal_id", "variant_id", name=op.f("pk_deal_lines")),
    )
    op.create_index("ix_deal_lines_variant_id", "deal_lines", ["variant_id"])
    op.create_table(
        "deal_events",
        sa.Column("id", sa.Uuid(), **ID),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), **NOW),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("details", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_deal_events_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_events")),
        sa.UniqueConstraint("sequence", name=op.f("uq_deal_events_sequence")),
    )
    op.create_index("ix_deal_events_deal_id", "deal_events", ["deal_id"])


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid(), **ID),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), **NOW),
        sa.Column("changed_at", sa.DateTime(timezone=True), **NOW),
        sa.CheckConstraint(
            "state IN ('to_seller','to_buyer','accepted','declined','withdrawn','expired')",
            name=op.f("ck_offers_state_is_known"),
        ),
        sa.CheckConstraint("(state = 'accepted') = (deal_id IS NOT NULL)", name=op.f("ck_offers_accepted_is_a_deal")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_offers_quantity_is_positive")),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_offers_price_is_positive")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_offers_organization_id")),
        sa.ForeignKeyConstraint(["buyer_id"], ["users.id"], name=op.f("fk_offers_buyer_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_offers_variant_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_offers_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("deal_id", name=op.f("uq_offers_deal_id")),
    )
    running = sa.text("state IN ('to_seller','to_buyer')")
    op.create_index("uq_offers_running", "offers", ["buyer_id", "variant_id"], unique=True, postgresql_where=running)
    op.create_index("ix_offers_due", "offers", ["expires_at"], postgresql_where=running)
    op.create_index("ix_offers_buyer_id", "offers", ["buyer_id", "changed_at", "id"])
    op.create_index("ix_offers_organization_id", "offers", ["organization_id", "changed_at", "id"])
    op.create_index("ix_offers_variant_id", "offers", ["variant_id"])
    op.create_table(
        "offer_events",
        sa.Column("id", sa.Uuid(), **ID),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("form_token", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), **NOW),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offer_events_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_events")),
        sa.UniqueConstraint("sequence", name=op.f("uq_offer_events_sequence")),
        sa.UniqueConstraint("form_token", name=op.f("uq_offer_events_form_token")),
    )
    op.create_index("ix_offer_events_offer_id", "offer_events", ["offer_id"])


def _hand_over() -> None:
    op.add_column("shipping_rates", sa.Column("kind", sa.Text(), server_default="parcel", nullable=False))
    op.add_column("shipping_rates", sa.Column("place", sa.Text(), server_default="", nullable=False))
    op.create_check_constraint(
        op.f("ck_shipping_rates_kind_is_known"), "shipping_rates", "kind IN ('parcel','in_person')"
    )
    op.create_table(
        "handover_codes",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("nonce", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), **NOW),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrong_tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_handover_codes_order_id")),
        sa.ForeignKeyConstraint(["used_by"], ["users.id"], name=op.f("fk_handover_codes_used_by")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_handover_codes")),
    )


def downgrade() -> None:
    op.drop_table("handover_codes")
    op.drop_constraint(op.f("ck_shipping_rates_kind_is_known"), "shipping_rates")
    op.drop_column("shipping_rates", "place")
    op.drop_column("shipping_rates", "kind")
    op.drop_column("order_groups", "deal_id")
    op.drop_column("carts", "deal_id")
    op.drop_index("ix_organizations_opened_unseen_at", "organizations")
    op.drop_column("organizations", "opened_unseen_at")
    op.drop_column("organizations", "limit_reached_on")
    op.drop_column("listings", "allows_offers")
    for table in ("offer_events", "offers", "deal_events", "deal_lines", "deals"):
        op.drop_table(table)
