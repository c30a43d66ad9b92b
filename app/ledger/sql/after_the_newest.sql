-- after_the_newest: accounts whose balance is not what the newest snapshot and the postings since make it
WITH newest AS (
  SELECT s.id, s.through FROM period_snapshots AS s CROSS JOIN books AS b
  WHERE s.through <= b.closed_through ORDER BY s.through DESC, s.version DESC LIMIT 1
), since AS (
  SELECT p.account_id, sum(p.amount) AS amount
  FROM newest AS n JOIN journals AS j ON j.booked_at >= n.through JOIN postings AS p ON p.journal_id = j.id
  GROUP BY p.account_id
)
SELECT a.number, a.asset, coalesce(a.owner_id::text, '') AS owner,
  coalesce(b.balance, 0) - coalesce(k.closing, 0) - coalesce(s.amount, 0) AS difference
FROM newest AS n
CROSS JOIN ledger_accounts AS a
LEFT JOIN account_balances AS b ON b.account_id = a.id
LEFT JOIN period_balances AS k ON k.account_id = a.id AND k.snapshot_id = n.id
LEFT JOIN since AS s ON s.account_id = a.id
WHERE coalesce(b.balance, 0) <> coalesce(k.closing, 0) + coalesce(s.amount, 0)
ORDER BY a.number, a.asset, owner;
