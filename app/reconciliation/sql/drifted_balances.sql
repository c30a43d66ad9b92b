-- drifted_balances: accounts whose running balance is not the sum of their postings, and assets that are not zero-sum
SELECT a.number, a.asset, a.owner_id::text AS owner_id, coalesce(b.balance, 0) - coalesce(s.total, 0) AS difference
FROM ledger_accounts AS a
LEFT JOIN account_balances AS b ON b.account_id = a.id
LEFT JOIN (SELECT account_id, sum(amount) AS total FROM postings GROUP BY account_id) AS s ON s.account_id = a.id
WHERE coalesce(b.balance, 0) <> coalesce(s.total, 0)
ORDER BY a.number, a.asset, a.owner_id;
