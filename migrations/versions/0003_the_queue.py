"""Procrastinate's own tables and functions, as its installed version defines them."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DROP_QUEUE = r"""
DO $$ DECLARE thing record; BEGIN
  FOR thing IN SELECT format('DROP TABLE IF EXISTS %I CASCADE', tablename) AS command FROM pg_tables
    WHERE schemaname = current_schema() AND tablename LIKE 'procrastinate\_%' LOOP EXECUTE thing.command; END LOOP;
  FOR thing IN SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', p.oid::regprocedure) AS command FROM pg_proc AS p
    WHERE p.pronamespace = current_schema()::regnamespace AND p.proname LIKE 'procrastinate\_%' LOOP
    EXECUTE thing.command; END LOOP;
  FOR thing IN SELECT format('DROP TYPE IF EXISTS %I CASCADE', t.typname) AS command FROM pg_type AS t
    WHERE t.typnamespace = current_schema()::regnamespace AND t.typname LIKE 'procrastinate\_%'
      AND t.typtype IN ('e','c') LOOP EXECUTE thing.command; END LOOP;
END $$
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))


def downgrade() -> None:
    op.execute(DROP_QUEUE)
