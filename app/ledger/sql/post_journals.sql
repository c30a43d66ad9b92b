-- post_journals: writes journals with all their lines in one statement, but none whose key stands already; opens accounts that are
-- not there yet, in one order, so that two who open the same do not deadlock. Lines wait when somebody else opens one at this moment.
WITH given AS (
  SELECT * FROM json_to_recordset(CAST(:journals AS json)) AS g(place integer, key text, event text, effective_at timestamptz, payload_hash bytea,
    order_id uuid, organization_id uuid, stripe_id text, chain_id bigint, block_number bigint, block_hash bytea, tx_hash bytea, log_index bigint,
    reverses_id uuid, is_adjustment boolean, details jsonb)
), posted AS (
  INSERT INTO journals (key, event, effective_at, payload_hash, order_id, organization_id, stripe_id, chain_id, block_number, block_hash,
    tx_hash, log_index, reverses_id, is_adjustment, details)
  SELECT key, event, effective_at, payload_hash, order_id, organization_id, stripe_id, chain_id, block_number, block_hash,
    tx_hash, log_index, reverses_id, is_adjustment, details FROM given ORDER BY place
  ON CONFLICT (key) DO NOTHING
  RETURNING id, key
), named AS (
  SELECT n.*, CASE WHEN n.owner_id IS NULL
      THEN (SELECT a.id FROM ledger_accounts AS a WHERE a.number = n.number AND a.owner_id IS NULL AND a.asset = n.asset)
      ELSE (SELECT a.id FROM ledger_accounts AS a WHERE a.number = n.number AND a.owner_id = n.owner_id AND a.asset = n.asset) END AS id
  FROM json_to_recordset(CAST(:accounts AS json)) AS n(account integer, number text, asset text, owner_id uuid, side integer, may_go_negative boolean)
), opened AS (
  INSERT INTO ledger_accounts (number, asset, owner_id, natural_side, may_go_negative)
  SELECT number, asset, owner_id, side, may_go_negative FROM named
  WHERE id IS NULL AND EXISTS (SELECT FROM posted)
  ORDER BY number, asset, owner_id
  ON CONFLICT DO NOTHING
  RETURNING id, number, asset, owner_id
), found AS (
  SELECT account, id FROM named WHERE id IS NOT NULL
  UNION ALL
  SELECT n.account, o.id FROM opened AS o JOIN named AS n ON n.number = o.number AND n.asset = o.asset AND n.owner_id IS NOT DISTINCT FROM o.owner_id
), written AS (
  INSERT INTO postings (journal_id, line, account_id, amount)
  SELECT p.id, l.line, f.id, l.amount
  FROM json_to_recordset(CAST(:lines AS json)) AS l(place integer, line integer, account integer, amount numeric)
  JOIN given AS g ON g.place = l.place JOIN posted AS p ON p.key = g.key JOIN found AS f ON f.account = l.account
  WHERE (SELECT count(*) FROM found) = (SELECT count(*) FROM named)
  RETURNING line
)
SELECT id, key, (SELECT count(*) FROM found) = (SELECT count(*) FROM named) AS has_lines FROM posted;
