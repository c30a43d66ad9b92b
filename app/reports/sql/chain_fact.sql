-- chain_fact: an event of a contract as the chain told it
SELECT l.chain_id::text AS chain, l.block_number::text AS block, '0x' || encode(l.block_hash, 'hex') AS block_hash,
  '0x' || encode(l.tx_hash, 'hex') AS transaction, l.log_index::text AS log, '0x' || encode(l.address, 'hex') AS contract,
  (SELECT string_agg('0x' || encode(topic, 'hex'), ' ') FROM unnest(l.topics) AS topic) AS topics,
  '0x' || encode(l.data, 'hex') AS data, l.block_time::text AS block_time, l.final_at::text AS final_at
FROM chain_logs AS l
WHERE l.block_hash = :block_hash AND l.log_index = :log_index;
