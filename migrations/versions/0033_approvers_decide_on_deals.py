"""Approvers of a company decide on deals as well; such a request ends with its deal."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("approval_requests", sa.Column("deal_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_approval_requests_deal_id"), "approval_requests", "deals", ["deal_id"], ["id"])
    op.create_index(op.f("ix_approval_requests_deal_id"), "approval_requests", ["deal_id"])
    op.create_index(
        "uq_approval_requests_open",
        "approval_requests",
        ["deal_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('asked','approved')"),
    )
    _states("'asked','approved','declined','withdrawn','ordered','expired'")


def downgrade() -> None:
    """Requests about deals are taken back: before, there were none, and the limit of such a deal was raised instead."""
    op.execute(sa.text("UPDATE approval_requests SET state = 'withdrawn' WHERE state = 'expired'"))
    op.execute(
        sa.text(
            "UPDATE approval_requests SET state = 'withdrawn'"
            " WHERE deal_id IS NOT NULL AND state IN ('asked','approved')"
        )
    )
    _states("'asked','approved','declined','withdrawn','ordered'")
    op.drop_index("uq_approval_requests_open", "approval_requests")
    op.drop_index(op.f("ix_approval_requests_deal_id"), "approval_requests")
    op.drop_constraint(op.f("fk_approval_requests_deal_id"), "approval_requests")
    op.drop_column("approval_requests", "deal_id")


def _states(known: str) -> None:
    name = op.f("ck_approval_requests_state_is_known")
    op.drop_constraint(name, "approval_requests")
    op.create_check_constraint(name, "approval_requests", f"state IN ({known})")
