-- months: each one from :first to :last by the clocks of the books: what it takes now, its snapshot, and what came late for it
SELECT to_char(m.day, 'YYYY-MM') AS period, c.starts_at, c.ends_at, b.time_zone,
  CASE WHEN c.ends_at <= b.closed_through THEN 'closed' WHEN c.ends_at <= b.soft_closed_through THEN 'soft_closed'
    WHEN c.ends_at <= now() THEN 'open' WHEN c.starts_at <= now() THEN 'running' ELSE 'to_come' END AS state,
  s.id AS snapshot_id, s.version, s.hash, s.taken_at,
  (SELECT count(*) FROM journals AS j WHERE j.late_for = to_char(m.day, 'YYYY-MM')) AS late_count,
  NOT EXISTS (SELECT FROM journals AS j WHERE j.booked_at < c.starts_at) AS is_first,
  e.actor_id AS closed_by, e.at AS closed_at
FROM books AS b
CROSS JOIN generate_series(
  to_date(:first, 'YYYY-MM')::timestamp, to_date(:last, 'YYYY-MM')::timestamp, interval '1 month') AS m (day)
CROSS JOIN LATERAL (
  SELECT m.day AT TIME ZONE b.time_zone AS starts_at, (m.day + interval '1 month') AT TIME ZONE b.time_zone AS ends_at
) AS c
LEFT JOIN LATERAL (
  SELECT * FROM period_snapshots
  WHERE period = to_char(m.day, 'YYYY-MM') AND through <= b.closed_through ORDER BY version DESC LIMIT 1
) AS s ON true
LEFT JOIN LATERAL (
  SELECT actor_id, at FROM period_events
  WHERE kind IN ('soft_closed', 'closed') AND through >= c.ends_at AND c.ends_at <= b.soft_closed_through
  ORDER BY kind = 'closed' AND c.ends_at <= b.closed_through DESC, through, at DESC, id DESC LIMIT 1
) AS e ON true
ORDER BY m.day;
