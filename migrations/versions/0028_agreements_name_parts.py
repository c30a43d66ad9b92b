"""Offers and deals say how much of the money leaves escrow before the goods are accepted."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

ENOUGH = "deposit_bps BETWEEN 0 AND 5000 AND shipment_bps >= 0 AND deposit_bps + shipment_bps <= 8000"


def upgrade() -> None:
    for table in ("offers", "offer_events", "deals"):
        for share in ("deposit_bps", "shipment_bps"):
            op.add_column(table, sa.Column(share, sa.BigInteger(), server_default="0", nullable=False))
    for table in ("offers", "deals"):
        op.create_check_constraint(op.f(f"ck_{table}_parts_leave_enough"), table, ENOUGH)


def downgrade() -> None:
    for table in ("offers", "deals"):
        op.drop_constraint(op.f(f"ck_{table}_parts_leave_enough"), table)
    for table in ("offers", "offer_events", "deals"):
        for share in ("deposit_bps", "shipment_bps"):
            op.drop_column(table, share)
