-- 投资项目立项: a project is a clue (who invests where, with whom), shown for review and never valued.

INSERT INTO party_cell BY NAME
SELECT 'development' AS source, 'projects' AS table_name, project_code AS record_id, project_code AS asset_key, 'applicant' AS role,
       applicant_name AS name, applicant_id_type AS id_type, applicant_id AS id_number,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, _row_no AS row_no
FROM development__projects;

INSERT INTO asset_record BY NAME
WITH papers AS (
    SELECT project_code, to_json(list({'kind': document_kind, 'no': document_no, 'on': document_on} ORDER BY document_on, document_no)) AS documents
    FROM development__documents GROUP BY project_code)
SELECT 'development' AS source, p.project_code AS asset_key, p.project_code AS record_id, 'projects' AS table_name, 'project' AS kind,
       'project:' || project_key(p.project_code) AS identifier, CAST([] AS VARCHAR[]) AS alt_keys,
       project_name AS title, location, 'unknown' AS value_basis, 'CNY' AS currency, stage AS status,
       coalesce(stage, '') <> 'cancelled' AS is_current, '项目立项' AS register_basis, 'review' AS handling, 0 AS precedence,
       json_facts(json_object(
           'project_code', p.project_code, 'approval_type', p.kind, 'investment', wan_yuan(investment), 'stage', stage, 'valid_to', valid_to,
           'documents', documents, 'amount_unit_doubtful', CASE WHEN investment > 10000000 THEN true END)) AS detail,
       updated_at, _data_as_of AS data_as_of, _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256,
       _row_no AS row_no
FROM development__projects p LEFT JOIN papers ON papers.project_code = p.project_code;

INSERT INTO application_record BY NAME
SELECT 'development' AS source, project_code AS asset_key, application_no AS record_id, application_no AS app_no, kind AS app_type, status,
       accepted_at, registered_at, stage, stopped_at, stop_document,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'applications' AS table_name, _row_no AS row_no
FROM development__applications;
