-- payout_parts: what Stripe says a payout is made of, each part beside its balance transaction and its journal; what does not agree comes first
SELECT p.transaction_id, p.net, t.net AS told, t.net IS NOT DISTINCT FROM p.net AND j.id IS NOT NULL AS agrees,
  j.id AS journal_id, j.event, o.number AS order_number, count(*) OVER () AS all_of_them, sum(p.net) OVER () AS sum
FROM stripe_payout_parts AS p
LEFT JOIN stripe_transactions_now AS t ON t.id = p.transaction_id
LEFT JOIN LATERAL (
  SELECT j.id, j.event, j.order_id FROM journals AS j
  WHERE j.stripe_id = p.transaction_id AND j.reverses_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = j.id)
  ORDER BY j.sequence LIMIT 1
) AS j ON true
LEFT JOIN orders AS o ON o.id = j.order_id
WHERE p.payout_id = :payout_id
ORDER BY agrees, t.created, p.transaction_id
LIMIT :most;
