-- journals_of_order: what was booked for an order, and for the card payment or refund that paid it
SELECT j.id, j.sequence, j.event, j.effective_at, j.booked_at, j.late_for
FROM journals AS j
WHERE j.order_id = (SELECT o.id FROM orders AS o WHERE o.number = :number)
  OR j.stripe_id IN (
    SELECT unnest(ARRAY[p.payment_intent_id, p.charge_id]) FROM card_payments AS p
    WHERE p.order_group_id = (SELECT o.group_id FROM orders AS o WHERE o.number = :number)
    UNION ALL
    SELECT t.id FROM card_payments AS p JOIN stripe_balance_transactions AS t ON t.source_id = p.charge_id
    WHERE p.order_group_id = (SELECT o.group_id FROM orders AS o WHERE o.number = :number)
    UNION ALL
    SELECT t.id FROM card_refunds AS r JOIN stripe_balance_transactions AS t ON t.source_id = r.stripe_refund_id
    WHERE r.order_id = (SELECT o.id FROM orders AS o WHERE o.number = :number)
  )
ORDER BY j.effective_at, j.sequence;
