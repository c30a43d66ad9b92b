-- transfers: the token's Transfer logs of final blocks against the journals of the same transaction, per mirrored account
WITH mirrored (address, number, owner_id) AS (
  VALUES (CAST(:treasury AS bytea), '1200', CAST(NULL AS uuid)), (CAST(:fees AS bytea), '1205', NULL),
    (CAST(:taxes AS bytea), '1206', NULL),
    (CAST(:escrow AS bytea), '1210', NULL), (decode(repeat('00', 20), 'hex'), '3910', NULL)
  UNION ALL SELECT address, '1230', organization_id FROM market_held_addresses
), weights (chunk, weight) AS (  -- a uint256 as eight chunks of 32 bits
  VALUES (0, 26959946667150639794667015087019630673637144422540572481103610249216), (1, 6277101735386680763835789423207666416102355444464034512896),
    (2, 1461501637330902918203684832716283019655932542976), (3, 340282366920938463463374607431768211456),
    (4, 79228162514264337593543950336), (5, 18446744073709551616), (6, 4294967296), (7, 1)
), moved AS (
  SELECT l.tx_hash, l.block_hash, substring(l.topics[2] FROM 13) AS sender, substring(l.topics[3] FROM 13) AS receiver,
    (SELECT sum(('x' || substr(encode(l.data, 'hex'), 8 * chunk + 1, 8))::bit(32)::bigint * weight) FROM weights) AS units
  FROM chain_logs AS l
  WHERE l.chain_id = :chain_id AND l.address = :token AND l.topics[1] = :transfer AND l.final_at IS NOT NULL
    AND l.block_number <= :block
), sides AS (
  SELECT tx_hash, block_hash, sender AS address, -units AS units FROM moved
  UNION ALL SELECT tx_hash, block_hash, receiver, units FROM moved
), chain AS (
  SELECT s.tx_hash, coalesce(m.number, '1250') AS number, m.owner_id, sum(s.units) AS units,
    min(s.block_hash) AS block_hash
  FROM sides AS s LEFT JOIN mirrored AS m ON m.address = s.address
  GROUP BY s.tx_hash, coalesce(m.number, '1250'), m.owner_id
), ledger AS (
  SELECT j.tx_hash, CASE WHEN j.tx_hash IS NULL THEN j.key END AS lone_key, a.number, a.owner_id,
    sum(p.amount) AS units, min(j.block_hash) AS block_hash, min(j.key) AS key, min(j.event) AS event,
    count(DISTINCT j.id) AS journals, min(j.order_id::text) AS order_id,
    count(*) > count(DISTINCT (j.block_hash, j.log_index, p.line)) AS is_doubled
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.asset = 'CTM'
    AND a.number IN ('1200', '1205', '1206', '1210', '1230', '1250', '3910')
  WHERE coalesce(j.chain_id, :chain_id) = :chain_id AND coalesce(j.block_number, 0) <= :block AND j.reverses_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = j.id)
  GROUP BY j.tx_hash, lone_key, a.number, a.owner_id
)
SELECT coalesce(c.tx_hash, l.tx_hash) AS tx_hash, coalesce(c.number, l.number) AS number,
  coalesce(c.owner_id, l.owner_id)::text AS owner_id, coalesce(c.units, 0) AS units, coalesce(l.units, 0) AS booked,
  c.tx_hash IS NOT NULL AS is_on_chain, l.key, l.event, l.order_id, coalesce(l.is_doubled, false) AS is_doubled,
  l.tx_hash IS NOT NULL AND EXISTS (SELECT 1 FROM chain_blocks AS k WHERE k.chain_id = :chain_id
    AND k.number = (SELECT min(j.block_number) FROM journals AS j WHERE j.key = l.key) AND k.hash <> l.block_hash)
    AS is_reorged
FROM chain AS c
FULL JOIN ledger AS l ON l.tx_hash = c.tx_hash AND l.number = c.number AND l.owner_id IS NOT DISTINCT FROM c.owner_id
WHERE (:issues OR coalesce(c.number, l.number) NOT IN ('1250', '3910')) AND (coalesce(c.units, 0) <> coalesce(l.units, 0)
  OR (l.block_hash IS NOT NULL AND c.block_hash IS NOT NULL AND l.block_hash <> c.block_hash))
ORDER BY tx_hash, number, owner_id;
