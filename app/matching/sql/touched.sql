-- touched: references of each family that something was added to since the watermarks, and those that are still open
WITH fresh AS (  -- with whatever an entry took back stands under the name of what it took back
  SELECT id, key, event, stripe_id, tx_hash FROM journals WHERE xid >= :xid AND reverses_id IS NULL
  UNION ALL
  SELECT j.id, o.key, o.event, o.stripe_id, o.tx_hash FROM journals AS j JOIN journals AS o ON o.id = j.reverses_id WHERE j.xid >= :xid
), lines AS (
  SELECT f.key, f.event, f.stripe_id, a.number
  FROM fresh AS f
  JOIN postings AS p ON p.journal_id = f.id
  JOIN ledger_accounts AS a ON a.id = p.account_id
  WHERE a.number IN ('1100', '1105', '1110')
    OR (a.asset = 'CTM' AND a.number IN ('1200', '1205', '1206', '1210', '1230', '1250', '3910') AND f.tx_hash IS NULL)
), seen AS (
  SELECT t.id, t.type, t.source_id FROM stripe_balance_transactions AS t WHERE t.ingested_at >= :since
  UNION
  SELECT t.id, t.type, t.source_id FROM stripe_retellings AS r JOIN stripe_balance_transactions AS t ON t.id = r.transaction_id
  WHERE r.told_at >= :since
), touched (family, reference) AS (
  SELECT 'stripe', coalesce(stripe_id, key) FROM lines WHERE number = '1100'
  UNION
  SELECT 'stripe', id FROM seen
  UNION
  SELECT 'card', coalesce(stripe_id, key) FROM lines
  WHERE number = '1105' AND event IN ('card_payment_succeeded', 'card_refund_succeeded', 'card_refund_failed')
  UNION
  SELECT 'card', coalesce(p.payment_intent_id, s.source_id) FROM seen AS s
  LEFT JOIN card_payments AS p ON p.charge_id = s.source_id AND p.state = 'succeeded'
  WHERE s.type IN ('charge', 'payment', 'refund', 'payment_refund', 'refund_failure')
    AND coalesce(p.payment_intent_id, s.source_id) IS NOT NULL
  UNION
  SELECT 'card', payment_intent_id FROM card_payments WHERE state = 'succeeded' AND succeeded_at >= :since
  UNION
  SELECT 'card', stripe_refund_id FROM card_refunds
  WHERE stripe_refund_id IS NOT NULL AND state <> 'planned' AND coalesce(settled_at, created_at) >= :since
  UNION
  SELECT 'payout', stripe_id FROM lines
  WHERE number = '1110' AND event IN ('stripe_payout_arrived', 'stripe_payout_returned') AND stripe_id IS NOT NULL
  UNION
  SELECT 'payout', source_id FROM seen WHERE type IN ('payout', 'payout_failure', 'payout_cancel') AND source_id IS NOT NULL
  UNION
  SELECT 'payout', id FROM stripe_payouts
  WHERE created >= :since OR itemized_at >= :since OR status IN ('pending', 'in_transit')
  UNION
  SELECT 'chain', key FROM lines WHERE number NOT IN ('1100', '1105', '1110')
  UNION
  SELECT 'bank', n.name FROM journals AS j JOIN match_bank_names AS n ON n.id = j.reverses_id WHERE j.xid >= :xid
  UNION
  SELECT 'bank', name FROM match_bank_names WHERE :is_whole
  UNION
  SELECT family, reference FROM match_exceptions WHERE state <> 'closed' AND family <> 'drift'
), transactions AS (  -- by their hash, which is quicker than by its name
  SELECT tx_hash FROM fresh WHERE tx_hash IS NOT NULL
  UNION
  SELECT l.tx_hash FROM chain_logs AS l
  WHERE l.chain_id = :chain_id AND l.address = :token AND l.topics[1] = :transfer AND (l.final_at >= :since OR l.final_at IS NULL)
  UNION
  SELECT decode(substr(reference, 3), 'hex') FROM touched WHERE family = 'chain' AND reference ~ '^0x[0-9a-f]{64}$'
)
INSERT INTO match_touched (family, reference, tx_hash)
SELECT family, reference, NULL FROM touched WHERE NOT (family = 'chain' AND reference ~ '^0x[0-9a-f]{64}$')
UNION ALL
SELECT 'chain', '0x' || encode(tx_hash, 'hex'), tx_hash FROM transactions;
