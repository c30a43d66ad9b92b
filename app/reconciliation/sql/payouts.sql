-- payouts: Stripe's payouts whose movement or whose journal of arrival differs from the payout itself
WITH moved AS (
  SELECT source_id, -sum(amount) AS amount FROM stripe_balance_transactions WHERE type = 'payout' GROUP BY source_id
), arrived AS (
  SELECT j.key, j.stripe_id, sum(p.amount) AS cents
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1010' AND a.asset = 'USD'
  WHERE j.event = 'stripe_payout_arrived' GROUP BY j.id
)
SELECT o.id, o.amount, o.currency, o.status, o.created, m.amount AS moved, r.key, r.cents AS arrived
FROM stripe_payouts AS o
FULL JOIN arrived AS r ON r.key = 'stripe:' || o.id || ':arrived'
LEFT JOIN moved AS m ON m.source_id = o.id
WHERE o.id IS NULL OR m.amount IS DISTINCT FROM o.amount
  OR CASE WHEN o.status = 'paid' THEN r.cents IS DISTINCT FROM o.amount ELSE r.key IS NOT NULL END
ORDER BY o.created, o.id, r.key;
