-- gas: coin of the chain that came or was spent in a period, and the dollars it was bought for, by journal
SELECT j.booked_at, j.sequence, j.event, split_part(j.details ->> 'purpose', ':', 1) AS purpose,
  nullif(substr(j.details ->> 'purpose', strpos(j.details ->> 'purpose', ':') + 1), j.details ->> 'purpose') AS about, g.came, g.spent, g.dollars,
  j.chain_id, j.tx_hash, j.block_number, j.id AS journal
FROM journals AS j
JOIN (
  SELECT p.journal_id,
    sum(p.amount) FILTER (WHERE a.number = '1220' AND p.amount > 0) AS came,
    -sum(p.amount) FILTER (WHERE a.number = '1220' AND p.amount < 0) AS spent,
    sum(p.amount) FILTER (WHERE a.number = '5130' AND a.asset = 'USD') AS dollars
  FROM postings AS p
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number IN ('1220', '5130')
  JOIN journals AS j ON j.id = p.journal_id
  WHERE j.booked_at >= :starts_at AND j.booked_at < :ends_at
  GROUP BY p.journal_id
) AS g ON g.journal_id = j.id
WHERE CAST(:seller_id AS uuid) IS NULL
ORDER BY j.booked_at, j.sequence;
