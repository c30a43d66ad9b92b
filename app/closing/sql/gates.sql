-- gates: what of the time before a month's end is not in order, by gate: facts that no journal is of, what is not final, suspense, accounts on the wrong side
WITH red AS (
  SELECT 'unposted' AS gate, 'transaction' AS kind, t.id AS name, t.currency AS asset, t.net::numeric AS amount, t.created AS since, NULL::uuid AS exception_id
  FROM stripe_transactions_now AS t
  WHERE t.created < :ends_at AND NOT EXISTS (SELECT 1 FROM journals AS j WHERE j.stripe_id = t.id)
  UNION ALL
  SELECT 'unposted', 'receipt', r.bank_reference, r.currency, r.amount_minor, r.received_at, NULL
  FROM bank_receipts AS r
  WHERE r.received_at < :ends_at AND NOT EXISTS (SELECT 1 FROM journals AS j WHERE j.key = 'bank:' || r.bank_reference)
  UNION ALL
  SELECT 'exceptions', 'item', e.family || ' ' || e.reference, e.asset, e.difference, e.since, e.id
  FROM match_exceptions AS e WHERE e.state = 'open' AND e.since < :ends_at
  UNION ALL
  SELECT 'unfinalized', 'tx', '0x' || encode(l.tx_hash, 'hex'), 'CTM', 0, min(l.block_time), NULL
  FROM chain_logs AS l WHERE l.final_at IS NULL AND l.block_time < :ends_at GROUP BY l.tx_hash
  UNION ALL
  SELECT 'suspense', 'open', coalesce(min(o.number), '0x' || min(encode(j.tx_hash, 'hex')), min(j.key)), a.asset,
    -sum(p.amount), min(j.booked_at), NULL
  FROM ledger_accounts AS a
  JOIN assets AS x ON x.code = a.asset
  JOIN postings AS p ON p.account_id = a.id
  JOIN journals AS j ON j.id = p.journal_id
  LEFT JOIN orders AS o ON o.id = j.order_id
  WHERE a.number = '2900' AND j.booked_at < :ends_at
  GROUP BY a.asset, x.exponent, coalesce(j.order_id::text, encode(j.tx_hash, 'hex'), j.key)
  HAVING abs(sum(p.amount)) >= 10::numeric ^ (x.exponent - 2)
  UNION ALL
  SELECT CASE WHEN a.may_go_negative THEN 'unusual' ELSE 'negative' END, 'account',
    a.number || coalesce(' ' || a.owner_id, ''), a.asset, m.closing * a.natural_side, NULL, NULL
  FROM month_balances(:period) AS m JOIN ledger_accounts AS a ON a.id = m.account_id
  WHERE m.closing * a.natural_side < 0 AND a.number NOT IN ('1220', '2900', '3000', '3100', '3900')
)
SELECT gate, kind, name, asset, amount, since, exception_id, all_of_them FROM (
  SELECT *, row_number() OVER (PARTITION BY gate ORDER BY since, name) AS place, count(*) OVER (PARTITION BY gate) AS all_of_them
  FROM red) AS numbered
WHERE place <= :most
ORDER BY gate, place;
