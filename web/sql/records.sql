-- The delivered records that a debtor's published rows rest on; only that of $sha256, $table_name and $row_no if given.
WITH own AS (SELECT asset_id FROM asset WHERE debtor_id = $debtor),
told AS (
  SELECT source, business_date, file, file_sha256, table_name, row_no, '财产' AS what FROM asset WHERE debtor_id = $debtor
  UNION ALL SELECT source, business_date, file, file_sha256, table_name, row_no, '财产' FROM provenance WHERE asset_id IN (FROM own)
  UNION ALL SELECT source, business_date, file, file_sha256, table_name, row_no, '权利负担' FROM encumbrance WHERE asset_id IN (FROM own)
  UNION ALL SELECT source, business_date, file, file_sha256, table_name, row_no, '查封冻结' FROM seizure WHERE asset_id IN (FROM own)
  UNION ALL SELECT source, business_date, file, file_sha256, table_name, row_no, '其他债务' FROM liability WHERE debtor_id = $debtor
  UNION ALL SELECT source, business_date, file, file_sha256, table_name, row_no, '在办手续' FROM application WHERE debtor_id = $debtor
  UNION ALL SELECT source, business_date, file, file_sha256, table_name, row_no, '债权' FROM (
    SELECT unnest(from_json(claims, '[{"source": "VARCHAR", "business_date": "DATE", "file": "VARCHAR", "file_sha256": "VARCHAR", "table_name": "VARCHAR", "row_no": "BIGINT"}]'), recursive := true)
    FROM debtor_case WHERE debtor_id = $debtor)
  UNION ALL SELECT source, business_date, file, file_sha256, table_name, row_no, '查询反馈' FROM source_reply WHERE debtor_id = $debtor)
SELECT source, business_date, file, file_sha256, table_name, row_no, string_agg(DISTINCT what, '、' ORDER BY what) AS what FROM told
WHERE file_sha256 IS NOT NULL AND row_no IS NOT NULL
  AND ($sha256::VARCHAR IS NULL OR file_sha256 = $sha256 AND table_name = $table_name AND row_no = $row_no)
GROUP BY ALL ORDER BY source, table_name, business_date DESC, file_sha256, row_no;
