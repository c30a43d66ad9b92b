-- ledger: the books of two years as a market would have them, in bulk; triggers are off, so whoever calls is a superuser.
-- :orders orders by card of 1,000 shops, spread evenly: each is paid, put into escrow and released, 15 lines in 3 journals.
SET LOCAL session_replication_role = replica;

INSERT INTO organizations (kind, status, name, slug, country, currency, time_zone, number)
SELECT 'company', 'approved', 'Shop ' || n, 'shop-' || n, 'KH', 'USD', 'UTC', 100000 + n FROM generate_series(1, 1000) AS n;

INSERT INTO users (email, fs_uniquifier) VALUES ('accountant@phsar.example', 'accountant');

CREATE TEMPORARY TABLE bought AS
SELECT n, md5('order' || n)::uuid AS order_id, shops.id AS shop, 100::bigint * (100 + n % 9900) AS cents,
  date_trunc('month', now()) - interval '23 months' + n * (now() - date_trunc('month', now()) + interval '23 months') / :orders AS at
FROM generate_series(1, :orders) AS n JOIN (SELECT id, row_number() OVER () AS place FROM organizations) AS shops ON shops.place = 1 + n % 1000;

INSERT INTO orders (id, sequence, number, group_id, position, organization_id, currency, goods_minor, shipping_minor, total_minor, goods_cents,
  shipping_cents, total_cents, fx_per_usd_micro, fx_as_of, fx_source, shipping, commission_bps, payment_status, fulfillment_status, settlement_status,
  ship_by, promised_by, auto_release_at, placed_at)
SELECT order_id, n, 'B' || n, order_id, 1, shop, 'USD', cents, 0, cents, cents, 0, cents, 1000000, at::date, 'none', '{}', 500, 'paid', 'fulfilled',
  'released', at, at, at, at FROM bought;

INSERT INTO ledger_accounts (number, asset, natural_side, may_go_negative) VALUES ('1105', 'USD', 1, true), ('2150', 'USD', -1, true),
  ('3900', 'USD', -1, true), ('3900', 'CTM', -1, true), ('1200', 'CTM', 1, false), ('1205', 'CTM', 1, false), ('1210', 'CTM', 1, false),
  ('4100', 'CTM', -1, true), ('2300', 'CTM', -1, true);
INSERT INTO ledger_accounts (number, owner_id, asset, natural_side, may_go_negative)
SELECT of_shop.number, id, 'CTM', side, false FROM organizations CROSS JOIN (VALUES ('1230', 1), ('2200', -1)) AS of_shop(number, side);
INSERT INTO ledger_accounts (number, owner_id, asset, natural_side, may_go_negative) SELECT '2110', order_id, 'CTM', -1, false FROM bought;
CREATE TEMPORARY TABLE one_account AS SELECT number || asset AS name, id FROM ledger_accounts WHERE owner_id IS NULL;
ANALYZE bought, ledger_accounts;

CREATE TEMPORARY TABLE happened AS
SELECT md5(event || n)::uuid AS id, step, event, order_id, shop, cents, at + step * interval '1 minute' AS at, n
FROM bought CROSS JOIN (VALUES (1, 'card_payment'), (2, 'leg_funded'), (3, 'leg_released')) AS steps(step, event);

INSERT INTO journals (id, key, event, effective_at, posted_at, booked_at, period, payload_hash, order_id, organization_id, stripe_id, chain_id,
  block_number, block_hash, tx_hash, log_index, xid)
SELECT id, event || n, event, at, at, at, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM'), sha256(id::text::bytea), CASE WHEN step > 1 THEN order_id END,
  CASE WHEN step > 1 THEN shop END, CASE WHEN step = 1 THEN 'pi_' || n END, CASE WHEN step > 1 THEN 31337 END, CASE WHEN step > 1 THEN n END,
  CASE WHEN step > 1 THEN sha256(n::text::bytea) END, CASE WHEN step > 1 THEN sha256(id::text::bytea) END, CASE WHEN step > 1 THEN 0 END, 1
FROM happened ORDER BY at, id;

INSERT INTO postings (journal_id, line, account_id, amount)
SELECT h.id, l.line, coalesce(one.id, of_order.id, of_shop.id), l.amount
FROM happened AS h
CROSS JOIN LATERAL (VALUES
  (1, 1, '1105', 'USD', cents), (1, 2, '2150', 'USD', -cents),
  (2, 1, '1210', 'CTM', cents * 10000), (2, 2, '1200', 'CTM', -cents * 10000), (2, 3, '2150', 'USD', cents), (2, 4, '3900', 'USD', -cents),
  (2, 5, '3900', 'CTM', cents * 10000), (2, 6, '2110', 'CTM', -cents * 10000),
  (3, 1, '2110', 'CTM', cents * 10000), (3, 2, '1210', 'CTM', -cents * 10000), (3, 3, '1230', 'CTM', cents * 9500),
  (3, 4, '2200', 'CTM', -cents * 9500), (3, 5, '1205', 'CTM', cents * 500), (3, 6, '4100', 'CTM', -cents * 450), (3, 7, '2300', 'CTM', -cents * 50)
) AS l(step, line, number, asset, amount)
LEFT JOIN one_account AS one ON one.name = l.number || l.asset
LEFT JOIN ledger_accounts AS of_order ON l.number = '2110' AND of_order.number = '2110' AND of_order.asset = 'CTM' AND of_order.owner_id = h.order_id
LEFT JOIN ledger_accounts AS of_shop ON l.number IN ('1230', '2200') AND of_shop.number = l.number AND of_shop.asset = 'CTM' AND of_shop.owner_id = h.shop
WHERE l.step = h.step;

INSERT INTO account_balances (account_id, balance) SELECT account_id, sum(amount) FROM postings GROUP BY account_id;
