-- words_of_seal: every place of a seal, with the words its journal has now; none where there is no such journal
SELECT s.position, s.journal_id, s.leaf, w.words
FROM journal_seals AS s
LEFT JOIN journal_words(ARRAY(SELECT journal_id FROM journal_seals WHERE seal = :seal)) AS w ON w.journal_id = s.journal_id
WHERE s.seal = :seal
ORDER BY s.position, s.journal_id;
