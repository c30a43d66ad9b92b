-- chain_plain: of the chain, what is as it nearly always is, so that `chain` need not look at it: a transaction with one entry beside its gas, of the
-- same block and moment, whose logs are final, and every account has as much on both sides
WITH entries AS (
  SELECT t.item, any_value(t.reference) AS reference, any_value(t.tx_hash) AS tx_hash, any_value(j.id) AS id, any_value(j.event) AS event,
    any_value(j.effective_at) AS effective_at, any_value(j.block_hash) AS block_hash, any_value(j.block_number) AS block_number
  FROM match_touched AS t
  JOIN journals AS j ON j.tx_hash = t.tx_hash
  WHERE t.family = 'chain' AND j.event <> 'gas_spent'
  GROUP BY t.item
  HAVING count(*) = 1 AND bool_and(j.reverses_id IS NULL AND coalesce(j.chain_id, :chain_id) = :chain_id)
), alone AS (  -- not taken back, nothing else under its name, in a block that is still there
  SELECT e.* FROM entries AS e
  WHERE NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = e.id)
    AND NOT EXISTS (SELECT 1 FROM journals AS j WHERE j.key = e.reference AND j.tx_hash IS NULL AND j.key LIKE '0x%')
    AND NOT EXISTS (SELECT 1 FROM chain_blocks AS k
      WHERE k.chain_id = :chain_id AND k.number = e.block_number AND k.hash <> e.block_hash)
), mirrored (address, number, owner_id) AS (
  VALUES (CAST(:treasury AS bytea), '1200', CAST(NULL AS uuid)), (CAST(:fees AS bytea), '1205', NULL),
    (CAST(:taxes AS bytea), '1206', NULL),
    (CAST(:escrow AS bytea), '1210', NULL), (decode(repeat('00', 20), 'hex'), '3910', NULL)
  UNION ALL SELECT address, '1230', organization_id FROM market_held_addresses
), moved AS (
  SELECT e.item, substring(l.topics[2] FROM 13) AS sender, substring(l.topics[3] FROM 13) AS receiver,
    ('x' || encode(substring(l.data FROM 25), 'hex'))::bit(64)::bigint::numeric AS units,
    l.final_at IS NOT NULL AND l.block_hash = e.block_hash AND l.block_time = e.effective_at
      AND substring(l.data FOR 24) = decode(repeat('00', 24), 'hex') AND get_byte(l.data, 24) < 128 AS is_plain
  FROM alone AS e
  JOIN chain_logs AS l ON l.tx_hash = e.tx_hash
  WHERE l.chain_id = :chain_id AND l.address = :token AND l.topics[1] = :transfer
), sides AS (
  SELECT item, sender AS address, -units AS units, is_plain FROM moved
  UNION ALL SELECT item, receiver, units, is_plain FROM moved
), told AS (
  SELECT s.item, coalesce(m.number, '1250') AS number, m.owner_id, s.units, s.units AS difference, s.is_plain, false AS is_booked
  FROM sides AS s LEFT JOIN mirrored AS m ON m.address = s.address
  UNION ALL
  SELECT e.item, a.number, a.owner_id, 0, -p.amount, true, true
  FROM alone AS e
  JOIN postings AS p ON p.journal_id = e.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.asset = 'CTM'
    AND a.number IN ('1200', '1205', '1206', '1210', '1230', '1250', '3910')
), accounts AS (
  SELECT item, number, owner_id, sum(units) AS units, sum(difference) = 0 AND bool_and(is_plain) AS is_plain,
    bool_or(is_booked) AS is_booked, bool_or(NOT is_booked) AS is_on_chain
  FROM told WHERE :issues OR number NOT IN ('1250', '3910')
  GROUP BY item, number, owner_id
), plain AS (  -- what is shown of it is its first account
  SELECT item, (array_agg(number ORDER BY number, owner_id))[1] AS number, (array_agg(owner_id ORDER BY number, owner_id))[1] AS owner_id,
    (array_agg(units ORDER BY number, owner_id))[1] AS units
  FROM accounts
  GROUP BY item HAVING bool_and(is_plain) AND bool_or(is_booked) AND bool_or(is_on_chain)
), done AS (
  DELETE FROM match_touched AS t USING plain AS p WHERE t.item = p.item
)
INSERT INTO match_found (family, reference, state, rule, reason, asset, outside, booked, paper, difference, since, journal_id, detail)
SELECT 'chain', e.reference, 'matched', 1, NULL, 'CTM', p.units, p.units, NULL, 0, e.effective_at, e.id, concat_ws(' ', p.number, p.owner_id, e.event)
FROM plain AS p JOIN alone AS e USING (item);
