-- capital: what the operator paid into the bank account or took out of it, by the journals that say so
SELECT coalesce(sum(p.amount), 0) AS cents
FROM journals AS j
JOIN postings AS p ON p.journal_id = j.id
JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1010' AND a.asset = 'USD'
WHERE j.event IN ('capital_paid_in', 'capital_paid_out');
