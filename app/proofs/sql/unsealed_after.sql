-- unsealed_after: journals in no seal, a portion after a place in the order they are sealed in
SELECT j.id, j.xid, j.sequence
FROM journals AS j
WHERE (j.xid, j.sequence) > (:xid, :sequence)
  AND NOT EXISTS (SELECT FROM journal_seals AS s WHERE s.journal_id = j.id)
ORDER BY j.xid, j.sequence
LIMIT :most;
