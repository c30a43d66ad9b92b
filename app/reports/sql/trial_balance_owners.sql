-- trial_balance_owners: the accounts of a month one by one, debit positive, with whose each is
SELECT a.number, a.asset, coalesce(a.owner_id::text, '') AS owner, coalesce(
    (SELECT o.number || ' · ' || s.name FROM orders AS o JOIN organizations AS s ON s.id = o.organization_id
     WHERE a.number = '2110' AND o.id = a.owner_id),
    (SELECT s.name FROM organizations AS s
     WHERE a.number IN ('1230', '1300', '2120', '2200', '2400') AND s.id = a.owner_id),
    (SELECT u.email FROM users AS u WHERE a.number = '2410' AND u.id = a.owner_id),
    CASE WHEN a.number IN ('2310', '2320') THEN convert_from(substring(uuid_send(a.owner_id) FROM 15), 'UTF8') END,
    '') AS about,
  m.opening, m.debits, m.credits, m.closing
FROM month_balances(:period) AS m JOIN ledger_accounts AS a ON a.id = m.account_id
WHERE CAST(:number AS text) IS NULL OR a.number = :number
ORDER BY a.number, a.asset DESC, about, owner
LIMIT CAST(:most AS integer);
