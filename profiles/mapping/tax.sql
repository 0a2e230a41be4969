-- Taxpayers, refunds and arrears. A refund not yet paid out is the asset; one paid out points at an account; one refused is gone.
CREATE OR REPLACE TEMP TABLE taxpayer_present AS
SELECT r.debtor_id, r.asked_on, r.asked_id_type, r.asked_id, r.asked_name, t.*, coalesce(t.match_basis, 'unknown') AS basis,
       row_number() OVER (PARTITION BY r.debtor_id, t.taxpayer_no
         ORDER BY r.asked_on DESC, t.match_basis IN ('id_and_name', 'id_only') DESC NULLS LAST, t.replied_at DESC, t.inquiry_no) AS turn
FROM tax__taxpayers t
JOIN reply_present r ON r.source = 'tax' AND r.inquiry_no = t.inquiry_no
WHERE t.taxpayer_no IS NOT NULL;

-- The number that speaks for the taxpayer: the delivered one; the one asked about, where the office says that it agreed.
CREATE OR REPLACE TEMP TABLE taxpayer_party AS
WITH kinds AS MATERIALIZED (
  SELECT *, id_kind(taxpayer_id) AS kind, coalesce(id_strong(id_clean(taxpayer_id)), false) AS strong FROM taxpayer_present WHERE turn = 1)
SELECT debtor_id, taxpayer_no, taxpayer_name, basis,
       coalesce(taxpayer_id, CASE WHEN basis IN ('id_and_name', 'id_only') THEN asked_id END) AS id_number,
       CASE WHEN taxpayer_id IS NOT NULL THEN id_type_by(NULL, kind, strong) WHEN basis IN ('id_and_name', 'id_only') THEN asked_id_type END AS id_type,
       _business_date, _file, _file_sha256, _row_no
FROM kinds;

-- Amount and account are delivered only for the case whose notice is on file: what one inquiry tells holds for all about the refund.
CREATE OR REPLACE TEMP TABLE refund_present AS
SELECT p.debtor_id, p.basis, p.status AS taxpayer_status, p.authority, p.asked_on,
       r.* REPLACE (coalesce(r.refund_amount, max(r.refund_amount) OVER same) AS refund_amount,
                    coalesce(r.refund_account, max(r.refund_account) OVER same) AS refund_account,
                    coalesce(r.refund_bank, max(r.refund_bank) OVER same) AS refund_bank,
                    coalesce(r.refund_at, max(r.refund_at) OVER same) AS refund_at)
FROM tax__refunds r JOIN taxpayer_present p ON p.inquiry_no = r.inquiry_no AND p.taxpayer_no = r.taxpayer_no
WINDOW same AS (PARTITION BY p.debtor_id, r.taxpayer_no, r.refund_no);

INSERT INTO party BY NAME
SELECT 'tax' AS source, 'taxpayers' AS table_name, t.taxpayer_no AS record_id, 1 AS part, a.asset_key, 'taxpayer' AS role,
       CASE WHEN t.id_type IN ('uscc', 'org_code', 'reg_no') THEN 'organization' WHEN t.id_number IS NOT NULL THEN 'person' END AS party_type,
       t.taxpayer_name AS name, t.id_type, t.id_number, 'sole' AS co_ownership, 1.0 AS share, t.debtor_id AS only_debtor_id, t.basis AS match_basis,
       t._business_date AS business_date, t._file AS file, t._file_sha256 AS file_sha256, t._row_no AS row_no
FROM taxpayer_party t
LEFT JOIN (SELECT DISTINCT debtor_id, taxpayer_no, inquiry_no || '/' || refund_no AS asset_key FROM refund_present) a
  ON a.debtor_id = t.debtor_id AND a.taxpayer_no = t.taxpayer_no
WHERE t.taxpayer_name IS NOT NULL OR t.id_number IS NOT NULL;

-- Payments say what the firm earns; they are facts beside the refund, no assets.
INSERT INTO asset_record BY NAME
WITH paid AS (
  SELECT inquiry_no, taxpayer_no, sum(amount) AS amount, count(*) AS payments, max(paid_at) AS last_paid_on
  FROM tax__payments GROUP BY ALL)
SELECT 'tax' AS source, r.inquiry_no || '/' || r.refund_no AS asset_key, r.refund_no AS record_id, 'refunds' AS table_name, 'tax_refund' AS kind,
       'refund:' || upper(regexp_replace(r.refund_no, '\s', '', 'g')) AS identifier, '退税（' || r.tax_kind || '）' AS title, r.authority AS location,
       r.refund_amount AS gross_value, CASE WHEN r.refund_amount IS NULL THEN 'unknown' ELSE 'refund' END AS value_basis, 'CNY' AS currency,
       r.stage AS status, r.stage IN ('applied', 'review', 'ordered') AS is_current, '税务机关退税记录' AS register_basis,
       json_facts(json_object('taxpayer_no', r.taxpayer_no, 'tax_kind', r.tax_kind, 'reason', r.reason, 'stage', r.stage, 'applied_on', r.applied_on,
                   'refund_bank', r.refund_bank, 'refund_account', r.refund_account, 'refund_amount', r.refund_amount, 'refund_at', r.refund_at,
                   'taxpayer_status', r.taxpayer_status, 'tax_paid', p.amount, 'tax_payments', p.payments, 'last_tax_paid_on', p.last_paid_on)) AS detail,
       r._data_as_of AS updated_at, r._data_as_of AS data_as_of,
       r._business_date AS business_date, r._file AS file, r._file_sha256 AS file_sha256, r._row_no AS row_no
FROM refund_present r LEFT JOIN paid p ON p.inquiry_no = r.inquiry_no AND p.taxpayer_no = r.taxpayer_no;

-- Arrears with the late fee as delivered. Each arrear counts once, however many inquiries it answers.
INSERT INTO liability_record BY NAME
SELECT 'tax' AS source, a.taxpayer_no AS record_id, 'tax_arrears' AS kind, p.authority AS creditor,
       a.arrears + coalesce(a.late_fee, 0) AS amount, a.arose_on, '税收征收管理法第四十五条' AS legal_basis, p.debtor_id AS only_debtor_id,
       a._business_date AS business_date, a._file AS file, a._file_sha256 AS file_sha256, 'arrears' AS table_name, a._row_no AS row_no
FROM tax__arrears a JOIN taxpayer_present p ON p.inquiry_no = a.inquiry_no AND p.taxpayer_no = a.taxpayer_no
QUALIFY row_number() OVER (PARTITION BY p.debtor_id, a.taxpayer_no, a.tax_kind, a.period_from ORDER BY p.asked_on DESC, a._data_as_of DESC, a.inquiry_no) = 1;
