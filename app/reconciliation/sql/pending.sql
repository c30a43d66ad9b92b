-- pending: what is on its way: no difference, but listed so that nobody has to wonder
SELECT 'payment_without_transaction' AS kind, p.payment_intent_id AS culprit, 'USD' AS asset,
  p.amount_minor::numeric AS amount, p.succeeded_at AS since
FROM card_payments AS p
WHERE p.state = 'succeeded' AND p.succeeded_at >= :settled_before AND NOT EXISTS (
  SELECT 1 FROM stripe_balance_transactions AS t WHERE t.source_id = p.charge_id)
UNION ALL
SELECT 'refund_planned', r.key, 'USD', r.amount_minor, r.created_at FROM card_refunds AS r WHERE r.state = 'planned'
UNION ALL
SELECT 'refund_without_transaction', r.stripe_refund_id, 'USD', r.amount_minor, r.settled_at FROM card_refunds AS r
WHERE r.state = 'succeeded' AND r.settled_at >= :settled_before AND NOT EXISTS (
  SELECT 1 FROM stripe_balance_transactions AS t WHERE t.source_id = r.stripe_refund_id)
UNION ALL
SELECT 'payout_on_its_way', o.id, 'USD', o.amount, o.created FROM stripe_payouts AS o
WHERE o.status IN ('pending', 'in_transit')
UNION ALL
SELECT 'log_not_final', '0x' || encode(l.tx_hash, 'hex'), 'CTM', count(*), min(l.block_time) FROM chain_logs AS l
WHERE l.chain_id = :chain_id AND (l.final_at IS NULL OR l.block_number > :block) GROUP BY l.tx_hash
UNION ALL
SELECT 'intent_' || i.state, i.key, 'CTM', i.amount, i.created_at FROM chain_intents AS i
WHERE i.chain_id = :chain_id AND i.state IN ('planned', 'sent')
UNION ALL
SELECT 'redemption_burning', r.id::text, 'CTM', r.amount_units, r.approved_at FROM redemptions AS r
WHERE r.state = 'burning'
UNION ALL
SELECT 'refund_failed', r.key, 'USD', r.amount_minor, r.created_at FROM card_refunds AS r WHERE r.state = 'failed'
UNION ALL
SELECT 'in_suspense', coalesce(min(j.order_id::text), '0x' || min(encode(j.tx_hash, 'hex')), min(j.key)), a.asset,
  -sum(p.amount), min(j.effective_at)
FROM postings AS p
JOIN journals AS j ON j.id = p.journal_id
JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '2900'
GROUP BY a.asset, coalesce(j.order_id::text, encode(j.tx_hash, 'hex'), j.key) HAVING sum(p.amount) <> 0
UNION ALL
SELECT 'waiting_in_escrow', coalesce(a.owner_id::text, 'own wallets'), 'CTM', -sum(p.amount), min(j.effective_at)
FROM postings AS p
JOIN journals AS j ON j.id = p.journal_id
JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '2120'
GROUP BY a.owner_id HAVING sum(p.amount) <> 0
UNION ALL
SELECT 'charge_without_payment', t.source_id, t.currency, t.amount::numeric, t.created
FROM stripe_balance_transactions AS t
WHERE t.created >= :settled_before AND t.type IN ('charge', 'payment') AND NOT EXISTS (
  SELECT 1 FROM card_payments AS p WHERE p.charge_id = t.source_id AND p.state = 'succeeded')
UNION ALL
SELECT 'escrow_without_order', '0x' || encode(j.tx_hash, 'hex'), 'CTM', sum(p.amount), min(j.effective_at)
FROM journals AS j
JOIN postings AS p ON p.journal_id = j.id
JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1210'
WHERE j.event = 'stray_transfer' GROUP BY j.tx_hash HAVING sum(p.amount) <> 0
ORDER BY since, kind, culprit;
