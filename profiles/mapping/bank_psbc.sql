-- 邮储银行: no status and no match column, one sheet row per account. A rounded number may stand for several accounts.
CREATE OR REPLACE TEMP TABLE psbc_row AS
SELECT a.*, account_normal(a.account_no) AS number, number_rounded(account_normal(a.account_no), a._warnings) AS rounded,
       count(*) OVER (PARTITION BY a.inquiry_no, account_normal(a.account_no)) AS sharing
FROM bank_psbc__accounts a
JOIN reply_present r ON r.source = 'bank_psbc' AND r.inquiry_no = a.inquiry_no
WHERE NOT no_account_text(a.account_no) AND NOT query_failed_text(a.account_no);

INSERT INTO bank_account BY NAME
SELECT 'bank_psbc' AS source, inquiry_no, CASE WHEN sharing > 1 THEN number || '#' || _row_no ELSE number END AS account_key,
       number, account_normal(card_no) AS card_no, holder_name, holder_id, type_raw, remark, status, branch,
       opened_on, currency_code(currency) AS currency, balance, available, 'unknown' AS match_basis, replied_at, rounded,
       _data_as_of AS data_as_of, _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, _row_no AS row_no
FROM psbc_row;

-- Freezes of a number that several rows share cannot be told apart and join none of them.
INSERT INTO bank_freeze BY NAME
SELECT 'bank_psbc' AS source, m.inquiry_no, account_normal(m.account_no) AS account_key, m.measure_no::VARCHAR AS measure_no, m.kind,
       m.authority, m.document, m.amount, m.to_date,
       m._business_date AS business_date, m._file AS file, m._file_sha256 AS file_sha256, m._row_no AS row_no
FROM bank_psbc__measures m JOIN reply_present r ON r.source = 'bank_psbc' AND r.inquiry_no = m.inquiry_no;
