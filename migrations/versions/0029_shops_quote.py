"""Buyers ask shops for quotes; deals may fix freight, terms and the company they are for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ID = {"server_default": sa.text("uuidv7()"), "nullable": False}
NOW = {"server_default": sa.text("clock_timestamp()"), "nullable": False}
EMPTY = {"server_default": "", "nullable": False}
NEEDED = {"nullable": False}
RULES = "incoterm IN ('CFR','CIF','CIP','CPT','DAP','DDP','DPU','EXW','FAS','FCA','FOB')"
LIVE = "state IN ('sent','countered')"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _deals()
    _requests()
    _quotes()
    _said()
    op.create_foreign_key("fk_rfqs_chosen_quote_id", "rfqs", "rfq_quotes", ["chosen_quote_id"], ["id"])
    op.execute(
        "CREATE TRIGGER rfq_events_append_only BEFORE UPDATE OR DELETE ON rfq_events "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER rfq_events_no_truncate BEFORE TRUNCATE ON rfq_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _deals() -> None:
    for name in ("freight_minor", "freight_days"):
        op.add_column("deals", sa.Column(name, sa.BigInteger()))
    for name in ("freight_country", "incoterm", "incoterm_place"):
        op.add_column("deals", sa.Column(name, sa.Text()))
    for name in ("reference", "contract"):
        op.add_column("deals", sa.Column(name, sa.Text(), **EMPTY))
    op.add_column("deals", sa.Column("company_id", sa.Uuid()))
    op.create_foreign_key(op.f("fk_deals_company_id"), "deals", "organizations", ["company_id"], ["id"])
    op.create_index("ix_deals_company_id", "deals", ["company_id"])
    whole = "num_nonnulls(freight_minor, freight_days, freight_country, incoterm, incoterm_place) IN (0, 5)"
    op.create_check_constraint(op.f("ck_deals_freight_is_whole"), "deals", whole)
    positive = "freight_minor >= 0 AND freight_days >= 0"
    op.create_check_constraint(op.f("ck_deals_freight_is_not_negative"), "deals", positive)
    op.create_check_constraint(op.f("ck_deals_incoterm_is_known"), "deals", RULES)


def _requests() -> None:
    op.create_table(
        "rfqs",
        sa.Column("id", sa.Uuid(), **ID),
        sa.Column("number", sa.Text(), **NEEDED),
        sa.Column("form_token", sa.Uuid(), **NEEDED),
        sa.Column("buyer_id", sa.Uuid(), **NEEDED),
        sa.Column("company_id", sa.Uuid()),
        sa.Column("title", sa.Text(), **NEEDED),
        sa.Column("note", sa.Text(), **EMPTY),
        sa.Column("country", sa.Text(), **NEEDED),
        sa.Column("place", sa.Text(), **EMPTY),
        sa.Column("wished_on", sa.Date()),
        sa.Column("closes_at", MOMENT, **NEEDED),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("chosen_quote_id", sa.Uuid()),
        sa.Column("made_at", MOMENT, **NOW),
        sa.Column("opened_at", MOMENT),
        sa.Column("changed_at", MOMENT, **NOW),
        sa.CheckConstraint(
            "state IN ('draft','open','closed','decided','canceled')", name=op.f("ck_rfqs_state_is_known")
        ),
        sa.CheckConstraint(
            "(state = 'decided') = (chosen_quote_id IS NOT NULL)", name=op.f("ck_rfqs_decided_is_a_quote")
        ),
        sa.CheckConstraint(
            "(state = 'draft') >= (opened_at IS NULL) OR state = 'canceled'", name=op.f("ck_rfqs_sent_has_a_moment")
        ),
        sa.ForeignKeyConstraint(["buyer_id"], ["users.id"], name=op.f("fk_rfqs_buyer_id")),
        sa.ForeignKeyConstraint(["company_id"], ["organizations.id"], name=op.f("fk_rfqs_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfqs")),
        sa.UniqueConstraint("number", name=op.f("uq_rfqs_number")),
        sa.UniqueConstraint("form_token", name=op.f("uq_rfqs_form_token")),
        sa.UniqueConstraint("chosen_quote_id", name=op.f("uq_rfqs_chosen_quote_id")),
    )
    op.create_index("ix_rfqs_buyer_id", "rfqs", ["buyer_id", "changed_at", "id"])
    op.create_index("ix_rfqs_company_id", "rfqs", ["company_id", "changed_at", "id"])
    op.create_index("ix_rfqs_due", "rfqs", ["closes_at"], postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        "rfq_lines",
        sa.Column("id", sa.Uuid(), **ID),
        sa.Column("rfq_id", sa.Uuid(), **NEEDED),
        sa.Column("position", sa.BigInteger(), **NEEDED),
        sa.Column("variant_id", sa.Uuid()),
        sa.Column("words", sa.Text(), **NEEDED),
        sa.Column("quantity", sa.BigInteger(), **NEEDED),
        sa.Column("unit", sa.Text(), **EMPTY),
        sa.CheckConstraint("quantity BETWEEN 1 AND 1000000", name=op.f("ck_rfq_lines_quantity_is_sane")),
        sa.ForeignKeyConstraint(["rfq_id"], ["rfqs.id"], name=op.f("fk_rfq_lines_rfq_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_rfq_lines_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfq_lines")),
        sa.UniqueConstraint("rfq_id", "position", name=op.f("uq_rfq_lines_rfq_id_position")),
    )
    op.create_index("ix_rfq_lines_variant_id", "rfq_lines", ["variant_id"])
    op.create_table(
        "rfq_files",
        sa.Column("id", sa.Uuid(), **ID),
        sa.Column("rfq_id", sa.Uuid(), **NEEDED),
        sa.Column("kind", sa.Text(), **NEEDED),
        sa.Column("name", sa.Text(), **NEEDED),
        sa.Column("content", sa.LargeBinary(), **NEEDED),
        sa.Column("size", sa.BigInteger(), **NEEDED),
        sa.CheckConstraint("kind IN ('picture','pdf')", name=op.f("ck_rfq_files_kind_is_known")),
        sa.ForeignKeyConstraint(["rfq_id"], ["rfqs.id"], name=op.f("fk_rfq_files_rfq_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfq_files")),
    )
    op.create_index("ix_rfq_files_rfq_id", "rfq_files", ["rfq_id"])
    op.create_table(
        "rfq_shops",
        sa.Column("id", sa.Uuid(), **ID),
        sa.Column("rfq_id", sa.Uuid(), **NEEDED),
        sa.Column("organization_id", sa.Uuid(), **NEEDED),
        sa.Column("number", sa.Text(), **NEEDED),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("told_at", MOMENT),
        sa.Column("reason", sa.Text(), **EMPTY),
        sa.CheckConstraint("state IN ('waiting','told','quoted','declined')", name=op.f("ck_rfq_shops_state_is_known")),
        sa.CheckConstraint("(state = 'waiting') = (told_at IS NULL)", name=op.f("ck_rfq_shops_waiting_is_not_told")),
        sa.ForeignKeyConstraint(["rfq_id"], ["rfqs.id"], name=op.f("fk_rfq_shops_rfq_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_rfq_shops_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfq_shops")),
        sa.UniqueConstraint("rfq_id", "organization_id", name=op.f("uq_rfq_shops_rfq_id_organization_id")),
        sa.UniqueConstraint("number", name=op.f("uq_rfq_shops_number")),
    )
    op.create_index("ix_rfq_shops_organization_id", "rfq_shops", ["organization_id", "told_at", "id"])


def _quotes() -> None:
    op.create_table(
        "rfq_quotes",
        sa.Column("id", sa.Uuid(), **ID),
        sa.Column("asked_id", sa.Uuid(), **NEEDED),
        sa.Column("version", sa.BigInteger(), **NEEDED),
        sa.Column("form_token", sa.Uuid(), **NEEDED),
        sa.Column("state", sa.Text(), server_default="sent", nullable=False),
        sa.Column("currency", sa.Text(), **NEEDED),
        sa.Column("freight_minor", sa.BigInteger(), **NEEDED),
        sa.Column("freight_days", sa.BigInteger(), **NEEDED),
        sa.Column("country", sa.Text(), **NEEDED),
        sa.Column("incoterm", sa.Text(), **NEEDED),
        sa.Column("incoterm_place", sa.Text(), **NEEDED),
        sa.Column("deposit_bps", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("shipment_bps", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("contract", sa.Text(), **EMPTY),
        sa.Column("note", sa.Text(), **EMPTY),
        sa.Column("valid_until", MOMENT, **NEEDED),
        sa.Column("deal_id", sa.Uuid()),
        sa.Column("sent_by", sa.Uuid()),
        sa.Column("sent_at", MOMENT, **NOW),
        sa.CheckConstraint(
            "state IN ('sent','countered','superseded','withdrawn','expired','not_chosen','accepted')",
            name=op.f("ck_rfq_quotes_state_is_known"),
        ),
        sa.CheckConstraint(
            "(state = 'accepted') = (deal_id IS NOT NULL)", name=op.f("ck_rfq_quotes_accepted_is_a_deal")
        ),
        sa.CheckConstraint(
            "freight_minor >= 0 AND freight_days >= 0", name=op.f("ck_rfq_quotes_freight_is_not_negative")
        ),
        sa.CheckConstraint(RULES, name=op.f("ck_rfq_quotes_incoterm_is_known")),
        sa.CheckConstraint(
            "deposit_bps BETWEEN 0 AND 5000 AND shipment_bps >= 0 AND deposit_bps + shipment_bps <= 8000",
            name=op.f("ck_rfq_quotes_parts_leave_enough"),
        ),
        sa.ForeignKeyConstraint(["asked_id"], ["rfq_shops.id"], name=op.f("fk_rfq_quotes_asked_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_rfq_quotes_deal_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["users.id"], name=op.f("fk_rfq_quotes_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfq_quotes")),
        sa.UniqueConstraint("asked_id", "version", name=op.f("uq_rfq_quotes_asked_id_version")),
        sa.UniqueConstraint("form_token", name=op.f("uq_rfq_quotes_form_token")),
        sa.UniqueConstraint("deal_id", name=op.f("uq_rfq_quotes_deal_id")),
    )
    op.create_index("uq_rfq_quotes_live", "rfq_quotes", ["asked_id"], unique=True, postgresql_where=sa.text(LIVE))
    op.create_index("ix_rfq_quotes_due", "rfq_quotes", ["valid_until"], postgresql_where=sa.text(LIVE))
    op.create_table(
        "rfq_quote_lines",
        sa.Column("quote_id", sa.Uuid(), **NEEDED),
        sa.Column("line_id", sa.Uuid(), **NEEDED),
        sa.Column("variant_id", sa.Uuid(), **NEEDED),
        sa.Column("quantity", sa.BigInteger(), **NEEDED),
        sa.Column("price_minor", sa.BigInteger(), **NEEDED),
        sa.Column("minimum", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "minimum >= 1 AND quantity >= minimum",
            name=op.f("ck_rfq_quote_lines_quantity_is_not_below_the_minimum"),
        ),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_rfq_quote_lines_price_is_positive")),
        sa.ForeignKeyConstraint(["quote_id"], ["rfq_quotes.id"], name=op.f("fk_rfq_quote_lines_quote_id")),
        sa.ForeignKeyConstraint(["line_id"], ["rfq_lines.id"], name=op.f("fk_rfq_quote_lines_line_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_rfq_quote_lines_variant_id")),
        sa.PrimaryKeyConstraint("quote_id", "line_id", name=op.f("pk_rfq_quote_lines")),
        sa.UniqueConstraint("quote_id", "variant_id", name=op.f("uq_rfq_quote_lines_quote_id_variant_id")),
    )
    op.create_index("ix_rfq_quote_lines_line_id", "rfq_quote_lines", ["line_id"])
    op.create_index("ix_rfq_quote_lines_variant_id", "rfq_quote_lines", ["variant_id"])


def _said() -> None:
    op.create_table(
        "rfq_counters",
        sa.Column("quote_id", sa.Uuid(), **NEEDED),
        sa.Column("form_token", sa.Uuid(), **NEEDED),
        sa.Column("lines", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("note", sa.Text(), **EMPTY),
        sa.Column("made_by", sa.Uuid()),
        sa.Column("made_at", MOMENT, **NOW),
        sa.ForeignKeyConstraint(["quote_id"], ["rfq_quotes.id"], name=op.f("fk_rfq_counters_quote_id")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_rfq_counters_made_by")),
        sa.PrimaryKeyConstraint("quote_id", name=op.f("pk_rfq_counters")),
        sa.UniqueConstraint("form_token", name=op.f("uq_rfq_counters_form_token")),
    )
    op.create_table(
        "rfq_notes",
        sa.Column("id", sa.Uuid(), **ID),
        sa.Column("asked_id", sa.Uuid(), **NEEDED),
        sa.Column("form_token", sa.Uuid(), **NEEDED),
        sa.Column("side", sa.Text(), **NEEDED),
        sa.Column("author_id", sa.Uuid()),
        sa.Column("body", sa.Text(), **NEEDED),
        sa.Column("written_at", MOMENT, **NOW),
        sa.CheckConstraint("side IN ('buyer','seller')", name=op.f("ck_rfq_notes_side_is_known")),
        sa.ForeignKeyConstraint(["asked_id"], ["rfq_shops.id"], name=op.f("fk_rfq_notes_asked_id")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_rfq_notes_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfq_notes")),
        sa.UniqueConstraint("form_token", name=op.f("uq_rfq_notes_form_token")),
    )
    op.create_index("ix_rfq_notes_asked_id", "rfq_notes", ["asked_id", "written_at", "id"])
    op.create_table(
        "rfq_events",
        sa.Column("id", sa.Uuid(), **ID),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("rfq_id", sa.Uuid(), **NEEDED),
        sa.Column("asked_id", sa.Uuid()),
        sa.Column("quote_id", sa.Uuid()),
        sa.Column("kind", sa.Text(), **NEEDED),
        sa.Column("actor_id", sa.Uuid()),
        sa.Column("at", MOMENT, **NOW),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfq_events")),
        sa.UniqueConstraint("sequence", name=op.f("uq_rfq_events_sequence")),
    )
    op.create_index("ix_rfq_events_rfq_id", "rfq_events", ["rfq_id"])


def downgrade() -> None:
    op.drop_constraint("fk_rfqs_chosen_quote_id", "rfqs")
    for table in (
        "rfq_events",
        "rfq_notes",
        "rfq_counters",
        "rfq_quote_lines",
        "rfq_quotes",
        "rfq_shops",
        "rfq_files",
        "rfq_lines",
        "rfqs",
    ):
        op.drop_table(table)
    for name in ("incoterm_is_known", "freight_is_not_negative", "freight_is_whole"):
        op.drop_constraint(op.f(f"ck_deals_{name}"), "deals")
    op.drop_index("ix_deals_company_id", "deals")
    op.drop_constraint(op.f("fk_deals_company_id"), "deals")
    columns = ("company_id", "contract", "reference", "incoterm_place", "incoterm", "freight_country")
    for name in (*columns, "freight_days", "freight_minor"):
        op.drop_column("deals", name)
