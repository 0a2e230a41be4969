-- The delivered record of a file, table and row, if one of the debtor's published rows rests on it.
WITH own AS (SELECT asset_id FROM asset WHERE debtor_id = $debtor),
told AS (
  SELECT source, business_date, file, file_sha256, table_name, row_no, '财产' AS what FROM asset WHERE debtor_id = $debtor
  UNION ALL SELECT source, business_date, file, file_sha256, table_name, row_no, '财产' FROM provenance WHERE asset_id IN (FROM own)
  UNION ALL SELECT source, business_date, file, file_sha256, table_name, row_no, '权利负担' FROM encumbrance WHERE asset_id IN (FROM own)
  UNION ALL SELECT source, business_date, file, file_sha256, table_name, row_no, '查封冻结' FROM seizure WHERE asset_id IN (FROM own)
  UNION ALL SELECT source, business_date, file, file_sha256, table_name, row_no, '其他债务' FROM liability WHERE debtor_id = $debtor
  UNION ALL SELECT source, business_date, file, file_sha256, table_name, row_no, '在办手续' FROM application WHERE debtor_id = $debtor)
SELECT * FROM told WHERE file_sha256 = $sha256 AND table_name = $table_name AND row_no = $row_no LIMIT 1
;
