-- post_lines: the lines of journals written in this transaction, once all their accounts are there
INSERT INTO postings (journal_id, line, account_id, amount)
SELECT p.id, l.line, CASE WHEN n.owner_id IS NULL
    THEN (SELECT a.id FROM ledger_accounts AS a WHERE a.number = n.number AND a.owner_id IS NULL AND a.asset = n.asset)
    ELSE (SELECT a.id FROM ledger_accounts AS a WHERE a.number = n.number AND a.owner_id = n.owner_id AND a.asset = n.asset) END, l.amount
FROM json_to_recordset(CAST(:lines AS json)) AS l(place integer, line integer, account integer, amount numeric)
JOIN json_to_recordset(CAST(:accounts AS json)) AS n(account integer, number text, asset text, owner_id uuid) ON n.account = l.account
JOIN json_to_recordset(CAST(:posted AS json)) AS p(place integer, id uuid) ON p.place = l.place;
