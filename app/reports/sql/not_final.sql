-- not_final: legs whose head differs from what is final: shown apart, never in the totals
SELECT o.number AS order_number, s.name AS seller, l.amount,
  CASE WHEN NOT l.final_funded THEN l.amount ELSE 0 END AS funding,
  l.seen_released - l.final_released AS releasing, l.seen_refunded - l.final_refunded AS refunding
FROM escrow_legs AS l
JOIN orders AS o ON o.id = l.order_id
JOIN organizations AS s ON s.id = l.organization_id
WHERE l.seen_funded AND (NOT l.final_funded OR l.seen_released <> l.final_released OR l.seen_refunded <> l.final_refunded)
  AND (CAST(:seller_id AS uuid) IS NULL OR l.organization_id = :seller_id)
ORDER BY l.id;
