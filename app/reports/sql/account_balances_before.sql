-- account_balances_before: every account of these numbers on its natural side before a moment, summed without looking at items
SELECT a.number, a.asset, sum(p.amount) * a.natural_side AS balance
FROM postings AS p
JOIN ledger_accounts AS a ON a.id = p.account_id
JOIN journals AS j ON j.id = p.journal_id
WHERE a.number = ANY(:numbers) AND j.effective_at < :before
GROUP BY a.number, a.asset, a.natural_side
ORDER BY a.number, a.asset;
