-- 机动车: one record per registered vehicle, one owner (two in one cell at worst). No value is delivered.
-- Key = plate type code + plate number (GA 24.7 codes as delivered); without a plate the VIN, else the engine number.

CREATE OR REPLACE TEMP MACRO plate_type_code(plate_type) AS
    CASE plate_type WHEN 'large' THEN '01' WHEN 'small' THEN '02' WHEN 'motorcycle' THEN '07' WHEN 'light_motorcycle' THEN '08'
                    WHEN 'trailer' THEN '15' WHEN 'driving_school' THEN '16' WHEN 'large_nev' THEN '51' WHEN 'small_nev' THEN '52'
                    ELSE '99' END;
-- A VIN that can be a key: 17 characters of the alphabet, not one repeated. Its check digit may fail (imported, old).
CREATE OR REPLACE TEMP MACRO vin_key(vin) AS
    list_transform([id_clean(vin)], lambda cleaned:
        CASE WHEN regexp_full_match(cleaned, '[A-HJ-NPR-Z0-9]{17}') AND replace(cleaned, left(cleaned, 1), '') <> ''
             THEN 'vin:' || cleaned END)[1];

INSERT INTO party_cell BY NAME
SELECT 'vehicles' AS source, 'vehicles' AS table_name, vehicle_id AS record_id, vehicle_id AS asset_key, 'owner' AS role,
       owner_name AS name, owner_id_type AS id_type, owner_id AS id_number, owner_address AS address, 'sole' AS co_ownership,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, _row_no AS row_no
FROM vehicles__vehicles;

INSERT INTO asset_record BY NAME
WITH known AS (
    SELECT *, vin_key(vin) AS vin_alt, plate_normal(plate_no) AS plate,
           list_has_any(status, ['cancelled', 'forced_cancelled', 'scrapped']) AS gone,
           -- still somebody's, but this register can no longer act on it (or it cannot be found)
           list_has_any(status, ['moved_out', 'stolen']) AS out_of_reach
    FROM vehicles__vehicles)
SELECT 'vehicles' AS source, vehicle_id AS asset_key, vehicle_id AS record_id, 'vehicles' AS table_name, 'vehicle' AS kind,
       coalesce(plate_type_code(plate_type) || ':' || plate, vin_alt, 'engine:' || id_clean(engine_no), 'id:' || vehicle_id) AS identifier,
       list_filter([vin_alt], lambda key: key IS NOT NULL) AS alt_keys,
       coalesce(nullif(concat_ws(' ', brand, model, plate), ''), vin, '发动机 ' || engine_no) AS title,
       'unknown' AS value_basis, 'CNY' AS currency,
       array_to_string(status, ',') AS status,
       NOT gone AS is_current,
       '机动车登记' AS register_basis,
       CASE WHEN out_of_reach THEN 'review' END AS handling,
       json_facts(json_object(
           'plate', plate, 'plate_type', plate_type, 'vin', vin, 'engine_no', engine_no, 'brand', brand, 'model', model,
           'vehicle_type', vehicle_type, 'use_nature', use_nature, 'first_registered_on', first_registered_on,
           'owned_since', owned_since, 'inspection_valid_to', inspection_valid_to, 'scrap_on', scrap_on, 'status', status,
           'authority', authority,
           -- the register marks a seizure or mortgage; whether an entry stands behind it shows in the tables
           'marked_seized', CASE WHEN list_contains(status, 'seized') THEN true END,
           'marked_mortgaged', CASE WHEN list_contains(status, 'mortgaged') THEN true END)) AS detail,
       updated_at, _data_as_of AS data_as_of, _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256,
       _row_no AS row_no
FROM known;

INSERT INTO encumbrance_record BY NAME
SELECT 'vehicles' AS source, vehicle_id AS asset_key, 'mortgage' AS kind, holder_name AS holder, amount,
       CAST(registered_at AS DATE) AS start_date,
       CASE WHEN cancelled_at IS NULL THEN 'active' ELSE 'cancelled' END AS status,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'mortgages' AS table_name, _row_no AS row_no
FROM vehicles__mortgages;

INSERT INTO seizure_record BY NAME
SELECT 'vehicles' AS source, vehicle_id AS asset_key, vehicle_id || '/' || seizure_no AS seizure_key, kind AS seizure_type, authority,
       document AS doc_no, seizure_case(case_no, document) AS case_no, wait_order AS order_no, from_date AS start_date,
       to_date AS end_date, released_at,
       -- a release document without a time: whether it was carried out is not known
       release_document IS NOT NULL AND released_at IS NULL AS unconfirmed,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'seizures' AS table_name, _row_no AS row_no
FROM vehicles__seizures;

INSERT INTO application_record BY NAME
SELECT 'vehicles' AS source, vehicle_id AS asset_key, application_no AS record_id, application_no AS app_no, kind AS app_type, status,
       accepted_at, registered_at, stage, counterparty_name AS counterparty, stopped_at, stop_document,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'applications' AS table_name, _row_no AS row_no
FROM vehicles__applications;
