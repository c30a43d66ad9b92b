"""What Stripe tells otherwise later is kept beside what it told first; payouts know their parts."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

APPEND_ONLY = ("stripe_retellings", "stripe_payout_parts")
AS_TOLD_NOW = """
CREATE VIEW stripe_transactions_now AS
SELECT t.id, t.type, t.reporting_category, t.source_id, coalesce(r.amount, t.amount) AS amount, coalesce(r.fee, t.fee) AS fee,
  coalesce(r.net, t.net) AS net, coalesce(r.currency, t.currency) AS currency, t.created, t.available_on, t.ingested_at, t.booked_at
FROM stripe_balance_transactions AS t
LEFT JOIN (
  SELECT DISTINCT ON (transaction_id) transaction_id, amount, fee, net, currency
  FROM stripe_retellings ORDER BY transaction_id, sequence DESC
) AS r ON r.transaction_id = t.id
WHERE r.transaction_id IS NULL OR r.net IS NOT NULL  -- without: Stripe denies it
"""


def upgrade() -> None:
    table = "stripe_retellings"
    op.create_table(
        table,
        sa.Column("sequence", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("amount", "fee", "net")),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "num_nulls(amount, fee, net, currency) IN (0, 4)", name=op.f("ck_stripe_retellings_told_whole_or_denied")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["stripe_balance_transactions.id"], name=op.f("fk_stripe_retellings_transaction_id")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_stripe_retellings")),
    )
    op.create_index("ix_stripe_retellings_transaction_id_sequence", table, ["transaction_id", "sequence"])
    op.create_index("ix_stripe_retellings_told_at", table, ["told_at"])
    op.execute(AS_TOLD_NOW)
    op.add_column("stripe_payouts", sa.Column("itemized_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_stripe_payouts_itemized_at", "stripe_payouts", ["itemized_at"])
    op.create_table(
        "stripe_payout_parts",
        sa.Column("payout_id", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["payout_id"], ["stripe_payouts.id"], name=op.f("fk_stripe_payout_parts_payout_id")),
        sa.PrimaryKeyConstraint("payout_id", "transaction_id", name=op.f("pk_stripe_payout_parts")),
    )
    for name in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("stripe_payout_parts")
    op.drop_index("ix_stripe_payouts_itemized_at", "stripe_payouts")
    op.drop_column("stripe_payouts", "itemized_at")
    op.execute("DROP VIEW stripe_transactions_now")
    op.drop_table("stripe_retellings")
