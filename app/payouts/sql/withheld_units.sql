-- withheld_units: tax withheld from a seller so far, less what was given back, by the journals
SELECT coalesce(-sum(p.amount), 0)
FROM journals AS j
JOIN postings AS p ON p.journal_id = j.id
JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '2310'
WHERE j.organization_id = :organization_id AND j.event IN ('tax_withheld', 'tax_given_back');
