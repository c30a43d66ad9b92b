-- outcomes: what a run found where it differs from the newest outcome; what is no longer there at all is gone
WITH looked_at AS (
  SELECT f.family, f.reference, f.state, f.rule, f.reason, f.asset, f.outside, f.booked, f.paper, f.difference, f.since,
    f.journal_id, f.detail
  FROM match_found AS f
  UNION ALL
  SELECT e.family, e.reference, 'gone', NULL, NULL, e.asset, NULL, NULL, NULL, 0, e.since, NULL, ''
  FROM match_exceptions AS e
  WHERE e.state <> 'closed' AND e.family = ANY(:families)
    AND NOT EXISTS (SELECT 1 FROM match_found AS f WHERE f.family = e.family AND f.reference = e.reference)
), newest AS (
  SELECT f.family, f.reference, max(o.sequence) AS sequence
  FROM looked_at AS f JOIN match_outcomes AS o ON o.family = f.family AND o.reference = f.reference
  GROUP BY f.family, f.reference
), new AS (
  INSERT INTO match_outcomes (run_id, family, reference, state, rule, reason, asset, outside, booked, paper, difference, since, journal_id, detail)
  SELECT :run_id, f.*
  FROM looked_at AS f
  LEFT JOIN newest AS l ON l.family = f.family AND l.reference = f.reference
  LEFT JOIN match_outcomes AS n ON n.sequence = l.sequence
  WHERE n.sequence IS NULL
    OR (CASE WHEN n.state = 'resolved' THEN 'open' ELSE n.state END, n.reason, n.asset, n.outside, n.booked, n.paper)
      IS DISTINCT FROM (f.state, f.reason, f.asset, f.outside, f.booked, f.paper)
  ORDER BY f.family, f.reference
  RETURNING sequence, family, reference, state, reason, asset, difference, since, found_at
), kept AS (
  INSERT INTO match_exceptions AS e (family, reference, outcome, state, reason, asset, difference, since, opened_at)
  SELECT family, reference, sequence, state, reason, asset, difference, since, found_at FROM new WHERE state IN ('open', 'waiting')
  ON CONFLICT (family, reference) DO UPDATE SET outcome = excluded.outcome, state = excluded.state, reason = excluded.reason,
    asset = excluded.asset, difference = excluded.difference,
    since = CASE WHEN e.state <> 'closed' AND e.family = 'drift' THEN e.since ELSE excluded.since END,
    opened_at = CASE WHEN e.state = 'open' THEN e.opened_at ELSE excluded.opened_at END
), closed AS (
  UPDATE match_exceptions AS e SET state = 'closed', outcome = n.sequence, difference = n.difference
  FROM new AS n WHERE n.state IN ('matched', 'gone') AND e.family = n.family AND e.reference = n.reference
)
SELECT count(*) FROM new;
