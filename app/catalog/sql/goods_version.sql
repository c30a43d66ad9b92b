-- goods_version: what the page of goods on show is made from, each row by its id and the transaction that wrote it last
-- (xmin: PostgreSQL, "System Columns"). Whatever of it changes, the text is another one. No choice to be had, no page.
SELECT l.number, s.sending,
  concat_ws(' ', l.xmin, o.xmin, c.xmin, 'newest', (
    SELECT string_agg(n.seen, ' ') FROM (
      SELECT concat_ws(' ', near.id, near.xmin, stall.xmin, front.xmin) AS seen
      FROM listings AS near
      JOIN categories AS stall ON stall.id = near.category_id
      LEFT JOIN pictures AS front ON front.id = near.picture_id
      WHERE near.organization_id = l.organization_id AND near.status = 'active'
      ORDER BY near.published_at DESC, near.id DESC
      LIMIT :newest
    ) AS n
  ), 'together', (
    SELECT string_agg(t.seen, ' ') FROM (
      SELECT concat_ws(' ', other.id, other.xmin, shop.xmin, stall.xmin, front.xmin) AS seen
      FROM bought_together AS b
      JOIN listings AS other ON other.id = b.other_id
      JOIN organizations AS shop ON shop.id = other.organization_id
      JOIN categories AS stall ON stall.id = other.category_id
      LEFT JOIN pictures AS front ON front.id = other.picture_id
      WHERE b.listing_id = l.id AND other.status = 'active' AND shop.status = ANY(:shown)
      ORDER BY b.rank
      LIMIT :together
    ) AS t
  )) AS goods,
  concat_ws(' ', v.choices, 'rate', (
    SELECT concat_ws(' ', r.as_of, r.xmin) FROM fx_rates AS r WHERE r.currency = l.currency ORDER BY r.as_of DESC LIMIT 1
  )) AS offered
FROM listings AS l
JOIN organizations AS o ON o.id = l.organization_id
JOIN categories AS c ON c.id = l.category_id
CROSS JOIN LATERAL (
  SELECT string_agg(concat_ws(' ', one.id, one.xmin), ' ' ORDER BY one.id) AS choices
  FROM variants AS one
  WHERE one.listing_id = l.id AND (NOT one.is_retired OR (one.sample_of_id IS NOT NULL AND NOT one.is_withdrawn))
) AS v
CROSS JOIN LATERAL (
  SELECT string_agg(concat_ws(' ', way.id, way.xmin), ' ' ORDER BY way.id) AS sending
  FROM shipping_rates AS way WHERE way.organization_id = l.organization_id
) AS s
WHERE l.slug = :slug AND l.status = 'active' AND o.status = ANY(:shown) AND v.choices IS NOT NULL
