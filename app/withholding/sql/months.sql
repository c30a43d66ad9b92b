-- months: per tax, country and month what was kept and given back, and its remittance; what came late counts to the next open month
WITH counted AS (
  SELECT t.tax, t.country, m.units, m.moved_at, r.id AS remittance_id,
    coalesce(r.month, greatest(
      date_trunc('month', m.at AT TIME ZONE :time_zone)::date,
      (SELECT (max(last.month) + interval '1 month')::date FROM tax_remittances AS last WHERE last.tax = t.tax AND last.country = t.country)
    )) AS month
  FROM tax_movements AS m
  JOIN order_tax_terms AS t ON t.id = m.terms_id
  LEFT JOIN tax_remittances AS r ON r.id = m.remittance_id
)
SELECT c.tax, c.country, c.month, c.remittance_id, r.state, r.cents, r.bank_reference, r.paid_at,
  coalesce(sum(c.units) FILTER (WHERE c.units > 0), 0) AS withheld,
  coalesce(-sum(c.units) FILTER (WHERE c.units < 0), 0) AS given_back,
  sum(c.units) AS units, count(*) FILTER (WHERE c.moved_at IS NULL) AS under_way
FROM counted AS c
LEFT JOIN tax_remittances AS r ON r.id = c.remittance_id
WHERE c.month >= :first AND c.month < :after
GROUP BY c.tax, c.country, c.month, c.remittance_id, r.state, r.cents, r.bank_reference, r.paid_at
ORDER BY c.month DESC, c.country, c.tax DESC;
