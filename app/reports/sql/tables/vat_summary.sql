-- vat_summary: tax invoices and the credit notes against them, a line a document, by the moment each was issued
SELECT i.issued_on, i.series || '-' || lpad(i.number::text, greatest(6, length(i.number::text)), '0') AS document, i.kind,
  c.series || '-' || lpad(c.number::text, greatest(6, length(c.number::text)), '0') AS corrects,
  coalesce(nullif(i.content -> 'seller' ->> 'legal_name', ''), i.content -> 'seller' ->> 'name') AS seller,
  i.content -> 'seller' ->> 'tax_number' AS seller_tin,
  i.content -> 'buyer' -> 'company' ->> 'name' AS buyer, i.content -> 'buyer' -> 'company' ->> 'tax_number' AS buyer_tin,
  i.content ->> 'order' AS order_number, s.sign * t.taxable AS taxable, s.sign * t.untaxed AS untaxed, t.percent,
  s.sign * i.tax_cents AS vat, s.sign * i.total_cents AS total, i.local_currency AS asset,
  s.sign * i.local_tax_minor AS local_vat, s.sign * i.local_total_minor AS local_total,
  (i.content -> 'local_rate' ->> 'per_usd_micro')::bigint AS rate, (i.content -> 'local_rate' ->> 'as_of')::date AS rate_on,
  i.content -> 'local_rate' ->> 'source' AS rate_source, i.supplied_at, i.id AS invoice
FROM invoices AS i
LEFT JOIN invoices AS c ON c.id = i.corrects_id
CROSS JOIN LATERAL (SELECT CASE i.kind WHEN 'invoice' THEN 1 ELSE -1 END AS sign) AS s
CROSS JOIN LATERAL (
  SELECT coalesce(sum(p.gross_cents - p.tax_cents) FILTER (WHERE p.rate_bps > 0), 0) AS taxable,
    coalesce(sum(p.gross_cents) FILTER (WHERE p.rate_bps = 0), 0) AS untaxed,
    string_agg(DISTINCT trim_scale(p.rate_bps / 100.0)::text, ' + ') FILTER (WHERE p.rate_bps > 0 AND p.gross_cents > 0) AS percent
  FROM jsonb_to_recordset(i.content -> 'parts') AS p (rate_bps int, gross_cents bigint, tax_cents bigint)
) AS t
WHERE i.issued_at >= :starts_at AND i.issued_at < :ends_at AND coalesce(c.series, i.series) = 'T'
  AND (CAST(:seller_id AS uuid) IS NULL OR i.organization_id = CAST(:seller_id AS uuid))
ORDER BY i.issued_at, i.id;
