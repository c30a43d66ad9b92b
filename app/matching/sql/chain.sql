-- chain: the token's Transfer logs of final blocks against the journals of the same transaction, the account that differs most
INSERT INTO match_found (family, reference, state, rule, reason, asset, outside, booked, paper, difference, since, journal_id, detail)
WITH touched AS (
  SELECT reference, tx_hash FROM match_touched WHERE family = 'chain'
), mirrored (address, number, owner_id) AS (
  VALUES (CAST(:treasury AS bytea), '1200', CAST(NULL AS uuid)), (CAST(:fees AS bytea), '1205', NULL),
    (CAST(:taxes AS bytea), '1206', NULL),
    (CAST(:escrow AS bytea), '1210', NULL), (decode(repeat('00', 20), 'hex'), '3910', NULL)
  UNION ALL SELECT address, '1230', organization_id FROM market_held_addresses
), weights (chunk, weight) AS (  -- a uint256 as eight chunks of 32 bits
  VALUES (0, 26959946667150639794667015087019630673637144422540572481103610249216), (1, 6277101735386680763835789423207666416102355444464034512896),
    (2, 1461501637330902918203684832716283019655932542976), (3, 340282366920938463463374607431768211456),
    (4, 79228162514264337593543950336), (5, 18446744073709551616), (6, 4294967296), (7, 1)
), moved AS (
  SELECT t.reference, l.block_hash, l.block_time, l.final_at IS NOT NULL AS is_final,
    substring(l.topics[2] FROM 13) AS sender, substring(l.topics[3] FROM 13) AS receiver,
    CASE WHEN substring(l.data FOR 24) = decode(repeat('00', 24), 'hex') AND get_byte(l.data, 24) < 128
      THEN ('x' || encode(substring(l.data FROM 25), 'hex'))::bit(64)::bigint::numeric  -- as nearly all are
      ELSE (SELECT sum(('x' || substr(encode(l.data, 'hex'), 8 * chunk + 1, 8))::bit(32)::bigint * weight) FROM weights)
    END AS units
  FROM touched AS t
  JOIN chain_logs AS l ON l.tx_hash = t.tx_hash
  WHERE l.chain_id = :chain_id AND l.address = :token AND l.topics[1] = :transfer
), sides AS (
  SELECT reference, block_hash, block_time, is_final, sender AS address, -units AS units FROM moved
  UNION ALL SELECT reference, block_hash, block_time, is_final, receiver, units FROM moved
), chain AS (
  SELECT s.reference, coalesce(m.number, '1250') AS number, m.owner_id, sum(s.units) AS units,
    min(s.block_hash) AS block_hash, min(s.block_time) AS block_time, bool_and(s.is_final) AS is_final
  FROM sides AS s LEFT JOIN mirrored AS m ON m.address = s.address
  GROUP BY s.reference, coalesce(m.number, '1250'), m.owner_id
), own AS (
  SELECT t.reference, j.id FROM touched AS t JOIN journals AS j ON j.tx_hash = t.tx_hash
  UNION ALL
  SELECT t.reference, j.id FROM touched AS t JOIN journals AS j ON j.key = t.reference AND j.tx_hash IS NULL
), ledger AS (
  SELECT o.reference, a.number, a.owner_id, sum(p.amount) AS units, min(j.block_hash) AS block_hash,
    min(j.block_number) AS block_number, (array_agg(j.id ORDER BY j.sequence DESC))[1] AS journal_id,
    min(j.event) AS event, min(j.effective_at) AS effective_at,
    count(*) > count(DISTINCT (j.block_hash, j.log_index, p.line)) AS is_doubled
  FROM own AS o
  JOIN journals AS j ON j.id = o.id AND j.reverses_id IS NULL AND coalesce(j.chain_id, :chain_id) = :chain_id
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.asset = 'CTM'
    AND a.number IN ('1200', '1205', '1206', '1210', '1230', '1250', '3910')
  WHERE NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = j.id)
  GROUP BY o.reference, a.number, a.owner_id
), sided AS (  -- an account that one side does not move has an amount of nothing there, while the transaction is there
  SELECT coalesce(c.reference, l.reference) AS reference, coalesce(c.number, l.number) AS number,
    coalesce(c.owner_id, l.owner_id) AS owner_id, coalesce(c.units, 0) AS units, coalesce(l.units, 0) AS booked,
    bool_or(c.reference IS NOT NULL) OVER whole AS is_on_chain, bool_and(c.is_final) OVER whole AS is_final,
    min(c.block_time) OVER whole AS block_time, coalesce(l.journal_id, (max(l.journal_id::text) OVER whole)::uuid) AS journal_id,
    coalesce(l.event, min(l.event) OVER whole) AS event, coalesce(l.effective_at, min(l.effective_at) OVER whole) AS effective_at,
    bool_or(l.reference IS NOT NULL) OVER whole AS is_booked, coalesce(l.is_doubled, false) AS is_doubled,
    (c.block_hash <> l.block_hash OR k.hash <> l.block_hash) IS TRUE AS is_reorged
  FROM chain AS c
  FULL JOIN ledger AS l ON l.reference = c.reference AND l.number = c.number AND l.owner_id IS NOT DISTINCT FROM c.owner_id
  LEFT JOIN chain_blocks AS k ON k.chain_id = :chain_id AND k.number = l.block_number
  WHERE :issues OR coalesce(c.number, l.number) NOT IN ('1250', '3910')
  WINDOW whole AS (PARTITION BY coalesce(c.reference, l.reference))
), compared AS (
  SELECT s.*, CASE
      WHEN is_on_chain AND NOT is_final AND NOT is_booked THEN 'UNFINALIZED'
      WHEN is_reorged THEN 'REORGED'
      WHEN units = booked AND is_on_chain AND is_booked
        AND to_char(block_time AT TIME ZONE k.time_zone, 'YYYY-MM') <> to_char(effective_at AT TIME ZONE k.time_zone, 'YYYY-MM')
        THEN 'LATE_PERIOD'
      WHEN units = booked THEN NULL
      WHEN NOT is_booked THEN 'MISSING_LEDGER'
      WHEN is_doubled THEN 'DUPLICATE'
      WHEN is_on_chain THEN 'AMOUNT'
      ELSE 'MISSING_CHAIN'
    END AS reason
  FROM sided AS s CROSS JOIN books AS k
), worst AS (
  SELECT DISTINCT ON (reference) * FROM compared
  ORDER BY reference, reason IS NULL, abs(units - booked) DESC, number, owner_id
)
SELECT 'chain', reference,
  CASE WHEN reason IS NULL THEN 'matched' WHEN reason = 'UNFINALIZED' AND block_time >= :final_before THEN 'waiting' ELSE 'open' END,
  CASE WHEN reason IS NULL THEN 1 END, reason, 'CTM', CASE WHEN is_on_chain THEN units END, CASE WHEN is_booked THEN booked END,
  NULL, (units - booked) * CASE WHEN number = '3910' THEN -1 ELSE 1 END, coalesce(block_time, effective_at), journal_id,
  concat_ws(' ', number, owner_id, event)
FROM worst;
