-- claims: per seller, what is still owed for charged-back orders against the books
WITH owed AS (
  SELECT organization_id, sum(cents - settled_cents) AS cents FROM chargeback_claims WHERE state = 'owed'
  GROUP BY organization_id
), booked AS (
  SELECT a.owner_id AS organization_id, sum(p.amount) AS cents
  FROM postings AS p
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1310'
  GROUP BY a.owner_id
)
SELECT organization_id::text AS organization_id, coalesce(o.cents, 0) AS owed, coalesce(b.cents, 0) AS booked
FROM owed AS o FULL JOIN booked AS b USING (organization_id)
WHERE coalesce(o.cents, 0) <> coalesce(b.cents, 0)
ORDER BY organization_id;
