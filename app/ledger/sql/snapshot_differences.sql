-- snapshot_differences: accounts of a snapshot that journals tell otherwise: it begins as the one before it ended, and adds what its month booked
WITH asked AS (
  SELECT s.id, s.through, to_date(s.period, 'YYYY-MM')::timestamp AT TIME ZONE b.time_zone AS starts_at, b.closed_through,
    to_char(to_date(s.period, 'YYYY-MM') - interval '1 month', 'YYYY-MM') AS before
  FROM period_snapshots AS s CROSS JOIN books AS b WHERE s.id = :snapshot_id
), base AS (
  SELECT s.id, s.through FROM period_snapshots AS s JOIN asked AS a ON s.period = a.before AND s.through <= a.closed_through
  ORDER BY s.version DESC LIMIT 1
), told AS (
  SELECT account_id, closing AS opening, 0 AS debits, 0 AS credits FROM period_balances WHERE snapshot_id = (SELECT id FROM base)
  UNION ALL
  SELECT p.account_id, CASE WHEN j.booked_at < a.starts_at THEN p.amount ELSE 0 END,
    CASE WHEN j.booked_at >= a.starts_at THEN greatest(p.amount, 0) ELSE 0 END,
    CASE WHEN j.booked_at >= a.starts_at THEN greatest(-p.amount, 0) ELSE 0 END
  FROM asked AS a
  JOIN journals AS j ON j.booked_at >= coalesce((SELECT through FROM base), '-infinity') AND j.booked_at < a.through
  JOIN postings AS p ON p.journal_id = j.id
), summed AS (
  SELECT account_id, sum(opening) AS opening, sum(debits) AS debits, sum(credits) AS credits FROM told GROUP BY account_id
), kept AS (
  SELECT account_id, opening, debits, credits FROM period_balances WHERE snapshot_id = :snapshot_id
)
SELECT a.number, a.asset, coalesce(a.owner_id::text, '') AS owner,
  coalesce(t.opening + t.debits - t.credits, 0) - coalesce(k.opening + k.debits - k.credits, 0) AS difference
FROM summed AS t
FULL JOIN kept AS k ON k.account_id = t.account_id
JOIN ledger_accounts AS a ON a.id = coalesce(t.account_id, k.account_id)
WHERE coalesce(t.opening, 0) <> coalesce(k.opening, 0) OR coalesce(t.debits, 0) <> coalesce(k.debits, 0)
  OR coalesce(t.credits, 0) <> coalesce(k.credits, 0)
ORDER BY a.number, a.asset, owner;
