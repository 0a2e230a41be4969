-- Every number that leads to a debtor, in its normal form and ordered by it: a look-up touches one row group.
-- Needs the macros of core and case_key, and the views of a publication. Kinds are words of `found_by` in words_zh.yaml.
CREATE TABLE numbers AS
WITH told AS (
  SELECT debtor_id AS key, 'debtor_id' AS kind, debtor_id FROM debtor
  UNION ALL SELECT id_number, 'id_number', debtor_id FROM debtor
  UNION ALL SELECT unnest(former_id_numbers), 'former_id_number', debtor_id FROM debtor
  -- an organisation code is the heart of a credit code
  UNION ALL SELECT substr(id_number, 9, 9), 'org_code', debtor_id FROM debtor WHERE length(id_number) = 18 AND party_type = 'organization'
  UNION ALL SELECT case_key(case_no), 'case_no', debtor_id FROM debtor_case
  UNION ALL
  SELECT CASE WHEN kind = 'equity' THEN split_part(identifier, ':', 1) WHEN contains(identifier, ':') THEN split_part(identifier, ':', 2) ELSE identifier END,
         CASE WHEN tier = 'probable' THEN 'waiting_no' ELSE CASE kind WHEN 'deposit' THEN 'account' WHEN 'financial_product' THEN 'account'
                   WHEN 'vehicle' THEN CASE WHEN starts_with(identifier, 'vin:') THEN 'vin' ELSE 'plate' END
                   WHEN 'equity' THEN 'company_code' WHEN 'housing' THEN CASE WHEN starts_with(identifier, 'cert:') THEN 'cert_no' ELSE 'unit_no' END
                   WHEN 'land_use_right' THEN CASE WHEN starts_with(identifier, 'cert:') THEN 'cert_no' ELSE 'unit_no' END
                   ELSE 'asset_no' END END,
         debtor_id
  FROM asset WHERE tier IN ('confirmed', 'probable') AND identifier IS NOT NULL AND NOT starts_with(identifier, 'declared')
  -- a plate without its province, as people say it
  UNION ALL SELECT regexp_extract(identifier, ':\p{Han}([A-Z].*)$', 1), 'plate', debtor_id FROM asset WHERE tier = 'confirmed' AND kind = 'vehicle'
  UNION ALL SELECT upper(detail ->> 'vin'), 'vin', debtor_id FROM asset WHERE tier = 'confirmed' AND kind = 'vehicle'
  UNION ALL SELECT cert_normal(detail ->> 'cert_no'), 'cert_no', debtor_id FROM asset WHERE tier = 'confirmed' AND kind IN ('housing', 'land_use_right', 'mining_right', 'exploration_right'))
SELECT DISTINCT key, kind, debtor_id FROM told WHERE key <> '' ORDER BY key, kind, debtor_id;
CREATE TABLE id_numbers AS
SELECT DISTINCT key, debtor_id FROM numbers WHERE kind IN ('id_number', 'former_id_number') ORDER BY key;
