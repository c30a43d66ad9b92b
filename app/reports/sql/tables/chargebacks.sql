-- chargebacks: card payments that were disputed at the card's bank in a period, with what Stripe took and gave back for them
SELECT d.opened_at, d.stripe_dispute_id AS dispute, p.charge_id AS charge, bought.orders, bought.sellers, d.reason, d.amount_minor AS amount,
  d.currency AS asset, moved.fee, -moved.withdrawn AS withdrawn, moved.reinstated, d.status, moved.withdrawn_by, moved.reinstated_by,
  d.updated_at
FROM card_disputes AS d
JOIN card_payments AS p ON p.id = d.payment_id
LEFT JOIN LATERAL (
  SELECT string_agg(o.number, ', ' ORDER BY o.number) AS orders, string_agg(DISTINCT s.name, ', ') AS sellers
  FROM orders AS o JOIN organizations AS s ON s.id = o.organization_id
  WHERE o.group_id = p.order_group_id
) AS bought ON true
LEFT JOIN LATERAL (
  SELECT sum(t.fee) AS fee, sum(t.amount) FILTER (WHERE t.amount < 0) AS withdrawn, sum(t.amount) FILTER (WHERE t.amount > 0) AS reinstated,
    min(t.id) FILTER (WHERE t.amount < 0) AS withdrawn_by, min(t.id) FILTER (WHERE t.amount > 0) AS reinstated_by
  FROM stripe_balance_transactions AS t
  WHERE t.source_id = d.stripe_dispute_id
) AS moved ON true
WHERE d.opened_at >= :starts_at AND d.opened_at < :ends_at
ORDER BY d.opened_at, d.stripe_dispute_id;
