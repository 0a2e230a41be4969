-- 企业登记与股权: the debtor firm itself (parties of base), what a debtor holds in companies (equity), and filings on both.
-- Capital is delivered in 万元 and nominal: no net value until somebody appraises it.

CREATE OR REPLACE TEMP MACRO capital_currency(s) AS
    CASE WHEN s IS NULL OR upper(trim(s)) IN ('', '156', 'CNY', 'RMB', '人民币', '人民币元') THEN 'CNY'
         WHEN upper(trim(s)) IN ('840', 'USD', '美元') THEN 'USD' WHEN upper(trim(s)) IN ('978', 'EUR', '欧元') THEN 'EUR'
         WHEN upper(trim(s)) IN ('344', 'HKD', '港元', '港币') THEN 'HKD' WHEN upper(trim(s)) IN ('392', 'JPY', '日元') THEN 'JPY'
         WHEN upper(trim(s)) IN ('826', 'GBP', '英镑') THEN 'GBP' ELSE upper(trim(s)) END;

INSERT INTO party BY NAME
SELECT 'enterprises' AS source, 'base' AS table_name, entity_id AS record_id, 1 AS part, 'entity' AS role, 'organization' AS party_type,
       name, array_to_string(former_names, '；') AS former_name,
       CASE WHEN uscc IS NOT NULL THEN 'uscc' WHEN reg_no IS NOT NULL THEN 'reg_no' END AS id_type,
       coalesce(uscc, reg_no) AS id_number, address, false AS shared_cell,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, _row_no AS row_no
FROM enterprises__base;

INSERT INTO party_cell BY NAME
SELECT 'enterprises' AS source, 'equity' AS table_name, equity_id AS record_id, equity_id AS asset_key, 'shareholder' AS role,
       holder_kind AS party_kind, holder_name AS name, holder_id_type AS id_type, holder_id AS id_number, 'sole' AS co_ownership,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, _row_no AS row_no
FROM enterprises__equity;

CREATE OR REPLACE TEMP TABLE equity_of_company AS
SELECT e.*, b.name AS company_name, b.uscc AS base_uscc, b.reg_no, b.status AS company_status, b.address AS company_address,
       b.former_names AS company_former_names, b.company_type, capital_currency(b.currency) AS currency,
       coalesce(id_normal('reg_no', coalesce(b.uscc, e.company_uscc, b.reg_no)), 'ENTITY' || e.entity_id) AS company_key,
       -- 元 typed under 万元, known of entities registered before 2014
       coalesce(e.paid, e.subscribed) >= 100000 AND coalesce(b.founded_on < DATE '2014-01-01', false) AS unit_doubtful
FROM enterprises__equity e LEFT JOIN enterprises__base b ON b.entity_id = e.entity_id;

INSERT INTO asset_record BY NAME
SELECT 'enterprises' AS source, equity_id AS asset_key, equity_id AS record_id, 'equity' AS table_name, 'equity' AS kind,
       company_key AS identifier,
       list_filter(['company:' || name_key(company_name), 'company:' || company_key], lambda key: key IS NOT NULL) AS alt_keys,
       coalesce(company_name, company_key) || ' 股权' || coalesce('（' || printf('%g', CAST(ratio_percent AS DOUBLE)) || '%）', '') AS title,
       company_address AS location,
       CASE WHEN currency = 'CNY' THEN wan_yuan(coalesce(paid, subscribed)) END AS gross_value,
       CASE WHEN currency <> 'CNY' THEN 'unknown' WHEN paid IS NOT NULL THEN 'paid_capital' WHEN subscribed IS NOT NULL THEN 'subscribed_capital'
            ELSE 'unknown' END AS value_basis,
       currency, company_status AS status,
       coalesce(company_status, 'active') <> 'cancelled' AS is_current,
       '公司登记' AS register_basis,
       CASE WHEN company_status = 'moved_out' OR unit_doubtful THEN 'review' END AS handling,
       json_facts(json_object(
           'entity_id', entity_id, 'company_name', company_name, 'company_uscc', coalesce(base_uscc, company_uscc), 'reg_no', reg_no,
           'company_type', company_type, 'company_former_names', company_former_names, 'company_status', company_status,
           'subscribed', wan_yuan(subscribed), 'paid', wan_yuan(paid), 'ratio_percent', ratio_percent, 'due_on', due_on,
           'currency_amount', CASE WHEN currency <> 'CNY' THEN wan_yuan(coalesce(paid, subscribed)) END,
           'amount_unit_doubtful', CASE WHEN unit_doubtful THEN true END)) AS detail,
       updated_at, _data_as_of AS data_as_of, _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256,
       _row_no AS row_no
FROM equity_of_company;

-- Freezes and pledges name the company and the holder, not the holding: seizures.sql finds it.
INSERT INTO seizure_record BY NAME
SELECT 'enterprises' AS source, 'entity:' || entity_id AS asset_key, freeze_no AS seizure_key, kind AS seizure_type, court AS authority,
       ruling_no AS doc_no, seizure_case(case_no, ruling_no) AS case_no, wan_yuan(amount) AS amount, wait_order AS order_no,
       from_date AS start_date, to_date AS end_date, released_at, published_at, holder_name AS party_name, holder_id AS party_id,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'equity_freeze' AS table_name, _row_no AS row_no
FROM enterprises__equity_freeze;

INSERT INTO encumbrance_record BY NAME
SELECT 'enterprises' AS source, 'entity:' || entity_id AS asset_key, 'pledge' AS kind, pledgee_name AS holder, wan_yuan(amount) AS amount,
       registered_at AS start_date, cancelled_at AS end_date, status, pledgor_name AS party_name, pledgor_id AS party_id,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'equity_pledge' AS table_name, _row_no AS row_no
FROM enterprises__equity_pledge;

-- A filing concerns the firm itself and everybody who holds its equity.
INSERT INTO application_record BY NAME
WITH concerned AS (
    SELECT a.*, NULL::VARCHAR AS equity_id FROM enterprises__applications a
    UNION ALL
    SELECT a.*, e.equity_id FROM enterprises__applications a JOIN enterprises__equity e ON e.entity_id = a.entity_id)
SELECT 'enterprises' AS source, equity_id AS asset_key, application_no AS record_id, application_no AS app_no, kind AS app_type, status,
       accepted_at, registered_at, stage, counterparty_name AS counterparty, stopped_at, stop_document,
       'base' AS party_table, entity_id AS party_record_id,
       _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, 'applications' AS table_name, _row_no AS row_no
FROM concerned;
