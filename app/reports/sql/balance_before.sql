-- balance_before: what the market held for a seller (or for all) before a moment: what it holds now, less what came since
SELECT (
  SELECT coalesce(-sum(b.balance), 0)
  FROM ledger_accounts AS a JOIN account_balances AS b ON b.account_id = a.id
  WHERE a.number = '2200' AND a.asset = 'CTM' AND (CAST(:seller_id AS uuid) IS NULL OR a.owner_id = :seller_id)
) + (
  SELECT coalesce(sum(p.amount), 0)
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '2200' AND a.asset = 'CTM'
  WHERE j.effective_at >= :moment AND (CAST(:seller_id AS uuid) IS NULL OR a.owner_id = :seller_id)
) AS balance;
