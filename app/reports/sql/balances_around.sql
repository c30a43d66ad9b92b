-- balances_around: what the market held for a seller (or for all) before each of two moments: what it holds now, less what came since
SELECT held.units + coalesce(sum(since.amount), 0) AS opening,
  held.units + coalesce(sum(since.amount) FILTER (WHERE since.effective_at >= :ends_at), 0) AS closing
FROM (
  SELECT coalesce(-sum(b.balance), 0) AS units
  FROM ledger_accounts AS a JOIN account_balances AS b ON b.account_id = a.id
  WHERE a.number = '2200' AND a.asset = 'CTM' AND (CAST(:seller_id AS uuid) IS NULL OR a.owner_id = :seller_id)
) AS held
LEFT JOIN (
  SELECT p.amount, j.effective_at
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '2200' AND a.asset = 'CTM'
  WHERE j.effective_at >= :starts_at AND (CAST(:seller_id AS uuid) IS NULL OR a.owner_id = :seller_id)
) AS since ON true
GROUP BY held.units;
