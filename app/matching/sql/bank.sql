-- bank: lines of bank statements against the journals of the bank account, by reference
INSERT INTO match_found (family, reference, state, rule, reason, asset, outside, booked, paper, difference, since, journal_id, detail)
WITH booked AS (
  SELECT j.id, j.event, j.effective_at, sum(p.amount) AS cents, coalesce(
      min(r.reference_key), min(f.reference_key), min(c.reference_key), min(s.reference_key), min(x.reference_key),
      min(nullif(y.reference_key, '')), min(y.id::text), min(z.reference_key),
      CASE WHEN j.event ~ '^capital_paid_(in|out)$' THEN split_part(j.key, ':', 2) END,
      CASE WHEN j.event ~ '^stripe_payout_' THEN regexp_replace(lower(j.stripe_id), '[^a-z0-9]', '', 'g') END,
      nullif(regexp_replace(lower(j.details ->> 'reference'), '[\W_]', '', 'g'), ''),
      j.key) AS name
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1010' AND a.asset = 'USD'
  LEFT JOIN bank_receipts AS r ON j.event = 'bank_receipt_recorded' AND j.key = 'bank:' || r.bank_reference
  LEFT JOIN redemptions AS d ON j.event = 'redemption_paid'
    AND j.key = 'redemption:' || d.id || ':paid' || CASE WHEN d.returned_count > 0 THEN ':' || d.returned_count + 1 ELSE '' END
  LEFT JOIN payout_returns AS e ON j.event = 'redemption_paid'
    AND j.key = 'redemption:' || e.redemption_id || ':paid' || CASE WHEN e.attempt > 1 THEN ':' || e.attempt ELSE '' END
  LEFT JOIN bank_files AS f ON f.id = coalesce(e.bank_file_id, d.bank_file_id)
  LEFT JOIN payout_returns AS z ON j.event = 'redemption_returned'
    AND j.key = concat_ws(':', 'redemption', z.redemption_id, 'returned', z.attempt)
  LEFT JOIN bank_lines AS y ON y.id = z.bank_line_id
  LEFT JOIN card_refunds AS c ON j.event = 'refund_paid_by_bank' AND j.key = 'refund:' || c.key || ':paid-by-bank'
  LEFT JOIN claim_steps AS s ON j.event = 'chargeback_received' AND j.key = 'claim-step:' || s.id
  LEFT JOIN tax_remittances AS x ON j.event = 'tax_remitted' AND j.key = 'tax:' || x.id || ':remitted'
  WHERE j.event <> 'opening_balances' AND j.reverses_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = j.id)
  GROUP BY j.id
), ledger AS (
  SELECT name, sum(cents) AS cents, count(*) AS journals, min(event) AS event, min(effective_at) AS since,
    (array_agg(id ORDER BY effective_at DESC, id DESC))[1] AS journal_id
  FROM booked GROUP BY name
), traces AS (  -- what Stripe says the bank writes beside a payout
  SELECT regexp_replace(lower(payload #>> '{trace_id,value}'), '[^a-z0-9]', '', 'g') AS trace, min(id) AS payout_id
  FROM stripe_payouts WHERE payload #>> '{trace_id,value}' <> '' GROUP BY 1 HAVING count(*) = 1
), written AS (
  SELECT l.id, l.amount_minor, l.currency, l.booked_on, l.description, coalesce(
      regexp_replace(coalesce(
        substring(lower(l.description || ' ' || l.reference) FROM 'po_[a-z0-9_]+'), lower(t.payout_id)), '[^a-z0-9]', '', 'g'),
      nullif(l.reference_key, ''), l.id::text) AS name
  FROM bank_lines AS l
  LEFT JOIN traces AS t ON t.trace = nullif(l.reference_key, '')
), said AS (
  SELECT coalesce(k.other_reference, w.name) AS name, w.id, w.amount_minor, w.currency, w.booked_on, w.description
  FROM written AS w
  LEFT JOIN match_links AS k ON k.family = 'bank' AND k.reference = w.name
), bank AS (
  SELECT name, sum(amount_minor) AS cents, count(*) AS lines, max(currency) AS currency, min(description) AS description,
    count(DISTINCT currency) AS currencies, min(booked_on) AS booked_on,
    count(*) > count(DISTINCT amount_minor) AS has_equal_ones
  FROM said GROUP BY name
), compared AS (
  SELECT name, b.cents, b.currency, l.journal_id, l.journals, l.cents AS booked,
    coalesce(b.booked_on::timestamptz, l.since) AS since, left(concat_ws(' ', l.event, b.description), 200) AS detail,
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
)
SELECT 'bank', name,
  CASE
    WHEN reason IS NULL THEN 'matched'
    WHEN reason = 'BANK_MISSING' AND NOT EXISTS (  -- nobody has sent the statement of these days yet
      SELECT 1 FROM bank_statements AS f WHERE f.first_on <= since::date AND f.last_on >= since::date + 3) THEN 'waiting'
    ELSE 'open'
  END,
  CASE WHEN reason IS NULL THEN CASE WHEN journals > 1 THEN 3 ELSE 2 END END, reason, coalesce(currency, 'USD'), cents, booked,
  NULL, coalesce(cents, 0) - coalesce(booked, 0), since, journal_id, detail
FROM compared;
