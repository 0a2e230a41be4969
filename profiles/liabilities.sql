-- What the debtor owes others, as far as delivered: it ranks before or beside us. Only where the record is confirmed to be the debtor's.
CREATE OR REPLACE TABLE liability AS
-- answers about the debtor itself (tax): the taxpayer must be a confirmed link
SELECT r.only_debtor_id AS debtor_id, r.kind, r.creditor, r.amount, r.arose_on, r.legal_basis, r.source, r.business_date, r.file, r.file_sha256,
       r.table_name, r.row_no
FROM liability_record r
JOIN (SELECT DISTINCT debtor_id, source, record_id FROM linked_party WHERE tier = 'confirmed') l
  ON l.debtor_id = r.only_debtor_id AND l.source = r.source AND l.record_id = r.record_id
WHERE r.only_debtor_id IS NOT NULL
UNION ALL
-- charges on an asset, owed by whoever owns it
SELECT s.debtor_id, r.kind, r.creditor, r.amount, r.arose_on, r.legal_basis, r.source, r.business_date, r.file, r.file_sha256, r.table_name, r.row_no
FROM liability_record r JOIN rests s ON s.source = r.source AND s.asset_key = r.asset_key AND s.rank = 0
WHERE r.only_debtor_id IS NULL AND r.asset_key IS NOT NULL
UNION ALL
SELECT l.debtor_id, r.kind, r.creditor, r.amount, r.arose_on, r.legal_basis, r.source, r.business_date, r.file, r.file_sha256, r.table_name, r.row_no
FROM liability_record r
JOIN (SELECT DISTINCT debtor_id, source, table_name, record_id FROM linked_party WHERE tier = 'confirmed') l
  ON l.source = r.source AND l.table_name = r.table_name AND l.record_id = r.record_id
WHERE r.only_debtor_id IS NULL AND r.asset_key IS NULL
UNION ALL
-- a loan account is the bank's claim
SELECT a.debtor_id, 'loan', bank_name(a.source), CASE WHEN a.gross_value <> 0 THEN abs(a.gross_value) END, try_cast(a.detail ->> 'opened_on' AS DATE),
       NULL, a.source, a.business_date, a.file, a.file_sha256, a.table_name, a.row_no
FROM asset a WHERE a.protected_class = 'loan_account' AND a.tier = 'confirmed' AND a.is_current;
