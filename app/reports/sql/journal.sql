-- journal: one journal with the names of what it is about
SELECT j.*, o.number AS order_number, s.name AS seller, was.id AS reversed_id, was.sequence AS reversed_sequence,
  by.id AS reversing_id, by.sequence AS reversing_sequence
FROM journals AS j
LEFT JOIN orders AS o ON o.id = j.order_id
LEFT JOIN organizations AS s ON s.id = j.organization_id
LEFT JOIN journals AS was ON was.id = j.reverses_id
LEFT JOIN journals AS by ON by.reverses_id = j.id
WHERE j.id = :journal_id;
