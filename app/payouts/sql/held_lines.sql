-- held_lines: what is still in escrow for a seller, order by order; people know an order by its number
SELECT l.order_id, o.number, l.amount - l.seen_released - l.seen_refunded AS units, l.is_disputed, l.auto_release_at,
  l.final_funded
FROM escrow_legs AS l
LEFT JOIN orders AS o ON o.id = l.order_id
WHERE l.organization_id = :organization_id AND l.seen_funded AND l.amount > l.seen_released + l.seen_refunded
ORDER BY l.auto_release_at, l.id
LIMIT :size;
