-- similar_goods: of the goods on sale whose words are nearest, the category most of them stand in, and what those of
-- the same condition cost there: a lower quarter, the middle and an upper quarter, in US cents
WITH nearest AS (
  SELECT l.id, l.category_id, l.condition, l.price_usd_cents
  FROM listings AS l JOIN organizations AS o ON o.id = l.organization_id
  WHERE l.status = 'active' AND o.status = 'approved' AND l.search @@ CAST(:question AS tsquery)
  ORDER BY ts_rank(l.search, CAST(:question AS tsquery)) DESC, l.published_at DESC, l.id
  LIMIT 60
), stall AS (
  SELECT category_id, count(*) AS alike FROM nearest GROUP BY category_id ORDER BY alike DESC, category_id LIMIT 1
)
SELECT s.category_id, s.alike, count(n.id) AS priced,
  percentile_disc(0.25) WITHIN GROUP (ORDER BY n.price_usd_cents) AS low_cents,
  percentile_disc(0.5) WITHIN GROUP (ORDER BY n.price_usd_cents) AS middle_cents,
  percentile_disc(0.75) WITHIN GROUP (ORDER BY n.price_usd_cents) AS high_cents
FROM stall AS s
LEFT JOIN nearest AS n ON n.category_id = s.category_id AND n.condition = :condition
GROUP BY s.category_id, s.alike;
