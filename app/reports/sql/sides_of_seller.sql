-- sides_of_seller: a seller's money by the records of its orders, by the lines of its settlement report, and by the books
SELECT
  (SELECT coalesce(sum(l.amount - l.final_released - l.final_refunded), 0) FROM escrow_legs AS l
   WHERE l.organization_id = :seller_id AND l.final_funded) AS escrow_by_orders,
  (SELECT coalesce(-sum(b.balance), 0) FROM orders AS o
   JOIN ledger_accounts AS a ON a.number = '2110' AND a.asset = 'CTM' AND a.owner_id = o.id
   JOIN account_balances AS b ON b.account_id = a.id
   WHERE o.organization_id = :seller_id) AS escrow_booked,
  (SELECT coalesce(-sum(p.amount), 0) FROM ledger_accounts AS a
   JOIN postings AS p ON p.account_id = a.id
   JOIN journals AS j ON j.id = p.journal_id
   WHERE a.number = '2200' AND a.asset = 'CTM' AND a.owner_id = :seller_id AND j.organization_id = :seller_id
     AND j.event = ANY(:reported)) AS held_by_report,
  (SELECT coalesce(-sum(b.balance), 0) FROM ledger_accounts AS a JOIN account_balances AS b ON b.account_id = a.id
   WHERE a.number = '2200' AND a.asset = 'CTM' AND a.owner_id = :seller_id) AS held_booked,
  (SELECT coalesce(sum(b.balance), 0) FROM ledger_accounts AS a JOIN account_balances AS b ON b.account_id = a.id
   WHERE a.number = '1230' AND a.asset = 'CTM' AND a.owner_id = :seller_id) AS address_booked;
