-- sales_of_year: what a shop's orders have released, commission included, from the first to before the last moment, in
-- base units of the token
SELECT coalesce(sum((e.details ->> 'net')::numeric + (e.details ->> 'fee')::numeric), 0) AS units
FROM order_events AS e JOIN orders AS o ON o.id = e.order_id
WHERE o.organization_id = :organization_id AND e.kind = 'leg_released' AND e.at >= :starts_at AND e.at < :ends_at;
