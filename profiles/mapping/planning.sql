-- 规划许可与在办审批: a permit proves who builds, not who owns. Joined to the project by its code; else by permit or application number.

INSERT INTO party_cell BY NAME
SELECT 'planning' AS source, 'permits' AS table_name, permit_id AS record_id, 'permit:' || permit_id AS asset_key, 'applicant' AS role,
       holder_name AS name, holder_id_type AS id_type, holder_id AS id_number,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, _row_no AS row_no
FROM planning__permits
UNION ALL
SELECT 'planning', 'applications', application_no, 'app:' || application_no, 'applicant', applicant_name, NULL, applicant_id,
       _business_date, _file, _file_sha256, _row_no
FROM planning__applications;

INSERT INTO asset_record BY NAME
SELECT 'planning' AS source, 'permit:' || permit_id AS asset_key, permit_id AS record_id, 'permits' AS table_name, 'project' AS kind,
       coalesce('project:' || project_key(project_code), 'permit:' || cert_normal(permit_no)) AS identifier,
       list_filter(['permit:' || cert_normal(permit_no)], lambda key: key IS NOT NULL) AS alt_keys,
       project_name AS title, location, 'unknown' AS value_basis, 'CNY' AS currency,
       CASE WHEN withdrawn THEN 'withdrawn' ELSE 'issued' END AS status, NOT coalesce(withdrawn, false) AS is_current,
       '规划许可' AS register_basis, 'review' AS handling, 1 AS precedence,
       json_facts(json_object(
           'project_code', project_code, 'permit_kind', permit_kind, 'permits', [permit_no], 'land_unit_no', unit_no_normal(land_unit_no),
           -- 用地 permits before 2015 are often in 亩: then the figure is kept raw only
           'area_m2', CASE WHEN NOT (permit_kind = 'land' AND issued_on < DATE '2015-01-01') THEN area END, 'area_raw', area,
           'drawings', drawings, 'issued_on', issued_on, 'valid_to', valid_to)) AS detail,
       updated_at, _data_as_of AS data_as_of, _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256,
       _row_no AS row_no
FROM planning__permits;

INSERT INTO asset_record BY NAME
SELECT 'planning' AS source, 'app:' || application_no AS asset_key, application_no AS record_id, 'applications' AS table_name, 'project' AS kind,
       coalesce('project:' || project_key(project_code), 'app:' || cert_normal(application_no)) AS identifier,
       CAST([] AS VARCHAR[]) AS alt_keys,
       project_name AS title, 'unknown' AS value_basis, 'CNY' AS currency, status,
       status IN ('open', 'stopped') AS is_current, '规划审批申请' AS register_basis, 'review' AS handling, 2 AS precedence,
       json_facts(json_object('project_code', project_code, 'application_kind', kind)) AS detail,
       accepted_at AS updated_at, _data_as_of AS data_as_of, _business_date AS business_date, _file AS file,
       _file_sha256 AS file_sha256, _row_no AS row_no
FROM planning__applications;

INSERT INTO application_record BY NAME
SELECT 'planning' AS source, 'app:' || application_no AS asset_key, application_no AS record_id, application_no AS app_no, kind AS app_type,
       status, accepted_at, registered_at, stage, stopped_at, stop_document,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'applications' AS table_name, _row_no AS row_no
FROM planning__applications;
