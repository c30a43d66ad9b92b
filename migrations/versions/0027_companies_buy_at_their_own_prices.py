"""Buyers in groups, and companies, buy at prices of their own: tiers, price lists, approvals, lists of codes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ROLES = "'owner','sales','warehouse','accountant','operator','arbiter','auditor'"


def upgrade() -> None:
    op.create_table(
        "buying_for",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_buying_for_organization_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_buying_for_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_buying_for")),
    )
    op.create_index(op.f("ix_buying_for_organization_id"), "buying_for", ["organization_id"], unique=False)
    op.create_table(
        "companies",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("tax_number", sa.Text(), server_default="", nullable=False),
        sa.Column("needs_po", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_companies_organization_id")),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_companies")),
    )
    op.create_table(
        "company_invitations",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("limit_cents", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('purchaser','approver')", name=op.f("ck_company_invitations_role_is_known")),
        sa.CheckConstraint(
            "state IN ('open','accepted','declined','withdrawn')", name=op.f("ck_company_invitations_state_is_known")
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_company_invitations_email_is_lower_case")),
        sa.CheckConstraint("limit_cents >= 0", name=op.f("ck_company_invitations_limit_is_not_negative")),
        sa.ForeignKeyConstraint(["invited_by"], ["users.id"], name=op.f("fk_company_invitations_invited_by")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_company_invitations_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_invitations")),
    )
    op.create_index(
        "ix_company_invitations_email",
        "company_invitations",
        ["email"],
        unique=False,
        postgresql_where="state = 'open'",
    )
    op.create_index(
        op.f("ix_company_invitations_organization_id"), "company_invitations", ["organization_id"], unique=False
    )
    op.create_index(
        "uq_company_invitations_open",
        "company_invitations",
        ["organization_id", "email"],
        unique=True,
        postgresql_where="state = 'open'",
    )
    op.create_table(
        "customer_groups",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_customer_groups_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_groups")),
        sa.UniqueConstraint("organization_id", "name", name=op.f("uq_customer_groups_organization_id_name")),
    )
    op.create_table(
        "price_lists",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("off_bps", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("is_fixed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("off_bps BETWEEN 0 AND 9000", name=op.f("ck_price_lists_off_is_a_share")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_price_lists_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_lists")),
        sa.UniqueConstraint("organization_id", "name", name=op.f("uq_price_lists_organization_id_name")),
    )
    op.create_table(
        "quick_orders",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("form_token", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("shop", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("done_lines", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting','ready','added')", name=op.f("ck_quick_orders_state_is_known")),
        sa.CheckConstraint("line_count BETWEEN 1 AND 5000", name=op.f("ck_quick_orders_lines_fit")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_quick_orders_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quick_orders")),
        sa.UniqueConstraint("form_token", name=op.f("uq_quick_orders_form_token")),
        sa.UniqueConstraint("token", name=op.f("uq_quick_orders_token")),
    )
    op.create_index("ix_quick_orders_created_at", "quick_orders", ["created_at"], unique=False)
    op.create_index(op.f("ix_quick_orders_user_id"), "quick_orders", ["user_id"], unique=False)
    op.create_table(
        "requisition_lists",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["company_id"], ["organizations.id"], name=op.f("fk_requisition_lists_company_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_requisition_lists_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requisition_lists")),
    )
    op.create_index("ix_requisition_lists_company_id", "requisition_lists", ["company_id", "id"], unique=False)
    op.create_index("ix_requisition_lists_user_id", "requisition_lists", ["user_id", "id"], unique=False)
    op.create_table(
        "approval_requests",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("form_token", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("seen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("shown", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("po_number", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("order_group_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked','approved','declined','withdrawn','ordered')",
            name=op.f("ck_approval_requests_state_is_known"),
        ),
        sa.CheckConstraint("total_cents > 0", name=op.f("ck_approval_requests_total_is_positive")),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_approval_requests_asked_by")),
        sa.ForeignKeyConstraint(["company_id"], ["organizations.id"], name=op.f("fk_approval_requests_company_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_approval_requests_decided_by")),
        sa.ForeignKeyConstraint(
            ["order_group_id"], ["order_groups.id"], name=op.f("fk_approval_requests_order_group_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_requests")),
        sa.UniqueConstraint("form_token", name=op.f("uq_approval_requests_form_token")),
    )
    op.create_index(op.f("ix_approval_requests_asked_by"), "approval_requests", ["asked_by"], unique=False)
    op.create_index(op.f("ix_approval_requests_cart_id"), "approval_requests", ["cart_id"], unique=False)
    op.create_index("ix_approval_requests_company", "approval_requests", ["company_id", "asked_at", "id"], unique=False)
    op.create_index(op.f("ix_approval_requests_order_group_id"), "approval_requests", ["order_group_id"], unique=False)
    op.create_table(
        "customer_group_members",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'agreed' OR user_id IS NOT NULL", name=op.f("ck_customer_group_members_somebody_agreed")
        ),
        sa.CheckConstraint(
            "state IN ('asked','agreed','declined','removed')", name=op.f("ck_customer_group_members_state_is_known")
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_customer_group_members_email_is_lower_case")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["organizations.id"], name=op.f("fk_customer_group_members_company_id")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["customer_groups.id"], name=op.f("fk_customer_group_members_group_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["users.id"], name=op.f("fk_customer_group_members_invited_by")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_customer_group_members_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_group_members")),
        sa.UniqueConstraint("group_id", "email", name=op.f("uq_customer_group_members_group_id_email")),
    )
    op.create_index(
        op.f("ix_customer_group_members_company_id"), "customer_group_members", ["company_id"], unique=False
    )
    op.create_index("ix_customer_group_members_email", "customer_group_members", ["email"], unique=False)
    op.create_index(op.f("ix_customer_group_members_user_id"), "customer_group_members", ["user_id"], unique=False)
    op.create_table(
        "price_list_groups",
        sa.Column("price_list_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["customer_groups.id"], name=op.f("fk_price_list_groups_group_id")),
        sa.ForeignKeyConstraint(["price_list_id"], ["price_lists.id"], name=op.f("fk_price_list_groups_price_list_id")),
        sa.PrimaryKeyConstraint("price_list_id", "group_id", name=op.f("pk_price_list_groups")),
    )
    op.create_index(op.f("ix_price_list_groups_group_id"), "price_list_groups", ["group_id"], unique=False)
    op.create_table(
        "spending_limits",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("limit_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("limit_cents >= 0", name=op.f("ck_spending_limits_limit_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_spending_limits_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_spending_limits")),
    )
    op.create_table(
        "approval_events",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_approval_events_actor_id")),
        sa.ForeignKeyConstraint(["request_id"], ["approval_requests.id"], name=op.f("fk_approval_events_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_events")),
    )
    op.create_index(op.f("ix_approval_events_request_id"), "approval_events", ["request_id"], unique=False)
    op.create_table(
        "listing_audiences",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["customer_groups.id"], name=op.f("fk_listing_audiences_group_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_listing_audiences_listing_id")),
        sa.PrimaryKeyConstraint("listing_id", "group_id", name=op.f("pk_listing_audiences")),
    )
    op.create_index(op.f("ix_listing_audiences_group_id"), "listing_audiences", ["group_id"], unique=False)
    op.create_table(
        "list_prices",
        sa.Column("price_list_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("price_tiers", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.CheckConstraint("jsonb_typeof(price_tiers) = 'array'", name=op.f("ck_list_prices_price_tiers_are_a_list")),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_list_prices_price_is_positive")),
        sa.ForeignKeyConstraint(["price_list_id"], ["price_lists.id"], name=op.f("fk_list_prices_price_list_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_list_prices_variant_id")),
        sa.PrimaryKeyConstraint("price_list_id", "variant_id", name=op.f("pk_list_prices")),
    )
    op.create_index(op.f("ix_list_prices_variant_id"), "list_prices", ["variant_id"], unique=False)
    op.create_table(
        "quick_order_lines",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("quick_order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("variant_id", sa.Uuid(), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["quick_order_id"], ["quick_orders.id"], name=op.f("fk_quick_order_lines_quick_order_id")
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_quick_order_lines_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quick_order_lines")),
        sa.UniqueConstraint("quick_order_id", "position", name=op.f("uq_quick_order_lines_quick_order_id_position")),
    )
    op.create_index(op.f("ix_quick_order_lines_variant_id"), "quick_order_lines", ["variant_id"], unique=False)
    op.create_table(
        "requisition_lines",
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_requisition_lines_quantity_is_positive")),
        sa.ForeignKeyConstraint(["list_id"], ["requisition_lists.id"], name=op.f("fk_requisition_lines_list_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_requisition_lines_variant_id")),
        sa.PrimaryKeyConstraint("list_id", "variant_id", name=op.f("pk_requisition_lines")),
    )
    op.create_index(op.f("ix_requisition_lines_variant_id"), "requisition_lines", ["variant_id"], unique=False)
    op.add_column("carts", sa.Column("kept_for", sa.Uuid(), nullable=True))
    op.add_column("carts", sa.Column("company_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_carts_company_id"), "carts", ["company_id"], unique=False)
    op.create_index(op.f("ix_carts_kept_for"), "carts", ["kept_for"], unique=False)
    op.create_foreign_key(op.f("fk_carts_kept_for"), "carts", "users", ["kept_for"], ["id"])
    op.create_foreign_key(op.f("fk_carts_company_id"), "carts", "organizations", ["company_id"], ["id"])
    op.add_column("listings", sa.Column("lowest_minor", sa.BigInteger(), nullable=True))
    op.add_column("listings", sa.Column("lowest_usd_cents", sa.BigInteger(), nullable=True))
    op.add_column("order_groups", sa.Column("company_id", sa.Uuid(), nullable=True))
    op.add_column(
        "order_groups",
        sa.Column("company", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    op.create_index(op.f("ix_order_groups_company_id"), "order_groups", ["company_id"], unique=False)
    op.create_foreign_key(op.f("fk_order_groups_company_id"), "order_groups", "organizations", ["company_id"], ["id"])
    op.add_column(
        "variants",
        sa.Column("price_tiers", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )
    op.create_index("ix_variants_sku_lower", "variants", [sa.literal_column("lower(sku)")], unique=False)
    op.drop_constraint("ck_listings_status_is_known", "listings")
    op.create_check_constraint(
        op.f("ck_listings_status_is_known"), "listings", "status IN ('draft','active','paused','private','removed')"
    )
    op.create_check_constraint(
        op.f("ck_variants_price_tiers_are_a_list"), "variants", "jsonb_typeof(price_tiers) = 'array'"
    )
    op.drop_constraint("ck_members_role_is_known", "members")
    op.create_check_constraint(op.f("ck_members_role_is_known"), "members", f"role IN ({ROLES},'purchaser','approver')")


def downgrade() -> None:
    op.drop_index("ix_variants_sku_lower", table_name="variants")
    op.drop_column("variants", "price_tiers")
    op.drop_constraint(op.f("fk_order_groups_company_id"), "order_groups", type_="foreignkey")
    op.drop_index(op.f("ix_order_groups_company_id"), table_name="order_groups")
    op.drop_column("order_groups", "company")
    op.drop_column("order_groups", "company_id")
    op.drop_column("listings", "lowest_usd_cents")
    op.drop_column("listings", "lowest_minor")
    op.drop_constraint(op.f("fk_carts_company_id"), "carts", type_="foreignkey")
    op.drop_constraint(op.f("fk_carts_kept_for"), "carts", type_="foreignkey")
    op.drop_index(op.f("ix_carts_kept_for"), table_name="carts")
    op.drop_index(op.f("ix_carts_company_id"), table_name="carts")
    op.drop_column("carts", "company_id")
    op.drop_column("carts", "kept_for")
    op.drop_index(op.f("ix_requisition_lines_variant_id"), table_name="requisition_lines")
    op.drop_table("requisition_lines")
    op.drop_index(op.f("ix_quick_order_lines_variant_id"), table_name="quick_order_lines")
    op.drop_table("quick_order_lines")
    op.drop_index(op.f("ix_list_prices_variant_id"), table_name="list_prices")
    op.drop_table("list_prices")
    op.drop_index(op.f("ix_listing_audiences_group_id"), table_name="listing_audiences")
    op.drop_table("listing_audiences")
    op.drop_index(op.f("ix_approval_events_request_id"), table_name="approval_events")
    op.drop_table("approval_events")
    op.drop_table("spending_limits")
    op.drop_index(op.f("ix_price_list_groups_group_id"), table_name="price_list_groups")
    op.drop_table("price_list_groups")
    op.drop_index(op.f("ix_customer_group_members_user_id"), table_name="customer_group_members")
    op.drop_index("ix_customer_group_members_email", table_name="customer_group_members")
    op.drop_index(op.f("ix_customer_group_members_company_id"), table_name="customer_group_members")
    op.drop_table("customer_group_members")
    op.drop_index(op.f("ix_approval_requests_order_group_id"), table_name="approval_requests")
    op.drop_index("ix_approval_requests_company", table_name="approval_requests")
    op.drop_index(op.f("ix_approval_requests_cart_id"), table_name="approval_requests")
    op.drop_index(op.f("ix_approval_requests_asked_by"), table_name="approval_requests")
    op.drop_table("approval_requests")
    op.drop_index("ix_requisition_lists_user_id", table_name="requisition_lists")
    op.drop_index("ix_requisition_lists_company_id", table_name="requisition_lists")
    op.drop_table("requisition_lists")
    op.drop_index(op.f("ix_quick_orders_user_id"), table_name="quick_orders")
    op.drop_index("ix_quick_orders_created_at", table_name="quick_orders")
    op.drop_table("quick_orders")
    op.drop_table("price_lists")
    op.drop_table("customer_groups")
    op.drop_index("uq_company_invitations_open", table_name="company_invitations", postgresql_where="state = 'open'")
    op.drop_index(op.f("ix_company_invitations_organization_id"), table_name="company_invitations")
    op.drop_index("ix_company_invitations_email", table_name="company_invitations", postgresql_where="state = 'open'")
    op.drop_table("company_invitations")
    op.drop_table("companies")
    op.drop_index(op.f("ix_buying_for_organization_id"), table_name="buying_for")
    op.drop_table("buying_for")
    op.drop_constraint("ck_members_role_is_known", "members")
    op.execute("DELETE FROM members WHERE role IN ('purchaser', 'approver')")
    op.create_check_constraint(op.f("ck_members_role_is_known"), "members", f"role IN ({ROLES})")
    op.drop_constraint("ck_listings_status_is_known", "listings")
    op.execute("UPDATE listings SET status = 'paused' WHERE status = 'private'")
    op.create_check_constraint(
        op.f("ck_listings_status_is_known"), "listings", "status IN ('draft','active','paused','removed')"
    )
