-- open_items: what of each receivable and liability is not cleared before a moment, by the thing it belongs to
WITH lines AS (
  SELECT a.number, a.asset, a.owner_id, p.amount * a.natural_side AS amount, j.effective_at, j.key, j.order_id, j.tx_hash,
    coalesce(t.source_id, j.stripe_id) AS stripe_id,
    coalesce(paid.payment_intent_id, charged.payment_intent_id, refunded.payment_intent_id) AS payment,
    coalesce(paid.order_group_id, charged.order_group_id, refunded.order_group_id, o.group_id) AS group_id,
    coalesce(booked.bank_reference, minted.bank_reference) AS receipt, coalesce(burned.id, settled.id) AS redemption_id
  FROM postings AS p
  JOIN ledger_accounts AS a ON a.id = p.account_id
  JOIN (  -- one that turns another one back belongs to what that is about
    SELECT n.id, n.effective_at, coalesce(first.key, n.key) AS key, coalesce(first.event, n.event) AS event, n.order_id,
      n.tx_hash, n.stripe_id, n.block_hash, n.log_index
    FROM journals AS n LEFT JOIN journals AS first ON first.id = n.reverses_id
  ) AS j ON j.id = p.journal_id
  LEFT JOIN stripe_balance_transactions AS t ON t.id = j.stripe_id
  LEFT JOIN card_payments AS paid ON paid.payment_intent_id = j.stripe_id
  LEFT JOIN card_payments AS charged ON charged.charge_id = t.source_id
  LEFT JOIN card_refunds AS r ON r.stripe_refund_id = coalesce(t.source_id, j.stripe_id)
  LEFT JOIN card_payments AS refunded ON refunded.id = r.payment_id
  LEFT JOIN orders AS o ON o.id = j.order_id
  LEFT JOIN chain_logs AS g ON g.block_hash = j.block_hash AND g.log_index = j.log_index
    AND j.event IN ('tokens_sold_to_wallet', 'tokens_redeemed')
  LEFT JOIN chain_intents AS i ON i.kind IN ('mint_wallet', 'redeem') AND i.arguments ->> 'ref' = encode(g.topics[3], 'hex')
  LEFT JOIN bank_receipts AS booked ON j.key = 'bank:' || booked.bank_reference
  LEFT JOIN bank_receipts AS minted ON i.key = 'mint-wallet:' || minted.id
  LEFT JOIN redemptions AS burned ON i.key = 'redeem:' || burned.id
  LEFT JOIN redemptions AS settled ON j.event IN ('redemption_paid', 'redemption_returned', 'chargeback_kept')
    AND settled.id::text = split_part(j.key, ':', 2)
  WHERE a.number = ANY(:numbers) AND j.effective_at < :before
), items AS (
  SELECT number, asset, sum(amount) AS amount, min(effective_at) AS since, max(effective_at) AS moved_at,
    CASE number
      WHEN '1105' THEN coalesce(payment, key)
      WHEN '1110' THEN coalesce(stripe_id, key)
      WHEN '1120' THEN coalesce(stripe_id, key)
      WHEN '2150' THEN coalesce(receipt, group_id::text, key)
      WHEN '2210' THEN coalesce(redemption_id::text, key)
      WHEN '2310' THEN convert_from(substring(uuid_send(owner_id) FROM 15), 'UTF8')
      WHEN '2320' THEN convert_from(substring(uuid_send(owner_id) FROM 15), 'UTF8')
      WHEN '2900' THEN coalesce(order_id::text, '0x' || encode(tx_hash, 'hex'), key)
      ELSE coalesce(owner_id::text, 'own wallets')
    END AS item,
    min(owner_id::text)::uuid AS owner_id, min(group_id::text)::uuid AS group_id, min(order_id::text)::uuid AS order_id,
    min(redemption_id::text)::uuid AS redemption_id
  FROM lines
  GROUP BY number, asset, item
  HAVING sum(amount) <> 0
)
SELECT i.number, i.asset, i.item, i.amount, i.since, i.moved_at,
  coalesce(
    (SELECT o.number || ' · ' || s.name FROM orders AS o JOIN organizations AS s ON s.id = o.organization_id
     WHERE i.number IN ('2110', '2900') AND o.id = coalesce(i.owner_id, i.order_id)),
    (SELECT string_agg(o.number, ', ' ORDER BY o.number) FROM orders AS o
     WHERE i.number IN ('1105', '2150') AND o.group_id = i.group_id),
    (SELECT s.name FROM redemptions AS r JOIN organizations AS s ON s.id = r.organization_id
     WHERE r.id = i.redemption_id),
    (SELECT s.name FROM organizations AS s WHERE i.number IN ('1300', '1310', '2120', '2200', '2400') AND s.id = i.owner_id),
    (SELECT u.email FROM users AS u WHERE i.number = '2410' AND u.id = i.owner_id),
    '') AS about
FROM items AS i
ORDER BY i.number, i.asset, i.since, i.item;
