-- gas: what the chain took for the market's transactions of a period, coin that came to the treasury, and coin bought at the bank
SELECT j.booked_at, j.sequence, j.event, coalesce(j.details ->> 'purpose', j.details ->> 'reference') AS purpose,
  moved.spent, moved.coin, moved.asset, j.chain_id, j.tx_hash, j.block_number, j.id AS journal
FROM journals AS j
JOIN (
  SELECT p.journal_id, a.asset, sum(p.amount) FILTER (WHERE a.number = '5130') AS spent,
    sum(p.amount) FILTER (WHERE a.number = '1220') AS coin
  FROM postings AS p
  JOIN ledger_accounts AS a ON a.id = p.account_id
  JOIN journals AS j ON j.id = p.journal_id
  WHERE a.number IN ('1220', '5130') AND j.booked_at >= :starts_at AND j.booked_at < :ends_at
  GROUP BY p.journal_id, a.asset
) AS moved ON moved.journal_id = j.id
WHERE j.booked_at >= :starts_at AND j.booked_at < :ends_at
ORDER BY j.booked_at, j.sequence, moved.asset;
