-- to_close: months that are over and not closed for good, the oldest first; before anything was closed they begin with the first entry
SELECT to_char(m.day, 'YYYY-MM') AS period, coalesce(c.ends_at <= b.soft_closed_through, false) AS is_soft_closed
FROM books AS b
CROSS JOIN LATERAL generate_series(
  date_trunc('month', coalesce(b.closed_through, (SELECT min(j.booked_at) FROM journals AS j), now()) AT TIME ZONE b.time_zone),
  now() AT TIME ZONE b.time_zone, interval '1 month') AS m (day)
CROSS JOIN LATERAL (SELECT (m.day + interval '1 month') AT TIME ZONE b.time_zone AS ends_at) AS c
WHERE c.ends_at <= now()
ORDER BY m.day;
