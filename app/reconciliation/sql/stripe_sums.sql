-- stripe_sums: what Stripe's own rows and our records of payments add up to, in cents
SELECT
  (SELECT coalesce(sum(net), 0) FROM stripe_transactions_now WHERE currency = 'USD') AS transactions,
  (SELECT coalesce(sum(amount_minor), 0) FROM card_payments WHERE state = 'succeeded' AND currency = 'USD')
    - (SELECT coalesce(sum(amount_minor), 0) FROM card_refunds WHERE state = 'succeeded' AND currency = 'USD')
    - (SELECT coalesce(sum(amount), 0) FROM stripe_transactions_now
       WHERE currency = 'USD' AND type IN ('charge', 'payment', 'refund', 'payment_refund', 'refund_failure')) AS receivable,
  - (SELECT coalesce(sum(amount), 0) FROM stripe_transactions_now WHERE currency = 'USD' 
      AND type IN ('payout', 'payout_failure', 'payout_cancel'))
    - (SELECT coalesce(sum(amount), 0) FROM stripe_payouts WHERE currency = 'USD' AND status = 'paid') AS on_the_way,
  (SELECT coalesce(sum(amount_minor), 0) FROM bank_receipts WHERE currency = 'USD')
    + (SELECT coalesce(sum(amount), 0) FROM stripe_payouts WHERE currency = 'USD' AND status = 'paid')
    - (SELECT coalesce(sum(amount_cents - kept_cents), 0) FROM redemptions WHERE state = 'paid')
    + (SELECT coalesce(sum(back_cents - cents), 0) FROM payout_returns WHERE kind = 'came_back')
    - (SELECT coalesce(sum(amount_minor), 0) FROM card_refunds WHERE state = 'paid_by_bank' AND currency = 'USD')
    - (SELECT coalesce(sum(cents), 0) FROM tax_remittances WHERE state = 'paid')
    + (SELECT coalesce(sum(cents), 0) FROM claim_steps WHERE kind = 'received')
    + (SELECT coalesce(sum(p.amount), 0) FROM journals AS j JOIN postings AS p ON p.journal_id = j.id
       JOIN ledger_accounts AS a ON a.id = p.account_id AND a.number = '1010' AND a.asset = 'USD'
       WHERE j.event ~ '^(capital_paid_(in|out)|opening_balances|carried_(paid|received)|gas_bought|(bank|exchange)_difference|float_(bought|sold)|bank_line_in_suspense)(_taken_back)?$') AS banked,
  (SELECT coalesce(sum(amount_cents - kept_cents), 0) FROM redemptions WHERE state IN ('burned', 'returned')) AS redemptions_due,
  (SELECT coalesce(sum(cents - settled_cents), 0) FROM chargeback_claims WHERE state = 'owed') AS owed_by_sellers,
  (SELECT coalesce(sum(cents), 0) FROM tax_remittances WHERE state = 'burned' AND tax = 'withheld') AS remittances_due,
  (SELECT coalesce(sum(cents), 0) FROM tax_remittances WHERE state = 'burned' AND tax = 'supply') AS supply_vat_due,
  (SELECT coalesce(sum(m.units), 0) FROM tax_movements AS m JOIN order_tax_terms AS t ON t.id = m.terms_id WHERE t.tax = 'withheld')
    - 10000 * (SELECT coalesce(sum(cents), 0) FROM tax_remittances WHERE state <> 'burning' AND tax = 'withheld') AS tax_withheld,
  (SELECT coalesce(sum(m.units), 0) FROM tax_movements AS m JOIN order_tax_terms AS t ON t.id = m.terms_id WHERE t.tax = 'supply')
    - 10000 * (SELECT coalesce(sum(cents), 0) FROM tax_remittances WHERE state <> 'burning' AND tax = 'supply') AS supply_vat,
  - (SELECT coalesce(sum(amount), 0) FROM stripe_transactions_now
     WHERE currency = 'USD' AND type = 'adjustment' AND reporting_category IN ('dispute', 'dispute_reversal'))
    - (SELECT coalesce(sum(amount_minor), 0) FROM card_disputes WHERE status = 'lost' AND currency = 'USD') AS disputed;
