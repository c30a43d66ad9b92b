-- bank_lines: lines of bank statements against the journals of the bank account, by reference: each group matched by a rule, or with a reason
WITH booked AS (
  SELECT j.id, j.event, j.effective_at, sum(p.amount) AS cents, coalesce(
      min(r.reference_key), min(f.reference_key), min(c.reference_key),
      CASE WHEN j.event ~ '^capital_paid_(in|out)$' THEN split_part(j.key, ':', 2) END,
      CASE WHEN j.event ~ '^stripe_payout_' THEN regexp_replace(lower(j.stripe_id), '[^a-z0-9]', '', 'g') END,
      regexp_replace(lower(j.details ->> 'reference'), '[\W_]', '', 'g'),
      j.key) AS name
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1010' AND a.asset = 'USD'
  LEFT JOIN bank_receipts AS r ON j.event = 'bank_receipt_recorded' AND j.key = 'bank:' || r.bank_reference
  LEFT JOIN redemptions AS d ON j.event = 'redemption_paid' AND j.key = 'redemption:' || d.id || ':paid'
  LEFT JOIN bank_files AS f ON f.id = d.bank_file_id
  LEFT JOIN card_refunds AS c ON j.event = 'refund_paid_by_bank' AND j.key = 'refund:' || c.key || ':paid-by-bank'
  WHERE j.event <> 'opening_balances' AND j.reverses_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = j.id)
  GROUP BY j.id
), ledger AS (
  SELECT name, sum(cents) AS cents, count(*) AS journals, min(id::text) AS journal_id, min(event) AS event,
    min(effective_at) AS since
  FROM booked GROUP BY name
), said AS (
  SELECT coalesce(
      regexp_replace(substring(lower(l.description || ' ' || l.reference) FROM 'po_[a-z0-9_]+'), '[^a-z0-9]', '', 'g'),
      nullif(l.reference_key, ''), l.id::text) AS name,
    l.id, l.amount_minor, l.currency, l.booked_on
  FROM bank_lines AS l
), bank AS (
  SELECT name, sum(amount_minor) AS cents, count(*) AS lines, min(id::text) AS line_id, max(currency) AS currency,
    count(DISTINCT currency) AS currencies, min(booked_on) AS booked_on,
    count(*) > count(DISTINCT amount_minor) AS has_equal_ones
  FROM said GROUP BY name
)
SELECT name, b.line_id, b.lines, b.cents, b.currency, l.journal_id, l.journals, l.cents AS booked, l.event,
  coalesce(b.booked_on::timestamptz, l.since) AS since,
  CASE WHEN b.name IS NOT NULL AND l.name IS NOT NULL THEN CASE WHEN l.journals > 1 THEN 3 ELSE 1 END END AS rule,
  CASE
    WHEN l.name IS NULL THEN 'MISSING_LEDGER'
    WHEN b.name IS NULL THEN 'BANK_MISSING'
    WHEN b.currencies > 1 OR b.currency <> 'USD' THEN 'CURRENCY'
    WHEN b.cents = l.cents THEN NULL
    WHEN b.has_equal_ones AND b.cents = l.cents * b.lines THEN 'DUPLICATE'
    WHEN l.journals > 1 AND l.event NOT LIKE 'stripe_payout%' THEN 'PAYOUT_UNFOOTED'
    ELSE 'AMOUNT'
  END AS reason
FROM ledger AS l FULL JOIN bank AS b USING (name)
ORDER BY since, name;
