-- reprice_listings: dollar cents of every listing in one currency, half-even, from the rate of the day.
-- cents = price_minor * 100 * 1000000 / (per_usd_micro * minor_per_unit); the same for the lowest price, where there is one
UPDATE listings AS l
SET price_usd_cents = greatest(1, q + CASE WHEN 2 * r > d OR (2 * r = d AND mod(q, 2) = 1) THEN 1 ELSE 0 END),
    lowest_usd_cents = CASE WHEN l.lowest_minor IS NOT NULL
      THEN greatest(1, lq + CASE WHEN 2 * lr > d OR (2 * lr = d AND mod(lq, 2) = 1) THEN 1 ELSE 0 END) END
FROM (
  SELECT id, d, div(n, d) AS q, mod(n, d) AS r, div(ln, d) AS lq, mod(ln, d) AS lr
  FROM (
    SELECT id, price_minor::numeric * 100000000 AS n, lowest_minor::numeric * 100000000 AS ln,
      CAST(:per_usd_micro AS numeric) * :minor_per_unit AS d
    FROM listings
    WHERE currency = :currency
  ) AS fraction
) AS priced
WHERE priced.id = l.id;
