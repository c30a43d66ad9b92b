-- late: journals that came late for a month, and those booked in it that came late for an earlier one
SELECT j.id AS journal, j.key, j.event, j.effective_at, j.booked_at, j.posted_at, j.period, j.late_for, a.asset,
  sum(p.amount) FILTER (WHERE p.amount > 0) AS amount
FROM journals AS j
JOIN postings AS p ON p.journal_id = j.id
JOIN ledger_accounts AS a ON a.id = p.account_id
WHERE j.late_for IS NOT NULL AND (j.late_for = :period OR j.period = :period)
GROUP BY j.id, a.asset
ORDER BY j.late_for, j.effective_at, j.sequence, a.asset DESC
LIMIT :most;
