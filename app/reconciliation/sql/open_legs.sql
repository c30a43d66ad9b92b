-- open_legs: what the books owe on each order against what is left in its leg by final blocks
WITH legs AS (
  SELECT l.order_id, sum(l.amount - l.final_released - l.final_refunded) AS units
  FROM escrow_legs AS l
  WHERE l.final_funded
  GROUP BY l.order_id
), owed AS (
  SELECT a.owner_id AS order_id, -sum(p.amount) AS units
  FROM postings AS p
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '2110' AND a.asset = 'CTM'
  GROUP BY a.owner_id
)
SELECT order_id::text AS order_id, coalesce(l.units, 0) AS units, coalesce(o.units, 0) AS booked,
  l.units IS NOT NULL AS is_known
FROM legs AS l FULL JOIN owed AS o USING (order_id)
WHERE :only_differences = false AND (l.units > 0 OR o.units > 0) OR coalesce(l.units, 0) <> coalesce(o.units, 0)
ORDER BY order_id;
