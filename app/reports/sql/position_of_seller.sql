-- position_of_seller: what the market held for a seller, and what was in escrow for its orders, at the end of each of some days
WITH picked AS (
  SELECT a.id, a.number, b.balance
  FROM ledger_accounts AS a JOIN account_balances AS b ON b.account_id = a.id
  WHERE a.asset = 'CTM' AND ((a.number = '2200' AND a.owner_id = :seller_id)
    OR (a.number = '2110' AND a.owner_id IN (SELECT o.id FROM orders AS o WHERE o.organization_id = :seller_id)))
), moved AS (
  SELECT (j.booked_at AT TIME ZONE :zone)::date AS day, k.number, -sum(p.amount) AS amount
  FROM picked AS k
  JOIN postings AS p ON p.account_id = k.id
  JOIN journals AS j ON j.id = p.journal_id
  WHERE j.booked_at >= :starts_at
  GROUP BY 1, 2
)
SELECT d.day::date AS day,
  coalesce((SELECT -sum(k.balance) FROM picked AS k WHERE k.number = '2200'), 0)
    - coalesce((SELECT sum(m.amount) FROM moved AS m WHERE m.number = '2200' AND m.day > d.day::date), 0) AS first,
  coalesce((SELECT -sum(k.balance) FROM picked AS k WHERE k.number = '2110'), 0)
    - coalesce((SELECT sum(m.amount) FROM moved AS m WHERE m.number = '2110' AND m.day > d.day::date), 0) AS second
FROM generate_series(CAST(:first_day AS timestamp), CAST(:last_day AS timestamp), interval '1 day') AS d (day)
ORDER BY d.day;
