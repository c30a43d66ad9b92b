-- card: our records of card payments and refunds against their journals and against what Stripe charged or took
INSERT INTO match_found (family, reference, state, rule, reason, asset, outside, booked, paper, difference, since, journal_id, detail)
WITH touched AS (
  SELECT reference FROM match_touched WHERE family = 'card'
), papers AS (
  SELECT t.reference, p.amount_minor AS cents, p.currency, p.succeeded_at AS at, p.charge_id AS source, false AS is_failed
  FROM touched AS t JOIN card_payments AS p ON p.payment_intent_id = t.reference AND p.state = 'succeeded'
  UNION ALL
  SELECT t.reference, CASE WHEN r.state = 'succeeded' THEN -r.amount_minor ELSE 0 END, r.currency,
    coalesce(r.settled_at, r.created_at), r.stripe_refund_id, r.state <> 'succeeded'
  FROM touched AS t JOIN card_refunds AS r ON r.stripe_refund_id = t.reference AND r.state <> 'planned'
), booked AS (
  SELECT t.reference, sum(p.amount) AS cents, (array_agg(j.id ORDER BY j.sequence DESC))[1] AS journal_id,
    min(j.event) AS event, min(j.effective_at) AS effective_at,
    count(*) > count(DISTINCT j.event) AS is_doubled
  FROM touched AS t
  JOIN journals AS j ON j.stripe_id = t.reference AND j.reverses_id IS NULL
    AND j.event IN ('card_payment_succeeded', 'card_refund_succeeded', 'card_refund_failed')
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1105' AND a.asset = 'USD'
  WHERE NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = j.id)
  GROUP BY t.reference
), seen AS (
  SELECT t.reference, sum(s.amount) AS cents, min(s.currency) AS currency, max(s.created) AS created,
    count(*) FILTER (WHERE s.type <> 'refund_failure') AS movements
  FROM touched AS t
  LEFT JOIN papers AS p ON p.reference = t.reference
  JOIN stripe_transactions_now AS s ON s.source_id = coalesce(p.source, t.reference)
    AND s.type IN ('charge', 'payment', 'refund', 'payment_refund', 'refund_failure')
  WHERE NOT EXISTS (SELECT 1 FROM card_payments AS other WHERE other.charge_id = s.source_id AND other.state = 'succeeded'
    AND other.payment_intent_id <> t.reference)
  GROUP BY t.reference
), compared AS (
  SELECT t.reference, p.cents AS paper, b.cents AS booked, s.cents AS outside, coalesce(s.currency, p.currency, 'USD') AS asset,
    b.journal_id, b.event AS detail, coalesce(p.at, b.effective_at, s.created) AS since, p.is_failed, s.created AS seen_at,
    CASE
      WHEN p.reference IS NULL THEN 'MISSING_RECORD'
      WHEN b.reference IS NULL AND p.cents <> 0 THEN 'MISSING_LEDGER'
      WHEN p.currency <> 'USD' OR s.currency <> p.currency THEN 'CURRENCY'
      WHEN b.is_doubled OR s.movements > 1 THEN 'DUPLICATE'
      WHEN coalesce(b.cents, 0) <> p.cents THEN 'AMOUNT'
      WHEN s.reference IS NULL AND p.cents <> 0 THEN 'MISSING_STRIPE'
      WHEN coalesce(s.cents, 0) <> p.cents THEN 'AMOUNT'
    END AS reason
  FROM touched AS t
  LEFT JOIN papers AS p ON p.reference = t.reference
  LEFT JOIN booked AS b ON b.reference = t.reference
  LEFT JOIN seen AS s ON s.reference = t.reference
  WHERE p.reference IS NOT NULL OR b.reference IS NOT NULL OR s.reference IS NOT NULL
)
SELECT 'card', reference,
  CASE
    WHEN reason IS NULL THEN 'matched'
    WHEN reason = 'MISSING_STRIPE' AND since >= :settled_before THEN 'waiting'
    WHEN reason = 'MISSING_RECORD' AND booked IS NULL AND seen_at >= :settled_before THEN 'waiting'
    WHEN reason = 'AMOUNT' AND is_failed AND coalesce(booked, 0) = paper AND since >= :settled_before THEN 'waiting'
    ELSE 'open'
  END,
  CASE WHEN reason IS NULL THEN 1 END, reason, asset, outside, booked, paper,
  coalesce(CASE WHEN reason = 'MISSING_STRIPE' THEN 0 END, CASE WHEN outside IS DISTINCT FROM booked THEN outside END, paper, 0) - coalesce(booked, 0),
  since, journal_id, coalesce(detail, '')
FROM compared;
