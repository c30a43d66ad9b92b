-- bank: what passed through the bank by our own papers against the journals of the bank account
WITH papers AS (
  SELECT 'receipt' AS kind, bank_reference AS name, 'bank:' || bank_reference AS key, amount_minor AS cents, currency
  FROM bank_receipts
  UNION ALL
  SELECT 'redemption', id::text, 'redemption:' || id || ':paid' || CASE WHEN returned_count > 0 THEN ':' || returned_count + 1 ELSE '' END,
    kept_cents - amount_cents, 'USD'
  FROM redemptions WHERE state = 'paid' AND amount_cents > kept_cents
  UNION ALL
  SELECT 'redemption', redemption_id::text, 'redemption:' || redemption_id || ':paid' || CASE WHEN attempt > 1 THEN ':' || attempt ELSE '' END,
    -cents, 'USD'
  FROM payout_returns WHERE kind = 'came_back'
  UNION ALL
  SELECT 'redemption', bank_reference, concat_ws(':', 'redemption', redemption_id, 'returned', attempt), back_cents, 'USD'
  FROM payout_returns WHERE kind = 'came_back'
  UNION ALL
  SELECT 'refund', bank_reference, 'refund:' || key || ':paid-by-bank', -amount_minor, currency
  FROM card_refunds WHERE state = 'paid_by_bank'
  UNION ALL
  SELECT 'remittance', id::text, 'tax:' || id || ':remitted', -cents, 'USD'
  FROM tax_remittances WHERE state = 'paid'
  UNION ALL
  SELECT 'chargeback', bank_reference, 'claim-step:' || id, cents, 'USD' FROM claim_steps WHERE kind = 'received'
), booked AS (
  SELECT j.key, j.event, sum(p.amount) AS cents
  FROM journals AS j
  JOIN postings AS p ON p.journal_id = j.id
  JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1010' AND a.asset = 'USD'
  WHERE j.event !~ '^(stripe_payout_(arrived|returned)|(capital_paid_(in|out)|opening_balances|carried_(paid|received)|gas_bought|(bank|exchange)_difference|float_(bought|sold)|bank_line_in_suspense)(_taken_back)?)$'
    AND j.reverses_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM journals AS back WHERE back.reverses_id = j.id)
  GROUP BY j.id
)
SELECT p.kind, p.name, p.cents, p.currency, b.key, b.event, b.cents AS booked
FROM papers AS p
FULL JOIN booked AS b ON b.key = p.key
WHERE p.cents IS DISTINCT FROM b.cents OR p.currency <> 'USD'
ORDER BY p.name, b.key;
