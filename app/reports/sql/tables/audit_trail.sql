-- audit_trail: privileged acts of a period, who did them and to what
SELECT e.at, u.email AS actor, u.name AS actor_name, e.action, coalesce(o.number, s.name) AS about, e.subject_id AS subject, e.details::text AS details, e.id AS entry
FROM audit_entries AS e
LEFT JOIN users AS u ON u.id = e.actor_id
LEFT JOIN orders AS o ON o.id = e.subject_id
LEFT JOIN organizations AS s ON s.id = e.subject_id
WHERE e.at >= :starts_at AND e.at < :ends_at
ORDER BY e.at, e.id;
