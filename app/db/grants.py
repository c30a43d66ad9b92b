"""What the market's processes may do in the database when they do not own it: everything but change what is booked."""

from psycopg import sql
from sqlalchemy import create_engine

APPEND_ONLY = (
    "ledger_accounts",
    "journals",
    "postings",
    "order_events",
    "audit_entries",
    "shop_events",
    "tie_out_runs",
    "deal_events",
    "offer_events",
    "rfq_events",
    "period_events",
)
NOT_ITS_OWN = ("account_balances", "books", "assets", "alembic_version")
"""What triggers write, with the owner's rights, and what only migrations do."""


def grant(database_url: str, role: str) -> None:
    """Let `role`, which exists, run the market: rows of append-only tables can be added and read, what follows from them only read.

    Ask as the owner of the tables, again after each upgrade. Asked twice, nothing changes.
    """
    engine = create_engine(database_url)
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        schema = sql.Identifier(connection.exec_driver_sql("SELECT current_schema()").scalar_one())
        whom = sql.Identifier(role)
        for statement in (
            "GRANT USAGE ON SCHEMA {schema} TO {whom}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {whom}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {whom}",
            *(f"REVOKE UPDATE, DELETE ON {{schema}}.{table} FROM {{whom}}" for table in APPEND_ONLY),
            *(f"REVOKE INSERT, UPDATE, DELETE ON {{schema}}.{table} FROM {{whom}}" for table in NOT_ITS_OWN),
        ):
            driver.execute(sql.SQL(statement).format(schema=schema, whom=whom))
    engine.dispose()
