-- filing: per seller and rule what a country's return for a month needs; amounts also in the order's own currency at its locked rate
WITH counted AS (
  SELECT t.organization_id, t.rule_key, t.name AS rule, t.order_id, t.rate_numerator, t.rate_denominator,
    m.base_units, m.units, r.month AS remitted,
    coalesce(r.month, greatest(
      date_trunc('month', m.at AT TIME ZONE :time_zone)::date,
      (SELECT (max(last.month) + interval '1 month')::date FROM tax_remittances AS last WHERE last.tax = t.tax AND last.country = t.country)
    )) AS month
  FROM tax_movements AS m
  JOIN order_tax_terms AS t ON t.id = m.terms_id
  LEFT JOIN tax_remittances AS r ON r.id = m.remittance_id
  WHERE t.tax = :tax AND t.country = :country
)
SELECT s.id, s.name AS seller, s.kind, n.tax_number, c.rule_key, c.rule, c.rate_numerator, c.rate_denominator,
  o.currency, count(DISTINCT c.order_id) AS orders, sum(c.base_units) AS base_units, sum(c.units) AS units,
  sum(round(c.base_units * o.fx_per_usd_micro)) AS base_scaled, sum(round(c.units * o.fx_per_usd_micro)) AS tax_scaled
FROM counted AS c
JOIN organizations AS s ON s.id = c.organization_id
JOIN orders AS o ON o.id = c.order_id
LEFT JOIN seller_tax_numbers AS n ON n.organization_id = s.id
WHERE c.month = :month
GROUP BY s.id, n.tax_number, c.rule_key, c.rule, c.rate_numerator, c.rate_denominator, o.currency
ORDER BY s.name, s.id, c.rule_key, o.currency;
