-- payout: Stripe's payouts against their parts, their movement out of the Stripe balance and the journals of their arrival
INSERT INTO match_found (family, reference, state, rule, reason, asset, outside, booked, paper, difference, since, journal_id, detail)
WITH touched AS (
  SELECT reference FROM match_touched WHERE family = 'payout'
), moved AS (
  SELECT t.reference, -sum(s.amount) FILTER (WHERE s.type = 'payout') AS cents, count(*) FILTER (WHERE s.type = 'payout') AS movements,
    coalesce(sum(s.amount) FILTER (WHERE s.type <> 'payout'), 0) AS came_back, max(s.created) AS created
  FROM touched AS t
  JOIN stripe_transactions_now AS s ON s.source_id = t.reference AND s.type IN ('payout', 'payout_failure', 'payout_cancel')
  GROUP BY t.reference
), footed AS (
  SELECT t.reference, sum(p.net) AS cents FROM touched AS t JOIN stripe_payout_parts AS p ON p.payout_id = t.reference
  GROUP BY t.reference
), arrived AS (
  SELECT t.reference, sum(p.amount) AS cents, (array_agg(j.id ORDER BY j.sequence DESC))[1] AS journal_id,
    min(j.effective_at) AS effective_at, count(*) > 1 AS is_doubled
  FROM touched AS t
  JOIN journals AS j ON j.stripe_id = t.reference AND j.reverses_id IS NULL
    AND j.event IN ('stripe_payout_arrived', 'stripe_payout_returned')
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1010' AND a.asset = 'USD'
  WHERE NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = j.id)
  GROUP BY t.reference
), compared AS (
  SELECT t.reference, o.amount AS outside, o.currency, o.status,
    CASE WHEN m.cents = o.amount AND o.itemized_at IS NOT NULL THEN coalesce(f.cents, 0) ELSE m.cents END AS moved, a.cents AS booked, a.journal_id,
    coalesce(o.created, m.created, a.effective_at) AS since,
    CASE
      WHEN o.id IS NULL THEN 'MISSING_STRIPE'
      WHEN o.currency <> 'USD' THEN 'CURRENCY'
      WHEN m.cents IS NULL THEN 'MISSING_STRIPE'
      WHEN m.movements > 1 THEN 'DUPLICATE'
      WHEN m.cents <> o.amount THEN 'PAYOUT_UNFOOTED'
      WHEN o.itemized_at IS NOT NULL AND coalesce(f.cents, 0) <> o.amount THEN 'PAYOUT_UNFOOTED'
      WHEN m.came_back <> CASE WHEN o.status IN ('failed', 'canceled') THEN o.amount ELSE 0 END
        THEN CASE WHEN m.came_back = 0 THEN 'MISSING_STRIPE' ELSE 'AMOUNT' END
      WHEN o.status IN ('pending', 'in_transit') AND a.cents IS NULL THEN 'BANK_MISSING'
      WHEN o.status = 'paid' AND a.cents IS NULL THEN 'MISSING_LEDGER'
      WHEN o.status = 'paid' AND a.is_doubled AND a.cents <> o.amount THEN 'DUPLICATE'
      WHEN coalesce(a.cents, 0) <> CASE WHEN o.status = 'paid' THEN o.amount ELSE 0 END THEN 'AMOUNT'
    END AS reason
  FROM touched AS t
  LEFT JOIN stripe_payouts AS o ON o.id = t.reference
  LEFT JOIN moved AS m ON m.reference = t.reference
  LEFT JOIN footed AS f ON f.reference = t.reference
  LEFT JOIN arrived AS a ON a.reference = t.reference
  WHERE o.id IS NOT NULL OR m.reference IS NOT NULL OR a.reference IS NOT NULL
)
SELECT 'payout', reference,
  CASE
    WHEN reason IS NULL THEN 'matched'
    WHEN reason = 'BANK_MISSING' AND since >= :arrived_before THEN 'waiting'
    WHEN reason = 'MISSING_STRIPE' AND booked IS NULL AND since >= :settled_before THEN 'waiting'
    WHEN reason = 'MISSING_STRIPE' AND status IN ('failed', 'canceled') AND since >= :settled_before THEN 'waiting'
    ELSE 'open'
  END,
  CASE WHEN reason IS NULL THEN 3 END, reason, coalesce(currency, 'USD'), outside, booked, moved,
  CASE WHEN reason = 'PAYOUT_UNFOOTED' THEN outside - moved
    WHEN reason IS NOT NULL THEN coalesce(outside, moved, 0) - coalesce(booked, 0) ELSE 0 END,
  since, journal_id, coalesce(status, '')
FROM compared;
