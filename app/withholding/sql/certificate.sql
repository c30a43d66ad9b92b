-- certificate: what was withheld from one seller in a year of its own calendar, order by order, and what became of it
SELECT o.number, m.at, t.tax,  t.name AS rule, t.rule_key, t.rate_numerator, t.rate_denominator, m.base_units, m.units,
  o.currency, o.fx_per_usd_micro, r.month AS remitted_month, r.state, r.bank_reference, r.paid_at
FROM tax_movements AS m
JOIN order_tax_terms AS t ON t.id = m.terms_id
JOIN orders AS o ON o.id = t.order_id
LEFT JOIN tax_remittances AS r ON r.id = m.remittance_id
WHERE t.organization_id = :organization_id AND m.at >= :starts_at AND m.at < :ends_at
ORDER BY m.at, o.number, t.rule_key, m.id;
