-- redemptions: per seller, what was burned for a redemption against what the books owe or paid for it
WITH asked AS (
  SELECT organization_id, sum(amount_cents) AS cents FROM redemptions WHERE state IN ('burned', 'paid', 'returned')
  GROUP BY organization_id
), booked AS (
  SELECT j.organization_id, -sum(p.amount) AS cents
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '2210'
  WHERE j.event = 'tokens_redeemed' AND NOT EXISTS (SELECT FROM journals AS r WHERE r.reverses_id = j.id) GROUP BY j.organization_id
)
SELECT organization_id::text AS organization_id, coalesce(a.cents, 0) AS asked, coalesce(b.cents, 0) AS booked
FROM asked AS a FULL JOIN booked AS b USING (organization_id)
WHERE coalesce(a.cents, 0) <> coalesce(b.cents, 0)
ORDER BY organization_id;
