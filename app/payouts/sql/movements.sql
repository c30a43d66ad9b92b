-- movements: what came to a seller and left again by the journals of final blocks and of the bank, newest first
WITH newest AS (
  SELECT id FROM journals
  WHERE organization_id = :organization_id AND regexp_replace(event, '_taken_back$', '') IN ('leg_released', 'tokens_redeemed', 'tax_withheld', 'tax_given_back', 'supply_vat_taken', 'supply_vat_given_back', 'commission_given_back')
  ORDER BY effective_at DESC, id DESC
  LIMIT :size
)
SELECT j.id, j.event, j.effective_at, j.order_id, o.number, j.tx_hash, j.block_number, j.log_index,
  CASE j.event WHEN 'leg_released' THEN (j.details ->> 'net')::numeric WHEN 'commission_given_back' THEN (j.details ->> 'units')::numeric
    ELSE coalesce(sum(p.amount * a.natural_side) FILTER (WHERE a.number = '2200' AND a.owner_id = :organization_id), 0)
  END AS units
FROM newest
JOIN journals AS j ON j.id = newest.id
JOIN postings AS p ON p.journal_id = j.id
JOIN ledger_accounts AS a ON a.id = p.account_id
LEFT JOIN orders AS o ON o.id = j.order_id
GROUP BY j.id, o.number
ORDER BY j.effective_at DESC, j.id DESC;
