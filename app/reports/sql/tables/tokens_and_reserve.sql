-- tokens_and_reserve: accounts of tokens on chain, of their supply and of the dollars that cover them, from opening to closing by event
WITH balances AS (
  SELECT a.number, a.asset, a.natural_side, sum(b.balance) AS amount
  FROM ledger_accounts AS a JOIN account_balances AS b ON b.account_id = a.id
  WHERE a.number IN ('1200', '1205', '1206', '1210', '1230', '1250', '3910', '1010', '1100', '1105', '1110', '1120', '2150', '2210', '2400', '2410')
    OR (a.number IN ('2310', '2320') AND a.asset = 'USD')
  GROUP BY a.number, a.asset, a.natural_side
), moved AS (
  SELECT a.number, a.asset, j.event, j.booked_at >= :ends_at AS is_later, sum(p.amount) AS amount, count(DISTINCT j.id) AS journals
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id
  WHERE j.booked_at >= :starts_at
  GROUP BY a.number, a.asset, j.event, is_later
), told AS (
  SELECT b.number, b.asset, b.natural_side, 1 AS place, 'opening' AS what, '' AS event,
    b.amount - coalesce((SELECT sum(m.amount) FROM moved AS m WHERE m.number = b.number AND m.asset = b.asset), 0) AS amount,
    NULL::bigint AS journals
  FROM balances AS b
  UNION ALL
  SELECT b.number, b.asset, b.natural_side, 2, 'change', m.event, m.amount, m.journals
  FROM balances AS b JOIN moved AS m ON m.number = b.number AND m.asset = b.asset AND NOT m.is_later
  UNION ALL
  SELECT b.number, b.asset, b.natural_side, 3, 'closing', '',
    b.amount - coalesce((SELECT sum(m.amount) FROM moved AS m WHERE m.number = b.number AND m.asset = b.asset AND m.is_later), 0),
    NULL::bigint
  FROM balances AS b
)
SELECT number AS account, CAST(:names AS jsonb) ->> number AS account_name, what, event, amount * natural_side AS amount, asset, journals
FROM told
ORDER BY asset, number, place, event;
