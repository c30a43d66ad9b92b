-- stripe: Stripe's balance transactions against the journals of the Stripe balance that name them
INSERT INTO match_found (family, reference, state, rule, reason, asset, outside, booked, paper, difference, since, journal_id, detail)
WITH touched AS (
  SELECT reference FROM match_touched WHERE family = 'stripe'
), own AS (
  SELECT t.reference, j.id, j.event, j.effective_at
  FROM touched AS t JOIN journals AS j ON j.stripe_id = t.reference AND j.reverses_id IS NULL
  UNION ALL
  SELECT t.reference, j.id, j.event, j.effective_at
  FROM touched AS t JOIN journals AS j ON j.key = t.reference AND j.stripe_id IS NULL AND j.reverses_id IS NULL
), entries AS (
  SELECT o.reference, o.id, o.event, o.effective_at,
    sum(p.amount) FILTER (WHERE a.number = '1100') AS net,
    sum(p.amount) FILTER (WHERE a.number IN ('5100', '5110')) AS fee
  FROM own AS o
  JOIN postings AS p ON p.journal_id = o.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.asset = 'USD'
  WHERE NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = o.id)
  GROUP BY o.reference, o.id, o.event, o.effective_at
), booked AS (
  SELECT reference, sum(net) AS net, coalesce(sum(fee), 0) AS fee, count(*) FILTER (WHERE event <> 'stripe_corrected') AS journals,
    (array_agg(id ORDER BY effective_at DESC, id DESC))[1] AS journal_id, min(event) AS event, min(effective_at) AS effective_at
  FROM entries GROUP BY reference HAVING count(net) > 0
), compared AS (
  SELECT r.reference, t.id, t.net, t.fee, t.currency, t.created, b.net AS booked_net, b.journal_id, b.effective_at,
    concat_ws(' ', t.reporting_category, b.event) AS detail,
    CASE
      WHEN t.id IS NULL THEN 'MISSING_STRIPE'
      WHEN t.currency <> 'USD' THEN 'CURRENCY'
      WHEN b.reference IS NULL AND CASE WHEN t.type = 'adjustment' THEN t.reporting_category ELSE t.type END = ANY(:known)
        THEN 'MISSING_LEDGER'
      WHEN b.reference IS NULL THEN 'UNKNOWN_TYPE'
      WHEN b.journals > 1 THEN 'DUPLICATE'
      WHEN t.net + t.fee <> b.net + b.fee THEN 'AMOUNT'
      WHEN t.fee <> b.fee THEN 'FEE'
      WHEN t.created <> b.effective_at AND to_char(t.created AT TIME ZONE k.time_zone, 'YYYY-MM')
        <> to_char(b.effective_at AT TIME ZONE k.time_zone, 'YYYY-MM')
        THEN 'LATE_PERIOD'
    END AS reason
  FROM touched AS r
  CROSS JOIN books AS k
  LEFT JOIN stripe_transactions_now AS t ON t.id = r.reference
  LEFT JOIN booked AS b ON b.reference = r.reference
  WHERE t.id IS NOT NULL OR b.reference IS NOT NULL
)
SELECT 'stripe', reference, CASE WHEN reason IS NULL THEN 'matched' ELSE 'open' END, CASE WHEN reason IS NULL THEN 1 END,
  reason, coalesce(currency, 'USD'), net, booked_net, NULL, coalesce(net, 0) - coalesce(booked_net, 0),
  coalesce(created, effective_at), journal_id, detail
FROM compared;
