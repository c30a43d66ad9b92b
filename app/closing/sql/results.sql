-- results: what each month of a time earned and cost, by asset: accounts 4… on their credit side, 5… on their debit side
SELECT j.period, a.asset,
  coalesce(-sum(p.amount) FILTER (WHERE a.number LIKE '4%'), 0) AS income,
  coalesce(sum(p.amount) FILTER (WHERE a.number LIKE '5%'), 0) AS expenses
FROM ledger_accounts AS a
JOIN postings AS p ON p.account_id = a.id
JOIN journals AS j ON j.id = p.journal_id
WHERE (a.number LIKE '4%' OR a.number LIKE '5%') AND j.booked_at >= :starts_at AND j.booked_at < :ends_at
GROUP BY j.period, a.asset
ORDER BY a.asset DESC, j.period;
