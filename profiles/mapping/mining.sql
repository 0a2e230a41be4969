-- 探矿权、采矿权: the sheet decides the kind, the first letter of the permit where the sheet is not delivered (T 探矿, C 采矿).
-- Amounts in 万元; a right has no delivered value, its unpaid fee is a liability.

CREATE OR REPLACE TEMP VIEW mining_right AS
SELECT *, coalesce(sheet, CASE WHEN upper(trim(permit_no)) LIKE 'T%' THEN 'exploration_right' ELSE 'mining_right' END) AS right_kind,
       nullif(regexp_replace(upper(half_width(text_clean(permit_no))), '[\s\p{Z}]', '', 'g'), '') AS permit
FROM mining__rights;

INSERT INTO party_cell BY NAME
SELECT 'mining' AS source, 'rights' AS table_name, permit_no AS record_id, permit_no AS asset_key, 'owner' AS role,
       holder_name AS name, holder_id AS id_number, holder_phone AS phone, 'sole' AS co_ownership,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, _row_no AS row_no
FROM mining_right;

INSERT INTO asset_record BY NAME
SELECT 'mining' AS source, permit_no AS asset_key, permit_no AS record_id, 'rights' AS table_name, right_kind AS kind,
       coalesce(permit, cert_key(right_cert_no)) AS identifier,
       list_filter([cert_key(right_cert_no)], lambda key: key IS NOT NULL) AS alt_keys,
       concat_ws(' ', mine_name, mineral) AS title, location,
       'unknown' AS value_basis, 'CNY' AS currency, register_status AS status,
       register_status IN ('current', 'temporary') AS is_current,
       '矿业权登记' AS register_basis,
       CASE WHEN register_status = 'temporary' THEN 'review' END AS handling,
       json_facts(json_object(
           'permits', list_filter([permit_no, right_cert_no], lambda number: number IS NOT NULL), 'mine_name', mine_name,
           'mineral', mineral, 'area_m2', area_m2(area, 'km2'), 'area_raw', area, 'scale', scale, 'grant_mode', grant_mode,
           'valid_from', valid_from, 'valid_to', valid_to, 'fee_due', wan_yuan(fee_due), 'authority', authority, 'remark', remark,
           'amount_unit_doubtful', CASE WHEN fee_due > 1000000 OR mortgage_amount > 1000000 THEN true END)) AS detail,
       _data_as_of AS data_as_of, _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, _row_no AS row_no
FROM mining_right;

INSERT INTO encumbrance_record BY NAME
SELECT 'mining' AS source, permit_no AS asset_key, 'mortgage' AS kind, mortgagee AS holder, wan_yuan(mortgage_amount) AS amount,
       mortgage_to AS end_date, 'active' AS status, coalesce(mortgage_amount > 1000000, false) AS doubtful,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'rights' AS table_name, _row_no AS row_no
FROM mining_right WHERE mortgagee IS NOT NULL OR mortgage_amount IS NOT NULL;

INSERT INTO seizure_record BY NAME
SELECT 'mining' AS source, permit_no AS asset_key, permit_no || '/' || document AS seizure_key, kind AS seizure_type, authority,
       document AS doc_no, seizure_case(NULL, document) AS case_no, wait_order AS order_no, from_date AS start_date, to_date AS end_date,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'seizures' AS table_name, _row_no AS row_no
FROM mining__seizures;

-- No status and no time of registration are delivered: the stage says how far it is, a document number that it was stopped.
INSERT INTO application_record BY NAME
SELECT 'mining' AS source, permit_no AS asset_key, coalesce(application_no, permit_no) AS record_id, application_no AS app_no,
       application_kind AS app_type,
       CASE WHEN stop_document IS NOT NULL THEN 'stopped' WHEN stage IN ('registered', 'certificate') THEN 'done' ELSE 'open' END AS status,
       CAST(accepted_at AS TIMESTAMP) AS accepted_at, stage, counterparty_name AS counterparty, stop_document,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'rights' AS table_name, _row_no AS row_no
FROM mining_right WHERE application_kind IS NOT NULL;

INSERT INTO liability_record BY NAME
SELECT 'mining' AS source, permit_no AS asset_key, permit_no AS record_id, 'transfer_fee_due' AS kind, authority AS creditor,
       wan_yuan(fee_due) AS amount,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'rights' AS table_name, _row_no AS row_no
FROM mining_right WHERE fee_due > 0 AND register_status IN ('current', 'temporary');
