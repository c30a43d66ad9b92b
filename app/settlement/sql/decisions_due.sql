-- decisions_due: until when each dispute of these orders can be decided, and the seller's share after that; none while the chain shows no dispute
SELECT l.order_id, max(g.block_time) + (e.terms ->> 'dispute_timeout')::int * interval '1 second' AS due,
  (e.terms ->> 'default_seller_bps')::int AS seller_bps
FROM escrow_legs AS l
JOIN escrows AS e ON e.id = l.escrow_id
JOIN chain_logs AS g ON g.chain_id = e.chain_id AND g.address = e.contract AND g.topics[1] = :disputed
  AND g.topics[2] = e.escrow_id AND g.topics[3] = decode(repeat('00', 16), 'hex') || uuid_send(l.order_id)
WHERE l.order_id = ANY(:order_ids)
GROUP BY l.id, e.id
