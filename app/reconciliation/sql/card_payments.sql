-- card_payments: succeeded payments against their journal and against Stripe's charge
WITH booked AS (
  SELECT j.key, j.stripe_id, sum(p.amount) AS cents
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1105' AND a.asset = 'USD'
  WHERE j.event = 'card_payment_succeeded' AND j.reverses_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = j.id)
  GROUP BY j.id
), charges AS (
  SELECT source_id, sum(amount) AS amount, min(currency) AS currency, count(*) AS count, min(id) AS id
  FROM stripe_transactions_now WHERE type IN ('charge', 'payment') GROUP BY source_id
)
SELECT p.id::text AS id, p.order_group_id::text AS order_group_id, p.payment_intent_id, p.charge_id,
  p.amount_minor AS amount, p.currency, p.succeeded_at, b.key, b.cents AS booked,
  c.id AS transaction_id, c.amount AS charged, c.currency AS charged_currency, c.count AS charge_count
FROM (SELECT * FROM card_payments WHERE state = 'succeeded') AS p
FULL JOIN booked AS b ON b.key = 'stripe:' || p.payment_intent_id || ':succeeded'
LEFT JOIN charges AS c ON c.source_id = p.charge_id
WHERE p.id IS NULL OR p.currency <> 'USD' OR p.amount_minor IS DISTINCT FROM b.cents
  OR p.amount_minor IS DISTINCT FROM c.amount OR p.currency IS DISTINCT FROM c.currency OR c.count > 1
ORDER BY p.succeeded_at, p.id, b.key;
