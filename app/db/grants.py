"""What roles that own nothing may do: who runs the market everything but change what is booked, reports only read."""

from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

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
    "claim_steps",
    "payout_returns",
    "commission_returns",
    "seals",
    "journal_seals",
    "seal_anchors",
    "books_checks",
    "bank_statements",
    "bank_lines",
    "invoices",
    "match_runs",
    "match_outcomes",
    "match_notes",
    "match_links",
    "stripe_retellings",
    "stripe_payout_parts",
)
NOT_ITS_OWN = (
    "account_balances",
    "books",
    "assets",
    "invoice_series",
    "period_snapshots",
    "period_balances",
    "alembic_version",
)
"""What triggers write, with the owner's rights, and what only migrations do."""


REPORTED = (
    "account_balances", "assets", "audit_entries", "bank_files", "bank_lines", "bank_receipts", "bank_statements", "books", "books_checks",
    "card_disputes", "card_payments", "card_refunds", "chain_blocks", "chain_cursors", "chain_intents",
    "chain_logs", "chain_transactions", "chargeback_claims", "claim_steps", "companies", "deployments", "disputes", "escrow_legs", "escrows",
    "fulfillments", "fx_rates", "invoices", "journal_seals", "journals", "ledger_accounts", "market_held_addresses", "members",
    "order_events", "order_lines", "order_parts", "order_return_lines", "order_returns", "order_tax_terms",
    "orders", "organizations", "payout_returns", "period_balances", "period_events", "period_snapshots", "postings", "redemptions",
    "refunds", "seal_anchors", "seals", "seller_statements", "seller_tax_numbers", "stripe_balance_transactions",
    "stripe_payout_parts", "stripe_payouts", "stripe_retellings", "stripe_transactions_now", "tax_movements", "tax_remittances", "tie_out_runs", "withholding_switches",
)  # fmt: skip
READ_IN_PART = {
    "order_groups": "id, buyer_id, company_id, email, payment_method, state, total_cents, paid_at",
    "users": "id, email, name, locale, active",
}
"""What reports are made of: no messages, carts, passwords, or keys to pages."""


def grant_what_is_asked(owner_url: str, database_url: str, reports_url: str) -> None:
    """As the settings say, after each upgrade: whose address is the owner's needs no leave."""
    for url, let in ((database_url, grant), (reports_url, grant_reports)):
        role = make_url(url).username if url else None
        if role and role != make_url(owner_url).username:
            let(owner_url, role)


def grant(database_url: str, role: str) -> None:
    """Let `role`, which exists, run the market: rows of append-only tables can be added and read, what follows from them only read.

    Ask as the owner of the tables, again after each upgrade. Asked twice, nothing changes.
    """
    _do(
        database_url,
        role,
        "GRANT USAGE ON SCHEMA {schema} TO {whom}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {whom}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {whom}",
        *(f"REVOKE UPDATE, DELETE ON {{schema}}.{table} FROM {{whom}}" for table in APPEND_ONLY),
        *(f"REVOKE INSERT, UPDATE, DELETE ON {{schema}}.{table} FROM {{whom}}" for table in NOT_ITS_OWN),
    )


def grant_reports(database_url: str, role: str) -> None:
    """Let `role`, which exists, read what reports are made of. Ask as `grant`."""
    _do(
        database_url,
        role,
        "GRANT USAGE ON SCHEMA {schema} TO {whom}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {whom}",
        *(f"GRANT SELECT ON {{schema}}.{table} TO {{whom}}" for table in REPORTED),
        *(f"GRANT SELECT ({columns}) ON {{schema}}.{table} TO {{whom}}" for table, columns in READ_IN_PART.items()),
    )


def _do(database_url: str, role: str, *statements: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        schema = sql.Identifier(connection.exec_driver_sql("SELECT current_schema()").scalar_one())
        for statement in statements:
            driver.execute(sql.SQL(statement).format(schema=schema, whom=sql.Identifier(role)))
    engine.dispose()
