-- 房屋: registered units with their owners, and the sale contracts and advance notices filed on units.
-- A unit with notices and no owners is presale: what burdens or freezes the unit burdens each buyer's claim.

INSERT INTO party_cell BY NAME
SELECT 'housing' AS source, 'owners' AS table_name, unit_id || '/' || seq AS record_id, unit_id AS asset_key, 'owner' AS role,
       holder_kind AS party_kind, name, id_type, id_number, id_number_15, phone, co_ownership, share,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, _row_no AS row_no
FROM housing__owners;

INSERT INTO asset_record BY NAME
WITH owned AS (SELECT DISTINCT unit_id FROM housing__owners),
known AS (
    SELECT u.*, unit_no_normal(unit_no) AS unit, cert_key(cert_no) AS cert, cert_key(old_cert_no) AS old_cert,
           price < 1000 AS unit_doubtful          -- 万元 typed under 元, or a gift entered as 0
    FROM housing__units u SEMI JOIN owned o ON o.unit_id = u.unit_id)
SELECT 'housing' AS source, unit_id AS asset_key, unit_id AS record_id, 'units' AS table_name, 'housing' AS kind,
       coalesce(unit, cert, old_cert, 'id:' || unit_id) AS identifier,
       list_distinct(list_filter([cert, old_cert], lambda key: key IS NOT NULL)) AS alt_keys,
       CASE planned_use WHEN 'residence' THEN '住宅' WHEN 'industry' THEN '工业用房' WHEN 'business' THEN '商业用房' WHEN 'office' THEN '办公用房' ELSE '房屋' END
           || coalesce('（' || printf('%.2f', floor_area) || '㎡）', '') AS title,
       location, price AS gross_value, CASE WHEN price IS NULL THEN 'unknown' ELSE 'price_paid' END AS value_basis, 'CNY' AS currency,
       register_status AS status,
       register_status IN ('current', 'temporary') AS is_current,
       '不动产登记簿' AS register_basis,
       CASE WHEN register_status = 'temporary' OR unit_doubtful THEN 'review' END AS handling,
       CASE WHEN unit IS NULL THEN 1 ELSE 0 END AS precedence,
       json_facts(json_object(
           'unit_no', unit, 'cert_no', cert_no, 'old_cert_no', old_cert_no, 'area_m2', floor_area, 'inner_area_m2', inner_area,
           'planned_use', planned_use, 'house_nature', house_nature, 'completed_on', completed_on, 'floors', floors,
           'registered_at', registered_at, 'remark', remark,
           'amount_unit_doubtful', CASE WHEN unit_doubtful THEN true END)) AS detail,
       registered_at AS updated_at, _data_as_of AS data_as_of, _business_date AS business_date, _file AS file,
       _file_sha256 AS file_sha256, _row_no AS row_no
FROM known;

-- Contracts of sale: the buyer's claim. The seller stands there by name alone and stays a lead.
CREATE OR REPLACE TEMP TABLE housing_contract AS
SELECT n.*, n.unit_id || '/' || n.notice_no AS contract_key, u.location, u.floor_area, u.planned_use, u.unit_no,
       EXISTS (FROM housing__owners o WHERE o.unit_id = n.unit_id) AS has_owner
FROM housing__notices n LEFT JOIN housing__units u ON u.unit_id = n.unit_id
WHERE n.kind IN ('presale_purchase', 'other_purchase', 'contract_filing');

INSERT INTO party_cell BY NAME
WITH named AS (
    SELECT *, 0 AS part_from, contract_key AS asset_key, 'buyer' AS role, buyer_name AS name, buyer_id AS id_number
    FROM housing_contract WHERE buyer_name IS NOT NULL OR buyer_id IS NOT NULL
    UNION ALL
    SELECT *, 100, NULL, 'seller', seller_name, NULL FROM housing_contract WHERE seller_name IS NOT NULL)
SELECT 'housing' AS source, 'notices' AS table_name, contract_key AS record_id, part_from, asset_key, role, name, id_number,
       'sole' AS co_ownership,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, _row_no AS row_no
FROM named;

INSERT INTO asset_record BY NAME
SELECT 'housing' AS source, contract_key AS asset_key, contract_key AS record_id, 'notices' AS table_name, 'presale_housing' AS kind,
       coalesce('contract:' || nullif(regexp_replace(upper(half_width(contract_no)), '[\s\p{Z}]', '', 'g'), ''), 'notice:' || notice_no) AS identifier,
       CAST([] AS VARCHAR[]) AS alt_keys,
       CASE kind WHEN 'contract_filing' THEN '网签房屋' WHEN 'presale_purchase' THEN '预售房屋（预告登记）' ELSE '买卖预告登记房屋' END
           || coalesce('（' || printf('%.2f', floor_area) || '㎡）', '') AS title,
       location, price AS gross_value, CASE WHEN price IS NULL THEN 'unknown' ELSE 'price_paid' END AS value_basis, 'CNY' AS currency,
       status, status = 'active' AS is_current,
       CASE kind WHEN 'contract_filing' THEN '网签备案' ELSE '预告登记' END AS register_basis,
       -- registered in somebody's name: whether the buyer may still expect the house is for a person to judge
       CASE WHEN has_owner OR price < 1000 THEN 'review' END AS handling,
       CASE kind WHEN 'contract_filing' THEN 1 ELSE 0 END AS precedence,
       json_facts(json_object(
           'contract_no', contract_no, 'notice_no', notice_no, 'notice_kind', kind, 'signed_on', signed_on, 'contract_price', price,
           'seller_name', seller_name, 'unit_no', unit_no_normal(unit_no), 'area_m2', floor_area, 'planned_use', planned_use,
           'registered_at', registered_at, 'unit_has_owner', CASE WHEN has_owner THEN true END)) AS detail,
       registered_at AS updated_at, _data_as_of AS data_as_of, _business_date AS business_date, _file AS file,
       _file_sha256 AS file_sha256, _row_no AS row_no
FROM housing_contract;

-- What stands on a unit stands on its registered right, and on each buyer's claim while nobody is registered.
CREATE OR REPLACE TEMP TABLE housing_bearer AS
SELECT unit_id, unit_id AS asset_key FROM housing__units
UNION ALL
SELECT unit_id, contract_key FROM housing_contract WHERE NOT has_owner;

INSERT INTO encumbrance_record BY NAME
SELECT 'housing' AS source, b.asset_key, kind, holder_name AS holder, amount, rank, from_date AS start_date, to_date AS end_date,
       CASE WHEN cancelled_at IS NULL THEN 'active' ELSE 'cancelled' END AS status,
       coalesce(amount < 1000, false) AS doubtful,       -- old loans in 万元 without a unit
       cert_key(m.cert_no) AS certificate,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'mortgages' AS table_name, _row_no AS row_no
FROM housing__mortgages m JOIN housing_bearer b ON b.unit_id = m.unit_id;

-- An advance notice of a mortgage: somebody stands before us; who and for how much is not delivered.
INSERT INTO encumbrance_record BY NAME
SELECT 'housing' AS source, b.asset_key, 'mortgage' AS kind, CAST(registered_at AS DATE) AS start_date,
       CASE WHEN n.status = 'active' THEN 'active' ELSE 'cancelled' END AS status,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'notices' AS table_name, _row_no AS row_no
FROM housing__notices n JOIN housing_bearer b ON b.unit_id = n.unit_id
WHERE n.kind IN ('presale_mortgage', 'other_mortgage');

INSERT INTO seizure_record BY NAME
SELECT 'housing' AS source, b.asset_key, s.unit_id || '/' || seizure_no AS seizure_key, kind AS seizure_type, authority,
       document AS doc_no, seizure_case(case_no, document) AS case_no, wait_order AS order_no, from_date AS start_date,
       to_date AS end_date, released_at,
       -- a release document without a time: whether it was carried out is not known
       release_document IS NOT NULL AND released_at IS NULL AS unconfirmed,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'seizures' AS table_name, _row_no AS row_no
FROM housing__seizures s JOIN housing_bearer b ON b.unit_id = s.unit_id;

INSERT INTO application_record BY NAME
SELECT 'housing' AS source, b.asset_key, a.unit_id || '/' || application_no AS record_id, application_no AS app_no, kind AS app_type, status,
       accepted_at, registered_at, stage, counterparty_name AS counterparty, price, stopped_at, stop_document,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'applications' AS table_name, _row_no AS row_no
FROM housing__applications a JOIN housing_bearer b ON b.unit_id = a.unit_id;
