"""When an order that never left is given back by itself; empty once it left, and where only wallets can sign."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("escrow_legs", sa.Column("give_back_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        """
        UPDATE escrow_legs AS l
        SET give_back_at = l.ship_by + least(interval '2 days', (l.auto_release_at - l.ship_by) / 2)
        FROM escrows AS e
        WHERE e.id = l.escrow_id AND (e.paid_by = 'card' OR l.seller_is_market_held)
          AND NOT EXISTS (
            SELECT FROM order_events AS v WHERE v.order_id = l.order_id AND v.kind IN ('shipped', 'delivered', 'received')
          )
        """
    )
    op.create_index(
        "ix_escrow_legs_unsent", "escrow_legs", ["give_back_at"], postgresql_where=sa.text("give_back_at IS NOT NULL")
    )
    op.create_index(
        "ix_orders_unsent",
        "orders",
        ["ship_by"],
        postgresql_where=sa.text("fulfillment_status = 'unfulfilled' AND settlement_status = 'in_escrow'"),
    )


def downgrade() -> None:
    op.drop_index("ix_orders_unsent", "orders")
    op.drop_index("ix_escrow_legs_unsent", "escrow_legs")
    op.drop_column("escrow_legs", "give_back_at")
