-- payouts: Stripe's payouts created in a period: what it said, what left its balance, what is booked at the bank
SELECT o.created, o.arrival_date AS arrives, o.id AS payout, CASE WHEN o.automatic THEN 'automatic' ELSE 'manual' END AS method,
  o.status, o.amount, moved.amount AS left_stripe, banked.amount AS at_bank,
  o.amount - CASE WHEN o.status = 'paid' THEN coalesce(banked.amount, 0) ELSE o.amount + coalesce(banked.amount, 0) END AS difference,
  o.currency AS asset, moved.transaction, o.payload #>> '{trace_id,value}' AS trace_id, banked.journal
FROM stripe_payouts AS o
LEFT JOIN LATERAL (
  SELECT -sum(t.amount) AS amount, min(t.id) FILTER (WHERE t.type = 'payout') AS transaction
  FROM stripe_balance_transactions AS t WHERE t.source_id = o.id
) AS moved ON true
LEFT JOIN LATERAL (
  SELECT sum(p.amount) AS amount, min(j.id::text) AS journal
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1010'
  WHERE j.key IN ('stripe:' || o.id || ':arrived', 'stripe:' || o.id || ':returned')
) AS banked ON true
WHERE o.created >= :starts_at AND o.created < :ends_at
ORDER BY o.created, o.id;
