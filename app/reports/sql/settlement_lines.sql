-- settlement_lines: every final movement of orders' money in a period, amounts from the books and nowhere else; a
-- journal that turns another one back is a line of its own, with the other sign
SELECT j.id, j.effective_at, k.event, j.sequence, j.chain_id, j.tx_hash, j.block_number, j.log_index,
  o.number AS order_number, g.paid_at, s.id AS seller_id, s.name AS seller,
  bool_or(a.number = '2100') AS own_wallet, bool_or(a.number = '2200') AS market_held,
  o.currency, o.total_minor, o.total_cents, o.discount_cents, o.market_cents, o.fx_per_usd_micro, o.fx_as_of, o.fx_source, g.payment_method,
  coalesce(sum(p.amount) FILTER (WHERE a.number = '2110' AND k.event = 'leg_released'), 0) AS gross,
  coalesce(sum(p.amount) FILTER (WHERE a.number = '2110' AND k.event = 'leg_refunded'), 0) AS refunded,
  coalesce(-sum(p.amount) FILTER (WHERE a.number = '2110' AND k.event = 'leg_funded'), 0) AS funded,
  coalesce(-sum(p.amount) FILTER (WHERE a.number = '4100'), 0) AS commission,
  coalesce(-sum(p.amount) FILTER (WHERE a.number = '2300'), 0) AS commission_vat,
  coalesce(sum(p.amount) FILTER (WHERE a.number = '2200' AND k.event = 'tokens_redeemed'), 0) AS redeemed,
  coalesce(-sum(p.amount) FILTER (WHERE a.number = '2310'), 0) AS tax_withheld,
  coalesce(-sum(p.amount) FILTER (WHERE a.number = '2320'), 0) AS supply_vat,
  coalesce(-sum(p.amount) FILTER (WHERE a.number = '2200'), 0) AS balance_change
FROM journals AS j
CROSS JOIN LATERAL (
  SELECT CASE WHEN j.reverses_id IS NULL THEN j.event ELSE regexp_replace(j.event, '_taken_back$', '') END AS event) AS k
JOIN postings AS p ON p.journal_id = j.id
JOIN ledger_accounts AS a ON a.id = p.account_id
LEFT JOIN orders AS o ON o.id = j.order_id
LEFT JOIN order_groups AS g ON g.id = o.group_id
JOIN organizations AS s ON s.id = j.organization_id
WHERE k.event IN ('leg_funded', 'leg_released', 'leg_refunded', 'tokens_redeemed', 'stray_transfer', 'transfer_refused',
    'waiting_withdrawn', 'tax_withheld', 'tax_given_back', 'supply_vat_taken', 'supply_vat_given_back', 'commission_given_back')
  AND j.effective_at >= :starts_at AND j.effective_at < :ends_at
  AND (CAST(:seller_id AS uuid) IS NULL OR j.organization_id = :seller_id)
GROUP BY j.id, k.event, o.id, g.id, s.id
ORDER BY j.effective_at, j.block_number, j.log_index, j.sequence, j.id;
