-- accounts_in_use: every account something was posted to, and what stands on it, debit positive
SELECT a.number, a.owner_id, a.asset, s.exponent, b.balance
FROM ledger_accounts AS a
JOIN account_balances AS b ON b.account_id = a.id
JOIN assets AS s ON s.code = a.asset
ORDER BY a.number, a.owner_id NULLS FIRST, a.asset;
