-- 土地使用权: one record per registered right; amounts in 万元, areas in the unit named beside them.

CREATE OR REPLACE TEMP MACRO land_right_zh(right_type) AS
    CASE right_type WHEN 'state_construction' THEN '国有建设用地使用权' WHEN 'state_construction_with_building' THEN '国有建设用地使用权/房屋所有权'
         WHEN 'homestead' THEN '宅基地使用权' WHEN 'homestead_with_building' THEN '宅基地使用权/房屋所有权'
         WHEN 'collective_construction' THEN '集体建设用地使用权' WHEN 'collective_with_building' THEN '集体建设用地使用权/建筑物所有权'
         WHEN 'contracted_land' THEN '土地承包经营权' ELSE '土地权利' END;
-- An empty unit means 平方米 only for rights registered after 2015; else the area is not known in square metres.
CREATE OR REPLACE TEMP MACRO land_area_unit(area_unit, registered_at) AS
    coalesce(area_unit, CASE WHEN registered_at >= TIMESTAMP '2016-01-01' THEN 'm2' END);

INSERT INTO party_cell BY NAME
SELECT 'land' AS source, 'holders' AS table_name, right_id || '/' || seq AS record_id, right_id AS asset_key, 'owner' AS role,
       holder_kind AS party_kind, name, id_type, id_number, co_ownership, share,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, _row_no AS row_no
FROM land__holders;

INSERT INTO asset_record BY NAME
WITH known AS (
    SELECT *, unit_no_normal(unit_no) AS unit, cert_key(cert_no) AS cert, cert_key(old_cert_no) AS old_cert,
           area_m2(area, land_area_unit(area_unit, registered_at)) AS m2,
           wan_yuan(coalesce(price_paid, price)) AS gross,
           -- 元 typed under 万元: a parcel of more than 10 亿元 in a county
           coalesce(price_paid, price) >= 100000 AS unit_doubtful
    FROM land__rights)
SELECT 'land' AS source, right_id AS asset_key, right_id AS record_id, 'rights' AS table_name, 'land_use_right' AS kind,
       coalesce(unit, cert, old_cert, 'right:' || right_id) AS identifier,
       list_distinct(list_filter([cert, old_cert], lambda key: key IS NOT NULL)) AS alt_keys,
       land_right_zh(right_type) || coalesce('（' || printf('%.2f', m2) || '㎡）', '') AS title,
       location,
       gross AS gross_value, CASE WHEN gross IS NULL THEN 'unknown' ELSE 'price_paid' END AS value_basis, 'CNY' AS currency,
       register_status AS status,
       register_status IN ('current', 'temporary') AS is_current,
       '不动产登记簿' AS register_basis,
       CASE WHEN register_status = 'temporary' OR unit_doubtful THEN 'review' END AS handling,
       CASE WHEN unit IS NULL THEN 1 ELSE 0 END AS precedence,
       json_facts(json_object(
           'unit_no', unit, 'cert_no', cert_no, 'old_cert_no', old_cert_no, 'right_type', right_type, 'right_nature', right_nature,
           'land_use', land_use, 'area_m2', m2, 'area_raw', area, 'area_unit', area_unit, 'use_from', use_from, 'use_to', use_to,
           'price', wan_yuan(price), 'price_paid', wan_yuan(price_paid), 'registered_at', registered_at, 'remark', remark,
           -- paid in part or whole and nothing registered: open to pre-seizure only (法发〔2004〕5号 13-15)
           'pre_seizure_only', CASE WHEN registered_at IS NULL AND price_paid < price THEN true END,
           'area_unit_unknown', CASE WHEN area IS NOT NULL AND m2 IS NULL THEN true END,
           'amount_unit_doubtful', CASE WHEN unit_doubtful THEN true END)) AS detail,
       registered_at AS updated_at, _data_as_of AS data_as_of, _business_date AS business_date, _file AS file,
       _file_sha256 AS file_sha256, _row_no AS row_no
FROM known;

INSERT INTO encumbrance_record BY NAME
SELECT 'land' AS source, right_id AS asset_key, kind, holder_name AS holder,
       CASE WHEN amount_unit = 'yuan' THEN CAST(amount AS DECIMAL(18, 2)) ELSE wan_yuan(amount) END AS amount,
       rank, from_date AS start_date, to_date AS end_date,
       CASE WHEN cancelled_at IS NULL THEN 'active' ELSE 'cancelled' END AS status,
       -- before 2016 some 元 stand under a unit column saying 万元; no unit at all is as doubtful
       amount IS NOT NULL AND (amount_unit IS NULL
            OR amount_unit = 'wan_yuan' AND amount >= 10000 AND registered_at < TIMESTAMP '2016-01-01'
            OR amount_unit = 'wan_yuan' AND amount >= 1000000) AS doubtful,
       cert_key(cert_no) AS certificate,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'mortgages' AS table_name, _row_no AS row_no
FROM land__mortgages;

INSERT INTO seizure_record BY NAME
SELECT 'land' AS source, right_id AS asset_key, seizure_no AS seizure_key, kind AS seizure_type, authority, document AS doc_no,
       seizure_case(case_no, document) AS case_no, wait_order AS order_no, from_date AS start_date, to_date AS end_date, released_at,
       -- a release document without a time: whether it was carried out is not known
       release_document IS NOT NULL AND released_at IS NULL AS unconfirmed,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'seizures' AS table_name, _row_no AS row_no
FROM land__seizures;

INSERT INTO party_cell BY NAME
SELECT 'land' AS source, 'applications' AS table_name, application_no AS record_id, 'applicant' AS role,
       applicant_name AS name, applicant_id AS id_number,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, _row_no AS row_no
FROM land__applications;

INSERT INTO application_record BY NAME
SELECT 'land' AS source, right_id AS asset_key, application_no AS record_id, application_no AS app_no, kind AS app_type, status, accepted_at,
       registered_at, stage, counterparty_name AS counterparty, wan_yuan(price) AS price, stopped_at, stop_document,
       'applications' AS party_table, application_no AS party_record_id,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'applications' AS table_name, _row_no AS row_no
FROM land__applications;
