-- balance_before: what the market held for a seller (or for all) before a moment
SELECT coalesce(-sum(p.amount), 0) AS balance
FROM postings AS p
JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '2200' AND a.asset = 'CTM'
JOIN journals AS j ON j.id = p.journal_id
WHERE j.effective_at < :moment AND (CAST(:seller_id AS uuid) IS NULL OR a.owner_id = :seller_id);
