"""Balances and books also as files that accounting programs read."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

TABLES = ("report_files", "report_schedules")
BEFORE = "format IN ('csv', 'xlsx', 'pdf')"
AFTER = "format IN ('csv', 'xlsx', 'pdf', 'camt053', 'xero', 'quickbooks', 'beancount', 'hledger', 'parquet')"
NEW_ONES_GO = """
DELETE FROM report_files WHERE format NOT IN ('csv', 'xlsx', 'pdf');
DELETE FROM report_recipients AS r USING report_schedules AS s
  WHERE s.id = r.schedule_id AND s.format NOT IN ('csv', 'xlsx', 'pdf');
DELETE FROM report_schedules WHERE format NOT IN ('csv', 'xlsx', 'pdf')
"""


def upgrade() -> None:
    _allow(AFTER)


def downgrade() -> None:
    """Files of the new kinds are forgotten; they can be asked for again where there are such."""
    op.execute(NEW_ONES_GO)
    _allow(BEFORE)


def _allow(formats: str) -> None:
    for table in TABLES:
        name = op.f(f"ck_{table}_format_is_known")
        op.drop_constraint(name, table)
        op.create_check_constraint(name, table, formats)
