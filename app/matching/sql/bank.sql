-- bank: lines of bank statements against the journals of the bank account, by reference
INSERT INTO match_found (family, reference, state, rule, reason, asset, outside, booked, paper, difference, since, journal_id, detail)
WITH touched AS (
  SELECT DISTINCT reference AS name FROM match_touched WHERE family = 'bank'
), booked AS (
  SELECT n.name, j.id, j.event, j.effective_at, sum(p.amount) AS cents
  FROM touched AS t
  JOIN match_bank_names AS n ON n.name = t.name AND n.is_entry
  JOIN journals AS j ON j.id = n.id
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1010' AND a.asset = 'USD'
  WHERE NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = j.id)
  GROUP BY n.name, j.id
), ledger AS (
  SELECT name, sum(cents) AS cents, count(*) AS journals, min(event) AS event, min(effective_at) AS since,
    (array_agg(id ORDER BY effective_at DESC, id DESC))[1] AS journal_id
  FROM booked GROUP BY name
), said AS (
  SELECT n.name, l.id, l.amount_minor, l.currency, l.booked_on, l.description
  FROM touched AS t
  JOIN match_bank_names AS n ON n.name = t.name AND NOT n.is_entry
  JOIN bank_lines AS l ON l.id = n.id
), bank AS (
  SELECT name, sum(amount_minor) AS cents, count(*) AS lines, max(currency) AS currency, min(description) AS description,
    count(DISTINCT currency) AS currencies, min(booked_on) AS booked_on,
    count(*) > count(DISTINCT amount_minor) AS has_equal_ones
  FROM said GROUP BY name
), compared AS (
  SELECT name, b.cents, b.currency, l.journal_id, l.journals, l.cents AS booked, k.time_zone,
    coalesce(b.booked_on::timestamp AT TIME ZONE k.time_zone, l.since) AS since, left(concat_ws(' ', l.event, b.description), 200) AS detail,
    CASE
      WHEN l.name IS NULL THEN 'MISSING_LEDGER'
      WHEN b.name IS NULL THEN 'BANK_MISSING'
      WHEN b.currencies > 1 OR b.currency <> 'USD' THEN 'CURRENCY'
      WHEN b.cents = l.cents THEN NULL
      WHEN b.has_equal_ones AND b.cents = l.cents * b.lines THEN 'DUPLICATE'
      WHEN l.event LIKE 'stripe_payout%' AND l.cents = b.cents * l.journals THEN 'DUPLICATE'
      WHEN l.journals > 1 AND l.event NOT LIKE 'stripe_payout%' THEN 'PAYOUT_UNFOOTED'
      ELSE 'AMOUNT'
    END AS reason
  FROM ledger AS l FULL JOIN bank AS b USING (name) CROSS JOIN books AS k
)
SELECT 'bank', name,
  CASE
    WHEN reason IS NULL THEN 'matched'
    WHEN reason = 'BANK_MISSING' AND NOT (  -- nobody has sent the statements of these days yet
      EXISTS (SELECT 1 FROM bank_statements AS f WHERE f.first_on <= (since AT TIME ZONE time_zone)::date)
      AND EXISTS (SELECT 1 FROM bank_statements AS f WHERE f.last_on >= (since AT TIME ZONE time_zone)::date + 3)) THEN 'waiting'
    ELSE 'open'
  END,
  CASE WHEN reason IS NULL THEN CASE WHEN journals > 1 THEN 3 ELSE 2 END END, reason, coalesce(currency, 'USD'), cents, booked,
  NULL, coalesce(cents, 0) - coalesce(booked, 0), since, journal_id, detail
FROM compared;
