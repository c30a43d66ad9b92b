-- history: makes years of trade out of what one market has seen so far, each time for another shop, buyer and day.
-- :times copies; :busy_shop takes half of them and :shops the rest in turn; :busy_buyer every fiftieth, the others are guests'.
-- Rows are whole and balanced, so the triggers of the books let them in; but the chain knows none of them.
CREATE FUNCTION pg_temp.moved(id uuid, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
  $$ SELECT md5(id::text || n)::uuid $$;
CREATE FUNCTION pg_temp.moved_bytes(hash bytea, n bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS
  $$ SELECT sha256(hash || n::text::bytea) $$;

CREATE TEMPORARY TABLE copies AS
SELECT n, n * interval '25 minutes' AS ago,
  CASE WHEN n % 2 = 0 THEN CAST(:busy_shop AS uuid) ELSE (CAST(:shops AS uuid[]))[1 + n / 2 % cardinality(CAST(:shops AS uuid[]))] END AS shop,
  CASE WHEN n % 50 = 0 THEN CAST(:busy_buyer AS uuid) END AS buyer,
  CASE WHEN n <= 100 THEN (ARRAY['to_ship', 'on_the_way', 'disputed'])[1 + n / 2 % 3] WHEN n % 9 = 0 THEN 'unpaid' ELSE 'done' END AS state
FROM generate_series(1, CAST(:times AS bigint)) AS n;

ANALYZE copies;

CREATE TEMPORARY TABLE originals AS SELECT number, group_id FROM orders;

INSERT INTO order_groups SELECT x.* FROM order_groups AS r CROSS JOIN copies AS c CROSS JOIN jsonb_populate_record(r, jsonb_build_object(
  'id', pg_temp.moved(r.id, n), 'form_token', pg_temp.moved(r.form_token, n), 'access_token', r.access_token || n, 'cart_id', NULL,
  'email', 'guest' || n || '@people.example',
  'buyer_id', c.buyer, 'placed_at', r.placed_at - c.ago, 'hold_until', r.hold_until - c.ago, 'paid_at', r.paid_at - c.ago,
  'state', CASE c.state WHEN 'unpaid' THEN 'expired' ELSE r.state END)) AS x;

INSERT INTO orders SELECT x.* FROM orders AS r CROSS JOIN copies AS c CROSS JOIN jsonb_populate_record(r, jsonb_build_object(
  'id', pg_temp.moved(r.id, n), 'sequence', nextval(pg_get_serial_sequence('orders', 'sequence')), 'number', r.number || '-' || n,
  'group_id', pg_temp.moved(r.group_id, n), 'organization_id', c.shop, 'placed_at', r.placed_at - c.ago, 'ship_by', r.ship_by - c.ago,
  'promised_by', r.promised_by - c.ago, 'auto_release_at', r.auto_release_at - c.ago,
  'payment_status', CASE c.state WHEN 'unpaid' THEN 'none' ELSE r.payment_status END,
  'fulfillment_status', CASE c.state WHEN 'to_ship' THEN 'unfulfilled' WHEN 'unpaid' THEN 'unfulfilled' ELSE 'fulfilled' END,
  'settlement_status',
    CASE c.state WHEN 'done' THEN 'released' WHEN 'disputed' THEN 'disputed' WHEN 'unpaid' THEN 'none' ELSE 'in_escrow' END)) AS x;

INSERT INTO order_lines SELECT x.* FROM order_lines AS r CROSS JOIN copies AS c CROSS JOIN jsonb_populate_record(r, jsonb_build_object(
  'id', pg_temp.moved(r.id, n), 'order_id', pg_temp.moved(r.order_id, n))) AS x;

INSERT INTO order_events SELECT x.* FROM order_events AS r CROSS JOIN copies AS c CROSS JOIN jsonb_populate_record(r, jsonb_build_object(
  'id', pg_temp.moved(r.id, n), 'sequence', nextval(pg_get_serial_sequence('order_events', 'sequence')),
  'order_id', pg_temp.moved(r.order_id, n), 'at', r.at - c.ago)) AS x;

INSERT INTO disputes (order_id, reason, text, state, opened_at, resolved_at)
SELECT pg_temp.moved(r.id, n), 'other', 'It is wet.', CASE c.state WHEN 'disputed' THEN 'open' ELSE 'resolved' END,
  r.placed_at - c.ago, r.placed_at - c.ago
FROM orders AS r CROSS JOIN copies AS c
WHERE r.number IN (SELECT number FROM originals) AND (c.state = 'disputed' OR n % 5 = 0);

INSERT INTO escrows SELECT x.* FROM escrows AS r CROSS JOIN copies AS c CROSS JOIN jsonb_populate_record(r, jsonb_build_object(
  'id', pg_temp.moved(r.id, n), 'order_group_id', pg_temp.moved(r.order_group_id, n),
  'escrow_id', pg_temp.moved_bytes(r.escrow_id, n))) AS x;

INSERT INTO escrow_legs SELECT x.* FROM escrow_legs AS r CROSS JOIN copies AS c CROSS JOIN jsonb_populate_record(r, jsonb_build_object(
  'id', pg_temp.moved(r.id, n), 'escrow_id', pg_temp.moved(r.escrow_id, n), 'order_id', pg_temp.moved(r.order_id, n),
  'organization_id', c.shop, 'seller_is_market_held', n % 2 = 0, 'auto_release_at', r.auto_release_at - c.ago, 'give_back_at', NULL,
  'seen_funded', c.state <> 'unpaid', 'final_funded', c.state <> 'unpaid',
  'seen_released', CASE c.state WHEN 'done' THEN r.seen_released ELSE 0 END,
  'final_released', CASE c.state WHEN 'done' THEN r.final_released ELSE 0 END)) AS x;

INSERT INTO card_payments SELECT x.* FROM card_payments AS r CROSS JOIN copies AS c CROSS JOIN jsonb_populate_record(r, jsonb_build_object(
  'id', pg_temp.moved(r.id, n), 'order_group_id', pg_temp.moved(r.order_group_id, n), 'session_id', r.session_id || '_' || n,
  'payment_intent_id', r.payment_intent_id || '_' || n, 'charge_id', r.charge_id || '_' || n)) AS x;

INSERT INTO stripe_balance_transactions SELECT x.* FROM stripe_balance_transactions AS r CROSS JOIN copies AS c
CROSS JOIN jsonb_populate_record(r, jsonb_build_object('id', r.id || '_' || n, 'source_id', r.source_id || '_' || n)) AS x;

INSERT INTO card_refunds (key, payment_id, order_id, amount_minor, currency, reason, state, created_at)
SELECT 'copy:' || r.id || n, pg_temp.moved(r.id, n), NULL, r.amount_minor, r.currency, 'kind',
  CASE WHEN n <= 10 THEN 'failed' ELSE 'succeeded' END, r.created_at - c.ago
FROM card_payments AS r CROSS JOIN copies AS c WHERE r.order_group_id IN (SELECT group_id FROM originals);

INSERT INTO card_disputes (stripe_dispute_id, payment_id, amount_minor, currency, reason, status, opened_at, updated_at)
SELECT 'dp_' || r.id || n, pg_temp.moved(r.id, n), r.amount_minor, r.currency, 'fraudulent',
  CASE WHEN n <= 10 THEN 'needs_response' ELSE 'won' END, r.created_at - c.ago, r.created_at - c.ago
FROM card_payments AS r CROSS JOIN copies AS c WHERE r.order_group_id IN (SELECT group_id FROM originals);

INSERT INTO webhook_events (stripe_event_id, type, created, payload, received_at, handled_at, problem)
SELECT 'evt_copy_' || n, 'checkout.session.completed', now() - ago,
  jsonb_build_object('data', jsonb_build_object('object', jsonb_build_object('id', 'cs_copy_' || n))),
  now() - ago, CASE WHEN n > 10 THEN now() - ago END, CASE WHEN n <= 10 THEN 'refused' END
FROM copies;

INSERT INTO bank_receipts (bank_reference, reference_key, payer_name, wallet_address, amount_minor, received_at)
SELECT 'COPY-' || n, 'COPY' || n, 'Sok', decode(repeat('ab', 20), 'hex'), 100, now() - ago FROM copies;

INSERT INTO chain_intents SELECT x.* FROM chain_intents AS r CROSS JOIN copies AS c CROSS JOIN jsonb_populate_record(r, jsonb_build_object(
  'id', pg_temp.moved(r.id, n), 'key', r.key || ':' || n, 'escrow_id', pg_temp.moved(r.escrow_id, n),
  'leg_id', pg_temp.moved(r.leg_id, n), 'after_id', NULL,
  'arguments', coalesce(jsonb_set(r.arguments, '{ref}', to_jsonb(
    encode(pg_temp.moved_bytes(decode(r.arguments ->> 'ref', 'hex'), n), 'hex'))), r.arguments), 'created_at', r.created_at - c.ago,
  'state', CASE WHEN n <= 10 THEN 'stuck' ELSE 'done' END)) AS x;

INSERT INTO chain_logs SELECT x.* FROM chain_logs AS r CROSS JOIN copies AS c CROSS JOIN jsonb_populate_record(r, jsonb_build_object(
  'block_hash', pg_temp.moved_bytes(r.block_hash, n), 'block_time', r.block_time - c.ago,
  'topics', to_jsonb(r.topics[1:2] || pg_temp.moved_bytes(r.topics[3], n)))) AS x
WHERE cardinality(r.topics) > 2;

INSERT INTO outgoing_mails SELECT x.* FROM outgoing_mails AS r CROSS JOIN copies AS c CROSS JOIN jsonb_populate_record(r, jsonb_build_object(
  'id', pg_temp.moved(r.id, n), 'key', r.key || ':' || n, 'recipient', 'guest' || n || '@people.example',
  'created_at', r.created_at - c.ago, 'sent_at', r.created_at - c.ago)) AS x;

INSERT INTO audit_entries SELECT x.* FROM audit_entries AS r CROSS JOIN copies AS c CROSS JOIN jsonb_populate_record(r, jsonb_build_object(
  'id', pg_temp.moved(r.id, n), 'subject_id', c.shop, 'at', r.at - c.ago)) AS x WHERE n % 5 = 0;

INSERT INTO alarms (kind, facts, raised_at, seen_at, cleared_at)
SELECT 'stuck_intents', '{"count": 1}', now() - ago, now() - ago, now() - ago FROM copies;

INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts, args)
SELECT 'default', 'notify.send', 'failed', 1, '{}' FROM copies WHERE n <= 10;

INSERT INTO bank_files SELECT x.* FROM bank_files AS r CROSS JOIN copies AS c CROSS JOIN jsonb_populate_record(r, jsonb_build_object(
  'id', pg_temp.moved(r.id, n), 'created_at', r.created_at - c.ago, 'reference_key', r.reference_key || n)) AS x WHERE n % 20 = 0;

INSERT INTO redemptions SELECT x.* FROM redemptions AS r CROSS JOIN copies AS c CROSS JOIN jsonb_populate_record(r, jsonb_build_object(
  'id', pg_temp.moved(r.id, n), 'organization_id', c.shop, 'form_token', pg_temp.moved(r.form_token, n),
  'requested_at', r.requested_at - c.ago,
  'bank_file_id', CASE WHEN n % 20 = 0 THEN pg_temp.moved(r.bank_file_id, n) END)) AS x WHERE n % 20 < 2;

INSERT INTO ledger_accounts (id, number, owner_id, asset, natural_side, may_go_negative)
SELECT pg_temp.moved(r.id, n), r.number, pg_temp.moved(r.owner_id, n), r.asset, r.natural_side, r.may_go_negative
FROM ledger_accounts AS r CROSS JOIN copies WHERE r.number = '2110';
INSERT INTO ledger_accounts (number, owner_id, asset, natural_side, may_go_negative)
SELECT DISTINCT r.number, c.shop, r.asset, r.natural_side, r.may_go_negative
FROM ledger_accounts AS r CROSS JOIN copies AS c WHERE r.number IN ('1230', '2200', '2120') AND r.owner_id IS NOT NULL
ON CONFLICT DO NOTHING;

CREATE TEMPORARY TABLE copied_journals AS
SELECT r.id, c.n, c.shop FROM journals AS r CROSS JOIN copies AS c WHERE r.event NOT LIKE 'capital%' AND r.reverses_id IS NULL;

INSERT INTO journals SELECT x.* FROM journals AS r JOIN copied_journals AS k USING (id) JOIN copies AS c USING (n)
CROSS JOIN jsonb_populate_record(r, jsonb_build_object(
  'id', pg_temp.moved(r.id, n), 'sequence', nextval(pg_get_serial_sequence('journals', 'sequence')), 'key', r.key || '_' || n,
  'effective_at', r.effective_at - c.ago, 'booked_at', r.booked_at - c.ago,
  'period', to_char((r.booked_at - c.ago) AT TIME ZONE 'UTC', 'YYYY-MM'), 'order_id', pg_temp.moved(r.order_id, n),
  'organization_id', CASE WHEN r.organization_id IS NOT NULL THEN c.shop END, 'stripe_id', r.stripe_id || '_' || n,
  'block_hash', pg_temp.moved_bytes(r.block_hash, n), 'tx_hash', pg_temp.moved_bytes(r.tx_hash, n))) AS x;

CREATE INDEX ON copied_journals (n);

ANALYZE copied_journals, journals, ledger_accounts;

INSERT INTO postings (journal_id, line, account_id, amount)
SELECT pg_temp.moved(p.journal_id, k.n), p.line,
  CASE WHEN a.number = '2110' THEN pg_temp.moved(a.id, k.n) WHEN a.owner_id IS NULL THEN a.id ELSE of_shop.id END, p.amount
FROM postings AS p JOIN copied_journals AS k ON k.id = p.journal_id JOIN ledger_accounts AS a ON a.id = p.account_id
LEFT JOIN ledger_accounts AS of_shop ON of_shop.number = a.number AND of_shop.asset = a.asset AND of_shop.owner_id = k.shop
WHERE k.n BETWEEN :first AND :last;
