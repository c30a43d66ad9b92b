-- due: journals that no later commit can come before, in the order they are sealed in. After a restore into a younger
-- server (`since` is 0 then) some are of transactions that this one has not come to yet: nothing is running there either.
WITH now AS MATERIALIZED (
  SELECT pg_snapshot_xmin(s)::text::bigint AS oldest, pg_snapshot_xmax(s)::text::bigint AS next
  FROM pg_current_snapshot() AS s
)
SELECT j.id, j.xid, now.oldest, clock_timestamp() AS at
FROM now, journals AS j
WHERE j.xid >= :since AND (j.xid < now.oldest OR j.xid >= now.next)
  AND NOT EXISTS (SELECT FROM journal_seals AS s WHERE s.journal_id = j.id)
ORDER BY j.xid, j.sequence
LIMIT :most;
