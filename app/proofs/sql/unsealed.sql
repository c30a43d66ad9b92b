-- unsealed: how many journals are in no seal, and since when
SELECT count(*) AS waiting, min(j.posted_at) AS oldest
FROM journals AS j
WHERE j.xid >= :since AND NOT EXISTS (SELECT FROM journal_seals AS s WHERE s.journal_id = j.id);
