"""A refund its card cannot take is paid by bank; one refused for a chargeback says so, and is asked for again once that is won."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("card_refunds", sa.Column("refusal_code", sa.Text(), nullable=True))
    op.add_column("card_refunds", sa.Column("attempt", sa.BigInteger(), server_default="1", nullable=False))
    op.add_column("card_refunds", sa.Column("bank_reference", sa.Text(), nullable=True))
    op.add_column("card_refunds", sa.Column("reference_key", sa.Text(), nullable=True))
    op.create_unique_constraint("uq_card_refunds_reference_key", "card_refunds", ["reference_key"])
    op.execute(
        "UPDATE card_refunds SET refusal_code = 'charge_disputed' WHERE state = 'failed' AND stripe_refund_id IS NULL"
        " AND problem LIKE '%charged back%'"
    )
    op.drop_constraint("ck_card_refunds_state_is_known", "card_refunds")
    op.create_check_constraint(
        op.f("ck_card_refunds_state_is_known"),
        "card_refunds",
        "state IN ('planned','succeeded','failed','paid_by_bank','charged_back')",
    )
    op.execute(
        "UPDATE card_refunds AS r SET state = 'charged_back'"
        " FROM journals AS j WHERE j.event = 'refund_met_by_chargeback' AND starts_with(j.key, concat('refund', chr(58), r.key, chr(58)))"
    )
    op.create_check_constraint(
        op.f("ck_card_refunds_bank_has_a_reference"),
        "card_refunds",
        "(state = 'paid_by_bank') = (reference_key IS NOT NULL)",
    )


def downgrade() -> None:
    op.drop_constraint("ck_card_refunds_bank_has_a_reference", "card_refunds")
    op.execute("UPDATE card_refunds SET state = 'failed' WHERE state IN ('paid_by_bank', 'charged_back')")
    op.drop_constraint("ck_card_refunds_state_is_known", "card_refunds")
    op.create_check_constraint(
        op.f("ck_card_refunds_state_is_known"), "card_refunds", "state IN ('planned','succeeded','failed')"
    )
    op.drop_constraint("uq_card_refunds_reference_key", "card_refunds")
    for column in ("reference_key", "bank_reference", "attempt", "refusal_code"):
        op.drop_column("card_refunds", column)
