"""What sellers owe for chargebacks of orders they were paid for; gas in the chain's own coin; more entries by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

HAND_BEFORE = "'capital_paid_in', 'capital_paid_out', 'opening_balances', 'carried_paid', 'carried_received'"
HAND_AFTER = f"{HAND_BEFORE}, 'gas_bought', 'bank_difference', 'exchange_difference'"
UNITS = sa.Numeric(78, 0)
NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    op.execute("INSERT INTO assets (code, exponent) VALUES ('GAS', 18)")
    for name in ("gas_price", "gas_paid"):
        op.add_column("chain_transactions", sa.Column(name, UNITS, nullable=True))
    _claims()
    op.add_column("redemptions", sa.Column("kept_cents", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("redemptions", sa.Column("claim_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_redemptions_claim_id"), "redemptions", "chargeback_claims", ["claim_id"], ["id"])
    op.create_index("ix_redemptions_claim_id", "redemptions", ["claim_id"])
    op.create_check_constraint("kept_is_a_part", "redemptions", "kept_cents BETWEEN 0 AND amount_cents")
    op.create_check_constraint("what_is_kept_is_not_refused", "redemptions", "claim_id IS NULL OR state <> 'refused'")
    _steps()
    _index(HAND_AFTER)


def downgrade() -> None:
    """Coin of the chain that was booked has no place in the books as they were: then this fails, and nothing is lost."""
    _index(HAND_BEFORE)
    op.drop_table("claim_steps")
    op.drop_constraint(op.f("ck_redemptions_what_is_kept_is_not_refused"), "redemptions")
    op.drop_constraint(op.f("ck_redemptions_kept_is_a_part"), "redemptions")
    op.drop_column("redemptions", "claim_id")
    op.drop_column("redemptions", "kept_cents")
    op.drop_table("chargeback_claims")
    for name in ("gas_paid", "gas_price"):
        op.drop_column("chain_transactions", name)
    op.execute("ALTER TABLE assets DISABLE TRIGGER assets_append_only")
    op.execute("DELETE FROM assets WHERE code = 'GAS'")
    op.execute("ALTER TABLE assets ENABLE TRIGGER assets_append_only")


def _claims() -> None:
    op.create_table(
        "chargeback_claims",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("stripe_dispute_id", sa.Text(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("settled_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="held", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_chargeback_claims_amount_is_positive")),
        sa.CheckConstraint("settled_cents BETWEEN 0 AND cents", name=op.f("ck_chargeback_claims_settled_fits")),
        sa.CheckConstraint("state IN ('held','owed','settled','dropped')", name=op.f("ck_chargeback_claims_state_is_known")),
        sa.CheckConstraint("(state = 'settled') = (settled_cents = cents)", name=op.f("ck_chargeback_claims_settled_is_all_of_it")),
        sa.CheckConstraint("state IN ('owed','settled') OR settled_cents = 0", name=op.f("ck_chargeback_claims_only_what_is_owed_is_settled")),
        sa.CheckConstraint("state NOT IN ('owed','settled') OR decided_by IS NOT NULL", name=op.f("ck_chargeback_claims_somebody_decided")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_chargeback_claims_organization_id")),
        sa.ForeignKeyConstraint(["stripe_dispute_id"], ["card_disputes.stripe_dispute_id"], name=op.f("fk_chargeback_claims_stripe_dispute_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_chargeback_claims_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chargeback_claims")),
        sa.UniqueConstraint("stripe_dispute_id", "order_id", name=op.f("uq_chargeback_claims_stripe_dispute_id_order_id")),
    )  # fmt: skip
    op.create_index("ix_chargeback_claims_order_id", "chargeback_claims", ["order_id"])
    op.create_index("ix_chargeback_claims_organization_id", "chargeback_claims", ["organization_id", "created_at"])
    op.create_index(
        "ix_chargeback_claims_open",
        "chargeback_claims",
        ["created_at", "id"],
        postgresql_where=sa.text("state IN ('held','owed')"),
    )


def _steps() -> None:
    op.create_table(
        "claim_steps",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("redemption_id", sa.Uuid(), nullable=True),
        sa.Column("bank_reference", sa.Text(), nullable=True),
        sa.Column("reference_key", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_claim_steps_amount_is_positive")),
        sa.CheckConstraint("kind IN ('kept','received','given_up')", name=op.f("ck_claim_steps_kind_is_known")),
        sa.CheckConstraint("(kind = 'kept') = (redemption_id IS NOT NULL)", name=op.f("ck_claim_steps_kept_of_a_payout")),
        sa.CheckConstraint("(kind = 'received') = (reference_key IS NOT NULL)", name=op.f("ck_claim_steps_bank_has_a_reference")),
        sa.ForeignKeyConstraint(["claim_id"], ["chargeback_claims.id"], name=op.f("fk_claim_steps_claim_id")),
        sa.ForeignKeyConstraint(["redemption_id"], ["redemptions.id"], name=op.f("fk_claim_steps_redemption_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_claim_steps_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_steps")),
        sa.UniqueConstraint("claim_id", "redemption_id", name=op.f("uq_claim_steps_claim_id_redemption_id")),
        sa.UniqueConstraint("reference_key", name=op.f("uq_claim_steps_reference_key")),
    )  # fmt: skip
    op.create_index("ix_claim_steps_redemption_id", "claim_steps", ["redemption_id"])
    op.execute(
        "CREATE TRIGGER claim_steps_append_only BEFORE UPDATE OR DELETE ON claim_steps "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER claim_steps_no_truncate BEFORE TRUNCATE ON claim_steps "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _index(events: str) -> None:
    op.execute("DROP INDEX ix_journals_by_hand")
    op.execute(f"CREATE INDEX ix_journals_by_hand ON journals (sequence) WHERE event IN ({events})")
