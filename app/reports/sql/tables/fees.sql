-- fees: what the market earned as commission and what card payments cost it in a period, by journal; a seller sees its commission
SELECT j.booked_at, j.sequence,
  CASE WHEN f.commission IS NOT NULL THEN 'commission' WHEN f.dispute_fee IS NOT NULL THEN 'dispute_fee' ELSE 'card_fee' END AS type,
  s.name AS seller, o.number AS order_number, f.base, f.commission, f.vat,
  CASE WHEN f.commission IS NULL THEN coalesce(f.card_fee, f.dispute_fee) END AS cost,
  CASE WHEN f.base > 0 THEN round(100.0 * (coalesce(f.commission, f.card_fee, f.dispute_fee) + coalesce(f.vat, 0)) / f.base, 4) END AS percent,
  f.asset, coalesce(j.stripe_id, '0x' || encode(j.tx_hash, 'hex')) AS source, j.id AS journal
FROM journals AS j
JOIN (
  SELECT p.journal_id, a.asset,
    -sum(p.amount) FILTER (WHERE a.number = '4100') AS commission,
    -sum(p.amount) FILTER (WHERE a.number = '2300') AS vat,
    sum(p.amount) FILTER (WHERE a.number = '5100') AS card_fee,
    sum(p.amount) FILTER (WHERE a.number = '5110') AS dispute_fee,
    abs(sum(p.amount) FILTER (WHERE a.number IN ('2110', '1105', '1120'))) AS base
  FROM postings AS p
  JOIN ledger_accounts AS a ON a.id = p.account_id
  JOIN journals AS j ON j.id = p.journal_id
  WHERE j.booked_at >= :starts_at AND j.booked_at < :ends_at
  GROUP BY p.journal_id, a.asset
  HAVING bool_or(a.number IN ('4100', '5100', '5110'))
) AS f ON f.journal_id = j.id
LEFT JOIN orders AS o ON o.id = j.order_id
LEFT JOIN organizations AS s ON s.id = j.organization_id
WHERE CAST(:seller_id AS uuid) IS NULL OR (j.organization_id = CAST(:seller_id AS uuid) AND f.commission IS NOT NULL)
ORDER BY j.booked_at, j.sequence, f.asset;
