"""Balances and books also as files that accounting programs read."""

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

TABLES = ("report_files", "report_schedules")
BEFORE = "format IN ('csv', 'xlsx', 'pdf')"
AFTER = "format IN ('csv', 'xlsx', 'pdf', 'camt053', 'xero', 'quickbooks', 'beancount', 'hledger', 'parquet')"
NEW_ONES = "(SELECT id FROM report_schedules WHERE format NOT IN ('csv', 'xlsx', 'pdf'))"
NEW_ONES_GO = (
    "DELETE FROM report_files WHERE format NOT IN ('csv', 'xlsx', 'pdf')",
    f"DELETE FROM report_recipients WHERE schedule_id IN {NEW_ONES}",
    f"DELETE FROM report_schedules WHERE id IN {NEW_ONES}",
)


def upgrade() -> None:
    _allow(AFTER)


def downgrade() -> None:
    """Files of the new kinds are forgotten; they can be asked for again where there are such."""
    for statement in NEW_ONES_GO:
        op.execute(statement)
    _allow(BEFORE)


def _allow(formats: str) -> None:
    for table in TABLES:
        name = op.f(f"ck_{table}_format_is_known")
        op.drop_constraint(name, table)
        op.create_check_constraint(name, table, formats)
