-- bought_together: for each listing the eight that most checkouts of the last half year have had beside it, at least two; samples are no sale
WITH bought AS (
  SELECT DISTINCT o.group_id, l.listing_id
  FROM order_groups AS g
  JOIN orders AS o ON o.group_id = g.id
  JOIN order_lines AS l ON l.order_id = o.id
  WHERE g.state = 'paid' AND g.paid_at > :since AND NOT l.is_sample
), pairs AS (
  SELECT a.listing_id, b.listing_id AS other_id, count(*) AS times
  FROM bought AS a JOIN bought AS b ON b.group_id = a.group_id AND b.listing_id <> a.listing_id
  GROUP BY a.listing_id, b.listing_id
  HAVING count(*) > 1
), ranked AS (
  SELECT listing_id, other_id, times, row_number() OVER (PARTITION BY listing_id ORDER BY times DESC, other_id) AS rank
  FROM pairs
)
INSERT INTO bought_together (listing_id, other_id, times, rank)
SELECT listing_id, other_id, times, rank FROM ranked WHERE rank <= 8;
