-- unasked_charges: charges and refunds Stripe made that belong to no payment or refund of ours, told once they are old
SELECT t.id, t.type, t.source_id, t.amount, t.currency, t.created
FROM stripe_transactions_now AS t
WHERE t.created < :settled_before
  AND ((t.type IN ('charge', 'payment') AND NOT EXISTS (
          SELECT 1 FROM card_payments AS p WHERE p.charge_id = t.source_id AND p.state = 'succeeded'))
    OR (t.type IN ('refund', 'payment_refund') AND NOT EXISTS (
          SELECT 1 FROM card_refunds AS r WHERE r.stripe_refund_id = t.source_id AND r.state IN ('succeeded', 'failed'))))
ORDER BY t.created, t.id;
