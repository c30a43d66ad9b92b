"""Payments of what was open from before the market began are entries by hand: the list of these stays cheap."""

from alembic import op

revision = "0038"
down_revision = "0036"
branch_labels = None
depends_on = None

BEFORE = "event IN ('capital_paid_in', 'capital_paid_out', 'opening_balances')"
AFTER = "event IN ('capital_paid_in', 'capital_paid_out', 'opening_balances', 'carried_paid', 'carried_received')"


def upgrade() -> None:
    _index(AFTER)


def downgrade() -> None:
    _index(BEFORE)


def _index(which: str) -> None:
    op.execute("DROP INDEX ix_journals_by_hand")
    op.execute(f"CREATE INDEX ix_journals_by_hand ON journals (sequence) WHERE {which}")
