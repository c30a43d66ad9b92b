-- open_accounts: those accounts of a journal that are not there yet, in one order, so that two who open the same do not deadlock
INSERT INTO ledger_accounts (number, asset, owner_id, natural_side, may_go_negative)
SELECT DISTINCT number, asset, owner_id, natural_side, may_go_negative
FROM unnest(CAST(:numbers AS text[]), CAST(:assets AS text[]), CAST(:owners AS uuid[]), CAST(:sides AS int[]), CAST(:may_go_negative AS boolean[]))
  AS w(number, asset, owner_id, natural_side, may_go_negative)
WHERE NOT EXISTS (
  SELECT FROM ledger_accounts AS a WHERE a.number = w.number AND a.asset = w.asset AND a.owner_id = w.owner_id
  UNION ALL
  SELECT FROM ledger_accounts AS a WHERE w.owner_id IS NULL AND a.number = w.number AND a.asset = w.asset AND a.owner_id IS NULL
)
ORDER BY number, asset, owner_id
ON CONFLICT DO NOTHING;
