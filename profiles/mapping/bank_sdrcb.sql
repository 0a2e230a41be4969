-- 山东农商行: sub-account rows repeat the main number with 子账号 filled; the main row's balance contains them.
CREATE OR REPLACE TEMP TABLE sdrcb_row AS
SELECT a.*, account_normal(a.account_no) AS number, nullif(trim(coalesce(a.sub_no, '')), '') AS sub
FROM bank_sdrcb__accounts a
JOIN reply_present r ON r.source = 'bank_sdrcb' AND r.inquiry_no = a.inquiry_no
WHERE NOT no_account_text(a.account_no) AND NOT query_failed_text(a.account_no);

INSERT INTO bank_account BY NAME
SELECT 'bank_sdrcb' AS source, inquiry_no, number || '/' || coalesce(sub, '') AS account_key, CASE WHEN sub IS NOT NULL THEN number || '/' END AS parent_key,
       CASE WHEN sub IS NULL THEN number ELSE number || '-' || sub END AS number, account_normal(card_no) AS card_no,
       holder_name, holder_id, type_raw, remark, status, branch, opened_on, closed_on,
       currency_code(currency) AS currency, balance, available, coalesce(match_basis, 'unknown') AS match_basis, replied_at,
       number_rounded(number, _warnings) AS rounded,
       _data_as_of AS data_as_of, _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, _row_no AS row_no
FROM sdrcb_row;

INSERT INTO bank_freeze BY NAME
SELECT 'bank_sdrcb' AS source, m.inquiry_no, account_normal(m.account_no) || '/' AS account_key, m.measure_no::VARCHAR AS measure_no, m.kind,
       m.authority, m.document, m.amount, m.from_date, m.to_date,
       m._business_date AS business_date, m._file AS file, m._file_sha256 AS file_sha256, m._row_no AS row_no
FROM bank_sdrcb__measures m JOIN reply_present r ON r.source = 'bank_sdrcb' AND r.inquiry_no = m.inquiry_no;
