-- seller_months: per month and rule what was withheld from one seller in a year of its own calendar
SELECT date_trunc('month', m.at AT TIME ZONE :time_zone)::date AS month, t.tax, t.name AS rule, t.rule_key,
  sum(m.base_units) AS base_units, sum(m.units) AS units,
  sum(m.units) FILTER (WHERE r.state = 'paid') AS remitted
FROM tax_movements AS m
JOIN order_tax_terms AS t ON t.id = m.terms_id
LEFT JOIN tax_remittances AS r ON r.id = m.remittance_id
WHERE t.organization_id = :organization_id AND m.at >= :starts_at AND m.at < :ends_at
GROUP BY 1, t.tax, t.name, t.rule_key
ORDER BY 1 DESC, t.rule_key;
