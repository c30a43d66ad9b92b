"""Lists read what they show, however much was traded before: indexes for what is open and for the newest of a shop."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FINISHED = "settlement_status IN ('released', 'refunded', 'split')"
UNFINISHED = "payment_status <> 'none' AND settlement_status NOT IN ('released', 'refunded', 'split')"
NOT_FINAL = "seen_funded AND (NOT final_funded OR seen_released <> final_released OR seen_refunded <> final_refunded)"
RUNNING = "status NOT IN ('won', 'lost', 'warning_closed')"
BY_HAND = "event IN ('capital_paid_in', 'capital_paid_out', 'opening_balances')"

INDEXES = (
    ("ix_order_groups_unclaimed", "order_groups (email)", "buyer_id IS NULL"),
    ("ix_orders_open", "orders (organization_id, ship_by, id)", UNFINISHED),
    ("ix_orders_done", "orders (organization_id, placed_at, id)", FINISHED),
    ("ix_disputes_open", "disputes (opened_at, id)", "state = 'open'"),
    (
        "ix_escrow_legs_held",
        "escrow_legs (organization_id, auto_release_at, id)",
        "seen_funded AND amount > seen_released + seen_refunded",
    ),
    ("ix_escrow_legs_not_final", "escrow_legs (organization_id, id)", NOT_FINAL),
    ("ix_chain_intents_stuck", "chain_intents (created_at, id)", "state = 'stuck'"),
    ("ix_redemptions_state", "redemptions (state, requested_at, id)", ""),
    ("ix_webhook_events_received_at", "webhook_events (received_at, stripe_event_id)", ""),
    ("ix_webhook_events_unhandled", "webhook_events (received_at, stripe_event_id)", "handled_at IS NULL"),
    ("ix_card_refunds_failed", "card_refunds (created_at, id)", "state = 'failed'"),
    ("ix_card_disputes_running", "card_disputes (opened_at, stripe_dispute_id)", RUNNING),
    ("ix_bank_receipts_received_at", "bank_receipts (received_at, id)", ""),
    ("ix_journals_organization_id_effective_at", "journals (organization_id, effective_at, id)", ""),
    ("ix_journals_by_hand", "journals (sequence)", BY_HAND),
)


def upgrade() -> None:
    for name, columns, where in INDEXES:
        op.execute(f"CREATE INDEX {name} ON {columns}" + (f" WHERE {where}" if where else ""))
    op.drop_index("ix_journals_organization_id", "journals")


def downgrade() -> None:
    op.create_index("ix_journals_organization_id", "journals", ["organization_id"])
    for name, _columns, _where in reversed(INDEXES):
        op.execute(f"DROP INDEX {name}")
