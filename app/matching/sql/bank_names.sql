-- bank_names: what each entry of the bank account and each line of a statement is called, where that is new or another name than it was
WITH entries AS (
  SELECT DISTINCT j.id, j.event, j.key, j.stripe_id, j.details
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1010' AND a.asset = 'USD'
  WHERE j.xid >= :xid AND j.event <> 'opening_balances' AND j.reverses_id IS NULL
), called AS (
  SELECT DISTINCT ON (j.id) j.id, true AS is_entry, coalesce(
      r.reference_key, f.reference_key, c.reference_key, s.reference_key, x.reference_key,
      nullif(y.reference_key, ''), y.id::text, z.reference_key,
      CASE WHEN j.event ~ '^capital_paid_(in|out)$' THEN split_part(j.key, ':', 2) END,
      CASE WHEN j.event ~ '^stripe_payout_' THEN regexp_replace(lower(j.stripe_id), '[^a-z0-9]', '', 'g') END,
      nullif(regexp_replace(lower(j.details ->> 'reference'), '[\W_]', '', 'g'), ''),
      j.key) AS name
  FROM entries AS j
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
  ORDER BY j.id, 3
), traces AS (  -- what Stripe says the bank writes beside a payout
  SELECT regexp_replace(lower(payload #>> '{trace_id,value}'), '[^a-z0-9]', '', 'g') AS trace, min(id) AS payout_id
  FROM stripe_payouts WHERE payload #>> '{trace_id,value}' <> '' GROUP BY 1 HAVING count(*) = 1
), fresh AS (  -- also those whose payout, or whose other name, was told after them
  SELECT id FROM bank_lines WHERE kept_at >= :since
  UNION SELECT l.id FROM bank_lines AS l JOIN traces AS t ON t.trace = l.reference_key
  UNION SELECT n.id FROM match_links AS k JOIN match_bank_names AS n ON n.name = k.reference AND NOT n.is_entry WHERE k.family = 'bank'
), written AS (
  SELECT l.id, coalesce(
      regexp_replace(coalesce(
        substring(lower(l.description || ' ' || l.reference) FROM 'po_[a-z0-9_]+'), lower(t.payout_id)), '[^a-z0-9]', '', 'g'),
      nullif(l.reference_key, ''), l.id::text) AS name
  FROM fresh JOIN bank_lines AS l USING (id)
  LEFT JOIN traces AS t ON t.trace = nullif(l.reference_key, '')
), changed AS (
  INSERT INTO match_bank_names AS n (id, is_entry, name)
  SELECT id, is_entry, name FROM called
  UNION ALL
  SELECT w.id, false, coalesce(k.other_reference, w.name)
  FROM written AS w LEFT JOIN match_links AS k ON k.family = 'bank' AND k.reference = w.name
  ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE n.name <> excluded.name
  RETURNING old.name AS before, new.name AS name
)
INSERT INTO match_touched (family, reference)
SELECT 'bank', name FROM changed UNION SELECT 'bank', before FROM changed WHERE before IS NOT NULL;
