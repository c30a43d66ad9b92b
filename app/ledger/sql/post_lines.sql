-- post_lines: the lines of a journal written in this transaction, once all their accounts are there
INSERT INTO postings (journal_id, line, account_id, amount)
SELECT :journal_id, line, coalesce(of_owner.id, of_nobody.id), amount
FROM unnest(CAST(:numbers AS text[]), CAST(:assets AS text[]), CAST(:owners AS uuid[]), CAST(CAST(:amounts AS text[]) AS numeric[]))
  WITH ORDINALITY AS w(number, asset, owner_id, amount, line)
LEFT JOIN ledger_accounts AS of_owner ON of_owner.number = w.number AND of_owner.owner_id = w.owner_id AND of_owner.asset = w.asset
LEFT JOIN ledger_accounts AS of_nobody ON w.owner_id IS NULL AND of_nobody.number = w.number AND of_nobody.owner_id IS NULL AND of_nobody.asset = w.asset;
