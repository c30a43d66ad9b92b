-- trial_balance: what every account began a month with, what moved and what it ended with, debit positive, owners added up
SELECT a.number, a.asset, sum(m.opening) AS opening, sum(m.debits) AS debits, sum(m.credits) AS credits,
  sum(m.closing) AS closing, count(a.owner_id) AS owner_count
FROM month_balances(:period) AS m JOIN ledger_accounts AS a ON a.id = m.account_id
GROUP BY a.number, a.asset
ORDER BY a.number, a.asset;
