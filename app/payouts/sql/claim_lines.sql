-- claim_lines: orders of a seller that a buyer's bank took back after they were paid, and what is still owed for them
SELECT c.id, o.number, c.order_id, c.cents, c.settled_cents, c.cents - c.settled_cents AS left_cents, c.state, c.reason,
  c.created_at
FROM chargeback_claims AS c
LEFT JOIN orders AS o ON o.id = c.order_id
WHERE c.organization_id = :organization_id
ORDER BY c.created_at DESC, c.id DESC
LIMIT :size;
