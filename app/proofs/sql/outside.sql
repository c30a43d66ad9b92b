-- outside: rows that belong to no place in any seal although they must: journals of transactions that are
-- sealed through, places of seals there are not, lines of journals there are not
SELECT 'journal-inserted' AS kind, j.id::text AS journal, NULL::bigint AS seal
FROM journals AS j
WHERE j.xid < :horizon AND NOT EXISTS (SELECT FROM journal_seals AS s WHERE s.journal_id = j.id)
UNION ALL
SELECT 'no-such-seal', s.journal_id::text, s.seal
FROM journal_seals AS s
WHERE NOT EXISTS (SELECT FROM seals WHERE number = s.seal)
UNION ALL
SELECT DISTINCT 'no-such-journal', p.journal_id::text, NULL::bigint
FROM postings AS p
WHERE NOT EXISTS (SELECT FROM journals AS j WHERE j.id = p.journal_id)
ORDER BY 1, 2, 3;
