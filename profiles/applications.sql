-- Procedures in progress or finished, per debtor: by the asset they concern, or by the party they name. Makes `application`.

CREATE OR REPLACE TEMP MACRO stop_basis(source) AS
    CASE WHEN source = 'development' THEN '山政法〔2018〕17号第八条'
         WHEN source IN ('land', 'mining') THEN '山政法〔2018〕17号第十条'
         WHEN source IN ('housing', 'planning') THEN '山政法〔2018〕17号第十一条'
         WHEN source = 'enterprises' THEN '山政法〔2018〕17号第十四条'
         WHEN source = 'vehicles' THEN '山政法〔2018〕17号第六条' END
    || CASE WHEN source IN ('land', 'mining', 'housing', 'vehicles', 'enterprises') THEN '；查封规定（2020修正）第二十三条' ELSE '' END;

CREATE OR REPLACE TABLE application AS
WITH by_asset AS (
    SELECT s.debtor_id, s.asset_id, a.*
    FROM application_record a JOIN rests s ON s.source = a.source AND s.asset_key = a.asset_key),
by_party AS (
    SELECT l.debtor_id, NULL::VARCHAR AS asset_id, a.*
    FROM application_record a
    JOIN linked_party l ON l.source = a.source AND l.table_name = a.party_table AND l.record_id = a.party_record_id
    WHERE l.tier <> 'possible'),
concerned AS (
    SELECT * FROM by_asset UNION ALL SELECT * FROM by_party)
SELECT keyed_id('P', c.debtor_id || chr(31) || c.source || chr(31) || c.table_name || chr(31) || c.record_id) AS application_id,
       c.debtor_id, c.asset_id, c.app_no, c.app_type, c.status, c.accepted_at, c.registered_at, c.stage, c.counterparty, c.price,
       coalesce(c.status = 'open' AND c.accepted_at IS NOT NULL AND c.registered_at IS NULL AND c.stopped_at IS NULL
                AND coalesce(c.stage, 'accepted') IN ('accepted', 'first_check', 'review'), false) AS can_be_stopped,
       c.stopped_at, coalesce(c.legal_basis, stop_basis(c.source)) AS legal_basis,
       c.source, c.business_date, c.file, c.file_sha256, c.table_name, c.row_no
FROM concerned c LEFT JOIN asset a ON a.debtor_id = c.debtor_id AND a.asset_id = c.asset_id
QUALIFY row_number() OVER (
    PARTITION BY c.debtor_id, c.source, c.table_name, c.record_id
    ORDER BY c.asset_id IS NULL, a.is_current DESC NULLS LAST, CASE a.kind WHEN 'housing' THEN 0 ELSE 1 END, c.asset_id) = 1;
