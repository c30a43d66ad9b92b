-- post_journal: writes a journal with all its lines, unless its key stands already; lines wait when an account is not there yet
WITH posted AS (
  INSERT INTO journals (key, event, effective_at, payload_hash, order_id, organization_id, stripe_id, chain_id, block_number, block_hash,
    tx_hash, log_index, reverses_id, is_adjustment, details)
  VALUES (:key, :event, :effective_at, :payload_hash, CAST(:order_id AS uuid), CAST(:organization_id AS uuid), CAST(:stripe_id AS text),
    CAST(:chain_id AS bigint), CAST(:block_number AS bigint), CAST(:block_hash AS bytea), CAST(:tx_hash AS bytea), CAST(:log_index AS bigint),
    CAST(:reverses_id AS uuid), :is_adjustment, CAST(:details AS jsonb))
  ON CONFLICT (key) DO NOTHING
  RETURNING id
), wanted AS (
  SELECT line, amount, coalesce(of_owner.id, of_nobody.id) AS account_id
  FROM unnest(CAST(:numbers AS text[]), CAST(:assets AS text[]), CAST(:owners AS uuid[]), CAST(CAST(:amounts AS text[]) AS numeric[]))
    WITH ORDINALITY AS w(number, asset, owner_id, amount, line)
  LEFT JOIN ledger_accounts AS of_owner ON of_owner.number = w.number AND of_owner.owner_id = w.owner_id AND of_owner.asset = w.asset
  LEFT JOIN ledger_accounts AS of_nobody ON w.owner_id IS NULL AND of_nobody.number = w.number AND of_nobody.owner_id IS NULL AND of_nobody.asset = w.asset
), written AS (
  INSERT INTO postings (journal_id, line, account_id, amount)
  SELECT posted.id, line, account_id, amount FROM posted CROSS JOIN wanted
  WHERE NOT EXISTS (SELECT FROM wanted WHERE account_id IS NULL)
  RETURNING line
)
SELECT (SELECT id FROM posted) AS id, (SELECT count(*) FROM written) AS line_count;
