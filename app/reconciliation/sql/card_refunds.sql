-- card_refunds: succeeded refunds against their journal and against what Stripe took
WITH booked AS (
  SELECT min(j.key) FILTER (WHERE j.event = 'card_refund_succeeded') AS key, j.stripe_id, -sum(p.amount) AS cents
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1105' AND a.asset = 'USD'
  WHERE j.event IN ('card_refund_succeeded', 'card_refund_failed') AND j.reverses_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = j.id)
  GROUP BY j.stripe_id
  HAVING sum(p.amount) <> 0
), taken AS (
  SELECT source_id, -sum(amount) AS amount, min(currency) AS currency, count(*) AS count, min(id) AS id
  FROM stripe_transactions_now WHERE type IN ('refund', 'payment_refund') GROUP BY source_id
)
SELECT r.id::text AS id, r.order_id::text AS order_id, r.stripe_refund_id, r.amount_minor AS amount, r.currency,
  r.settled_at, b.key, b.cents AS booked, t.id AS transaction_id, t.amount AS taken, t.currency AS taken_currency,
  t.count AS taken_count
FROM (SELECT * FROM card_refunds WHERE state = 'succeeded') AS r
FULL JOIN booked AS b ON b.key = 'stripe:' || r.stripe_refund_id || ':succeeded'
LEFT JOIN taken AS t ON t.source_id = r.stripe_refund_id
WHERE r.id IS NULL OR r.currency <> 'USD' OR r.amount_minor IS DISTINCT FROM b.cents
  OR r.amount_minor IS DISTINCT FROM t.amount OR r.currency IS DISTINCT FROM t.currency OR t.count > 1
ORDER BY r.settled_at, r.id, b.key;
