-- journal_lines: the lines of journals, and whose account each is
SELECT p.journal_id, p.line, p.amount, a.number, a.asset, coalesce(o.number, s.name, a.owner_id::text) AS whose
FROM postings AS p
JOIN ledger_accounts AS a ON a.id = p.account_id
LEFT JOIN orders AS o ON o.id = a.owner_id
LEFT JOIN organizations AS s ON s.id = a.owner_id
WHERE p.journal_id = ANY(:journal_ids)
ORDER BY p.journal_id, p.line;
