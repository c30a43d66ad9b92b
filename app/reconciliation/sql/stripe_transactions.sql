-- stripe_transactions: balance transactions and the journals of the Stripe balance that are not each other's mirror
WITH booked AS (
  SELECT CASE WHEN j.key LIKE 'match:%' THEN 'stripe:' || j.stripe_id ELSE j.key END AS key,
    min(j.event) AS event, min(j.stripe_id) AS stripe_id,
    coalesce(sum(p.amount) FILTER (WHERE a.number = '1100'), 0) AS net,
    coalesce(sum(p.amount) FILTER (WHERE a.number IN ('5100', '5110')), 0) AS fee
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.asset = 'USD'
  WHERE j.reverses_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = j.id)
  GROUP BY 1
  HAVING bool_or(a.number = '1100')
)
SELECT t.id, t.type, t.reporting_category, t.currency, t.net, t.fee, t.source_id,
  b.key, b.event, b.stripe_id, b.net AS booked_net, b.fee AS booked_fee,
  EXISTS (SELECT 1 FROM stripe_transactions_now AS other WHERE other.id = b.stripe_id) AS is_booked_twice
FROM stripe_transactions_now AS t
FULL JOIN booked AS b ON b.key = 'stripe:' || t.id
WHERE t.id IS NULL OR t.net IS DISTINCT FROM b.net OR t.fee IS DISTINCT FROM b.fee OR t.currency <> 'USD'
ORDER BY t.id, b.key;
