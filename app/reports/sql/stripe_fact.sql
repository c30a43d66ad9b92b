-- stripe_fact: a balance transaction as Stripe told it
SELECT t.id, t.type, t.reporting_category, t.source_id AS source, t.amount::text, t.fee::text, t.net::text, t.currency,
  t.created::text, t.available_on::text, t.ingested_at::text
FROM stripe_balance_transactions AS t
WHERE t.id = :transaction;
