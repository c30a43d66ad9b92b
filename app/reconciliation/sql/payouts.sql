-- payouts: Stripe's payouts whose movements or whose journals at the bank differ from the payout itself
WITH moved AS (
  SELECT source_id, -sum(amount) FILTER (WHERE type = 'payout') AS amount,
    coalesce(sum(amount) FILTER (WHERE type <> 'payout'), 0) AS came_back
  FROM stripe_transactions_now WHERE type IN ('payout', 'payout_failure', 'payout_cancel') GROUP BY source_id
), arrived AS (
  SELECT j.stripe_id, min(j.key) AS key, sum(p.amount) AS cents
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1010' AND a.asset = 'USD'
  WHERE j.event IN ('stripe_payout_arrived', 'stripe_payout_returned') AND j.reverses_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = j.id)
  GROUP BY j.stripe_id
)
SELECT o.id, o.amount, o.currency, o.status, o.created, m.amount AS moved, m.came_back, r.key, r.cents AS arrived
FROM stripe_payouts AS o
FULL JOIN arrived AS r ON r.stripe_id = o.id
LEFT JOIN moved AS m ON m.source_id = o.id
WHERE o.id IS NULL OR m.amount IS DISTINCT FROM o.amount
  OR coalesce(r.cents, 0) <> CASE WHEN o.status = 'paid' THEN o.amount ELSE 0 END
  OR m.came_back <> CASE WHEN o.status IN ('failed', 'canceled') THEN o.amount ELSE 0 END
ORDER BY o.created, o.id, r.key;
