-- position: cash, and the tokens of buyers and sellers, at the end of each of some days: what they are now, less what was booked after
WITH picked AS (
  SELECT a.id, a.asset, a.natural_side, b.balance
  FROM ledger_accounts AS a JOIN account_balances AS b ON b.account_id = a.id
  WHERE (a.asset = 'USD' AND a.number = ANY(:cash)) OR (a.asset = 'CTM' AND a.number = ANY(:tokens))
), moved AS (
  SELECT (j.booked_at AT TIME ZONE :zone)::date AS day, k.asset, sum(p.amount * k.natural_side) AS amount
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN picked AS k ON k.id = p.account_id
  WHERE j.booked_at >= :starts_at
  GROUP BY 1, 2
)
SELECT d.day::date AS day,
  coalesce((SELECT sum(k.balance * k.natural_side) FROM picked AS k WHERE k.asset = 'USD'), 0)
    - coalesce((SELECT sum(m.amount) FROM moved AS m WHERE m.asset = 'USD' AND m.day > d.day::date), 0) AS first,
  coalesce((SELECT sum(k.balance * k.natural_side) FROM picked AS k WHERE k.asset = 'CTM'), 0)
    - coalesce((SELECT sum(m.amount) FROM moved AS m WHERE m.asset = 'CTM' AND m.day > d.day::date), 0) AS second
FROM generate_series(CAST(:first_day AS timestamp), CAST(:last_day AS timestamp), interval '1 day') AS d (day)
ORDER BY d.day;
