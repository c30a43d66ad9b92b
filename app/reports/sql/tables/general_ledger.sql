-- general_ledger: every posting booked in a period by account, with the balance it left on the account's natural side
SELECT line.booked_at, line.sequence, line.event, line.number AS account, line.account_name, line.party, line.debit, line.credit,
  (coalesce(before.amount, 0) + sum(line.amount) OVER (PARTITION BY line.number, line.asset ORDER BY line.booked_at, line.sequence, line.line))
    * line.natural_side AS balance,
  line.asset, line.order_number, line.stripe_id, line.chain_id, line.tx_hash, line.block_number, line.log_index,
  line.effective_at, line.late_for, line.reverses, line.journal
FROM (
  SELECT j.booked_at, j.sequence, j.event, j.effective_at, j.late_for, j.id AS journal, j.stripe_id, j.chain_id, j.tx_hash,
    j.block_number, j.log_index, r.sequence AS reverses, p.line, p.amount, a.number, a.asset, a.natural_side,
    CAST(:names AS jsonb) ->> a.number AS account_name, o.number AS order_number,
    coalesce(s.name, owner.name) AS party,
    CASE WHEN p.amount > 0 THEN p.amount END AS debit, CASE WHEN p.amount < 0 THEN -p.amount END AS credit
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id
  LEFT JOIN journals AS r ON r.id = j.reverses_id
  LEFT JOIN orders AS o ON o.id = j.order_id
  LEFT JOIN organizations AS s ON s.id = j.organization_id
  LEFT JOIN organizations AS owner ON owner.id = a.owner_id
  WHERE j.booked_at >= :starts_at AND j.booked_at < :ends_at
    AND (CAST(:account AS text) IS NULL OR a.number = CAST(:account AS text))
) AS line
LEFT JOIN (
  SELECT number, asset, sum(amount) AS amount FROM (
    SELECT a.number, a.asset, b.balance AS amount
    FROM ledger_accounts AS a JOIN account_balances AS b ON b.account_id = a.id
    WHERE CAST(:account AS text) IS NULL OR a.number = CAST(:account AS text)
    UNION ALL
    SELECT a.number, a.asset, -p.amount
    FROM journals AS j JOIN postings AS p ON p.journal_id = j.id JOIN ledger_accounts AS a ON a.id = p.account_id
    WHERE j.booked_at >= :starts_at AND (CAST(:account AS text) IS NULL OR a.number = CAST(:account AS text))
  ) AS now_and_since
  GROUP BY number, asset
) AS before ON before.number = line.number AND before.asset = line.asset
ORDER BY line.number, line.asset, line.booked_at, line.sequence, line.line;
