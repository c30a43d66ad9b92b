-- gas: what final transactions of ours paid for gas against what is booked of each
WITH booked AS (
  SELECT j.tx_hash, sum(p.amount) AS wei, count(DISTINCT j.id) AS journals
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '5130' AND a.asset = 'GAS'
  WHERE j.event = 'gas_spent' AND j.chain_id = :chain_id AND j.block_number <= :block
    AND NOT EXISTS (SELECT FROM journals AS r WHERE r.reverses_id = j.id)
  GROUP BY j.tx_hash
)
SELECT hash AS tx_hash, gas_paid AS paid, coalesce(wei, 0) AS booked, coalesce(journals, 0) AS journals
FROM (SELECT hash, gas_paid FROM chain_transactions
  WHERE chain_id = :chain_id AND state = 'final' AND block_number <= :block AND gas_paid IS NOT NULL) AS paid
LEFT JOIN booked ON tx_hash = hash
WHERE gas_paid <> coalesce(wei, 0)
ORDER BY hash;
