-- ledger_balances: every account on its natural side, now and as of a block, summed from the postings themselves
SELECT a.number, a.asset, a.owner_id, a.natural_side, sum(p.amount) * a.natural_side AS balance,
  coalesce(sum(p.amount) FILTER (WHERE j.block_number IS NULL OR j.block_number <= :block), 0) * a.natural_side AS at_block
FROM postings AS p
JOIN journals AS j ON j.id = p.journal_id
JOIN ledger_accounts AS a ON a.id = p.account_id
GROUP BY a.id
ORDER BY a.number, a.asset, a.owner_id;
