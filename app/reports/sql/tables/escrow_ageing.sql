-- escrow_ageing: what the escrow held for each order at the end of a day, and for how many days
SELECT o.number AS order_number, s.name AS seller, coalesce(c.name, u.name) AS buyer, held.since, held.days, held.amount,
  CASE WHEN held.days <= 7 THEN held.amount END AS days_0_7,
  CASE WHEN held.days BETWEEN 8 AND 30 THEN held.amount END AS days_8_30,
  CASE WHEN held.days BETWEEN 31 AND 60 THEN held.amount END AS days_31_60,
  CASE WHEN held.days > 60 THEN held.amount END AS days_over_60,
  o.settlement_status AS state_now, held.tx_hash, held.block_number, held.log_index
FROM (
  SELECT a.owner_id AS order_id, -b.balance + coalesce(later.amount, 0) AS amount, funded.effective_at AS since,
    extract(day FROM :ends_at - funded.effective_at)::int AS days, funded.tx_hash, funded.block_number, funded.log_index
  FROM ledger_accounts AS a
  JOIN account_balances AS b ON b.account_id = a.id
  LEFT JOIN (
    SELECT p.account_id, sum(p.amount) AS amount
    FROM journals AS j JOIN postings AS p ON p.journal_id = j.id
    JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '2110'
    WHERE j.booked_at >= :ends_at
    GROUP BY p.account_id
  ) AS later ON later.account_id = a.id
  CROSS JOIN LATERAL (
    SELECT j.effective_at, j.tx_hash, j.block_number, j.log_index FROM journals AS j
    WHERE j.order_id = a.owner_id AND j.event = 'leg_funded' AND j.booked_at < :ends_at
    ORDER BY j.effective_at, j.sequence LIMIT 1
  ) AS funded
  WHERE a.number = '2110' AND a.asset = 'CTM' AND (b.balance <> 0 OR later.amount IS NOT NULL)
) AS held
JOIN orders AS o ON o.id = held.order_id
JOIN order_groups AS g ON g.id = o.group_id
JOIN organizations AS s ON s.id = o.organization_id
LEFT JOIN organizations AS c ON c.id = g.company_id
LEFT JOIN users AS u ON u.id = g.buyer_id
WHERE held.amount <> 0 AND (CAST(:seller_id AS uuid) IS NULL OR o.organization_id = CAST(:seller_id AS uuid))
ORDER BY held.since, o.number;
