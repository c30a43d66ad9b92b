-- whole_ledger: every posting with its journal and account, in the order the journals were numbered
SELECT j.sequence, j.id, j.event, j.effective_at, j.posted_at, j.late_for, j.order_id, j.reverses_id, j.stripe_id,
       encode(j.tx_hash, 'hex') AS tx, to_char(timezone(b.time_zone, j.booked_at), 'YYYY-MM-DD') AS day,
       a.number, a.owner_id, a.asset, s.exponent, p.line, p.amount
FROM journals AS j CROSS JOIN books AS b
JOIN postings AS p ON p.journal_id = j.id
JOIN ledger_accounts AS a ON a.id = p.account_id
JOIN assets AS s ON s.code = a.asset
ORDER BY j.sequence, p.line;
