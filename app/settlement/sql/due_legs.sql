-- due_legs: legs whose time has come by the chain's clock, each with what may be done now and was not planned yet
WITH facts AS (
  SELECT l.id AS leg_id, l.is_disputed, l.auto_release_at, l.give_back_at, l.seller_is_market_held, e.terms,
    min(g.block_time) FILTER (WHERE g.topics[1] = :disputed) AS disputed_at,
    min(g.block_time) FILTER (WHERE g.topics[1] = :cancellation) AS asked_at,
    min(g.block_time) FILTER (WHERE g.topics[1] = :shipped) AS shipped_at,
    max(to_timestamp(('x' || encode(substring(g.data FROM 89 FOR 8), 'hex'))::bit(64)::bigint))
      FILTER (WHERE g.topics[1] IN (:shipped, :extended)) AS moved_to  -- the third word of both events
  FROM escrow_legs AS l
  JOIN escrows AS e ON e.id = l.escrow_id
  LEFT JOIN chain_logs AS g ON g.chain_id = e.chain_id AND g.address = e.contract AND g.topics[2] = e.escrow_id
    AND g.topics[3] = decode(repeat('00', 16), 'hex') || uuid_send(l.order_id)
  WHERE e.chain_id = :chain_id AND l.seen_funded AND l.seen_released + l.seen_refunded < l.amount
    AND (l.is_disputed OR l.auto_release_at < :now OR l.ship_by < :now)
  GROUP BY l.id, e.id
), due AS (
  SELECT leg_id, CASE
    WHEN is_disputed THEN
      CASE WHEN disputed_at + (terms ->> 'dispute_timeout')::int * interval '1 second' < :now THEN 'timeout' END
    WHEN asked_at IS NOT NULL AND shipped_at IS NULL THEN
      CASE WHEN asked_at + (terms ->> 'answer_window')::int * interval '1 second' < :now
        THEN 'finalize_cancellation' END
    WHEN give_back_at IS NOT NULL AND shipped_at IS NULL AND seller_is_market_held THEN NULL  -- nothing left: refunded
    WHEN greatest(auto_release_at, moved_to) < :now THEN 'claim'
  END AS kind FROM facts
)
SELECT d.leg_id, d.kind FROM due AS d
WHERE d.kind IS NOT NULL AND NOT EXISTS (SELECT 1 FROM chain_intents AS i WHERE i.key = d.kind || ':' || d.leg_id)
ORDER BY d.leg_id LIMIT :size;
