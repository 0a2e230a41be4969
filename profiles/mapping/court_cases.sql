-- The court's own measures in force or waiting. What they rest on is a text (标的物); seizures.sql finds the asset, and drops what a
-- register tells itself. What debtors declared is handled after consolidation (declared.sql).
INSERT INTO seizure_record BY NAME
SELECT 'court_cases' AS source, m.object AS asset_key, m.asset_kind, p.debtor_id AS only_debtor_id,
       p.case_no || '/' || m.measure_key AS seizure_key,
       CASE WHEN m.kind = 'waiting' AND m.asset_kind IN ('deposit', 'financial_product', 'equity', 'tax_refund') THEN 'waiting_freeze' ELSE m.kind END AS seizure_type,
       getvariable('court_name')::VARCHAR AS authority, m.notice_no AS doc_no, p.case_no, m.amount, m.wait_order::INTEGER AS order_no,
       CASE WHEN m.kind <> 'waiting' AND m.status <> 'waiting' THEN m.from_date END AS start_date,
       CASE WHEN m.kind <> 'waiting' AND m.status <> 'waiting' THEN m.to_date END AS end_date,
       m._business_date AS business_date, m._file AS file, m._file_sha256 AS file_sha256, 'measures' AS table_name, m._row_no AS row_no
FROM court_cases__measures m
JOIN debtor_party p ON p.case_key = m.case_no AND p.party_key = m.debtor_key
WHERE m.kind IN ('seizure', 'renewal', 'waiting', 'pre_seizure', 'freeze', 'freeze_renewal') AND m.status IN ('in_force', 'waiting')
  AND p.debtor_id IN (SELECT debtor_id FROM debtor_base);
