-- The four banks of the common XML message into the one shape of all banks: bank_account, bank_sub, bank_product, bank_freeze, bank_right.
-- bank_sdrcb.sql and bank_psbc.sql add theirs; bank_accounts.sql turns the shape into assets. Only inquiries whose answers hold now.

-- GB/T 12406 codes, numbers and Chinese names of a currency; anything else stays as delivered.
CREATE OR REPLACE TEMP MACRO currency_code(s) AS
  CASE upper(half_width(text_clean(s)))
    WHEN '' THEN NULL WHEN '156' THEN 'CNY' WHEN '人民币' THEN 'CNY' WHEN '人民币元' THEN 'CNY' WHEN 'RMB' THEN 'CNY'
    WHEN '840' THEN 'USD' WHEN '美元' THEN 'USD' WHEN '344' THEN 'HKD' WHEN '港币' THEN 'HKD' WHEN '港元' THEN 'HKD'
    WHEN '978' THEN 'EUR' WHEN '欧元' THEN 'EUR' WHEN '392' THEN 'JPY' WHEN '日元' THEN 'JPY' WHEN '826' THEN 'GBP' WHEN '英镑' THEN 'GBP'
    WHEN '410' THEN 'KRW' WHEN '韩元' THEN 'KRW' WHEN '036' THEN 'AUD' WHEN '澳元' THEN 'AUD' WHEN '澳大利亚元' THEN 'AUD'
    WHEN '124' THEN 'CAD' WHEN '加元' THEN 'CAD' WHEN '加拿大元' THEN 'CAD' WHEN '756' THEN 'CHF' WHEN '瑞士法郎' THEN 'CHF'
    WHEN '702' THEN 'SGD' WHEN '新加坡元' THEN 'SGD' WHEN '901' THEN 'TWD' WHEN '新台币' THEN 'TWD' WHEN '446' THEN 'MOP' WHEN '澳门元' THEN 'MOP'
    ELSE upper(half_width(text_clean(s))) END;

-- A spreadsheet keeps 15 digits and fills up with zeros, or writes 5.01E+17: such a number names no account.
CREATE OR REPLACE TEMP MACRO number_rounded(number, warnings) AS
  list_contains(warnings, 'suspicious_rounding')
  AND (regexp_matches(number, 'E[+]?[0-9]+$') OR length(number) > 15 AND regexp_full_match(substr(number, 16), '0+'));

CREATE OR REPLACE TABLE bank_account AS
SELECT a.source, a.inquiry_no, a.sequence::VARCHAR AS account_key, a.parent_sequence::VARCHAR AS parent_key,
       account_normal(a.account_no) AS number, account_normal(a.card_no) AS card_no,
       a.holder_name, a.holder_id_type, a.holder_id, a.type_raw, a.remark, a.status, a.branch, a.branch_code, a.cnaps,
       a.opened_on, a.closed_on, currency_code(a.currency) AS currency, a.balance, a.available, a.linked_account, a.address, a.phone,
       coalesce(i.match_basis, 'unknown') AS match_basis, i.replied_at, a.cash_kind, a.joint, a.farm_subsidy, a.escrow_project,
       number_rounded(account_normal(a.account_no), a._warnings) AS rounded,
       a._data_as_of AS data_as_of, a._business_date AS business_date, a._file AS file, a._file_sha256 AS file_sha256, a._row_no AS row_no
FROM xml_accounts a
JOIN xml_inquiries i ON i.source = a.source AND i.inquiry_no = a.inquiry_no
JOIN reply_present r ON r.source = a.source AND r.inquiry_no = a.inquiry_no
WHERE NOT no_account_text(a.account_no) AND NOT query_failed_text(a.account_no);

CREATE OR REPLACE TABLE bank_sub AS
WITH delivered AS (
  SELECT 'bank_boc' AS source, * FROM bank_boc__sub_accounts UNION ALL BY NAME
  SELECT 'bank_abc' AS source, * FROM bank_abc__sub_accounts UNION ALL BY NAME
  SELECT 'bank_ccb' AS source, * FROM bank_ccb__sub_accounts UNION ALL BY NAME
  SELECT 'bank_icbc' AS source, * FROM bank_icbc__sub_accounts)
SELECT s.source, s.inquiry_no, s.sequence::VARCHAR AS account_key, s.sub_no, account_normal(s.sub_account_no) AS number,
       s.type_raw, currency_code(s.currency) AS currency, s.balance, s.available
FROM delivered s JOIN reply_present r ON r.source = s.source AND r.inquiry_no = s.inquiry_no;

CREATE OR REPLACE TABLE bank_product AS
WITH delivered AS (
  SELECT 'bank_boc' AS source, * FROM bank_boc__products UNION ALL BY NAME
  SELECT 'bank_abc' AS source, * FROM bank_abc__products UNION ALL BY NAME
  SELECT 'bank_ccb' AS source, * FROM bank_ccb__products UNION ALL BY NAME
  SELECT 'bank_icbc' AS source, * FROM bank_icbc__products)
SELECT p.* EXCLUDE (sequence), p.sequence::VARCHAR AS account_key
FROM delivered p JOIN reply_present r ON r.source = p.source AND r.inquiry_no = p.inquiry_no;

CREATE OR REPLACE TABLE bank_freeze AS
WITH delivered AS (
  SELECT 'bank_boc' AS source, * FROM bank_boc__measures UNION ALL BY NAME
  SELECT 'bank_abc' AS source, * FROM bank_abc__measures UNION ALL BY NAME
  SELECT 'bank_ccb' AS source, * FROM bank_ccb__measures UNION ALL BY NAME
  SELECT 'bank_icbc' AS source, * FROM bank_icbc__measures)
SELECT m.source, m.inquiry_no, m.sequence::VARCHAR AS account_key, m.measure_no::VARCHAR AS measure_no, m.kind, m.authority, m.document,
       m.amount, m.wait_order, NULL::DATE AS from_date, m.to_date,
       m._business_date AS business_date, m._file AS file, m._file_sha256 AS file_sha256, m._row_no AS row_no
FROM delivered m JOIN reply_present r ON r.source = m.source AND r.inquiry_no = m.inquiry_no;

CREATE OR REPLACE TABLE bank_right AS
WITH delivered AS (
  SELECT 'bank_boc' AS source, * FROM bank_boc__rights UNION ALL BY NAME
  SELECT 'bank_abc' AS source, * FROM bank_abc__rights UNION ALL BY NAME
  SELECT 'bank_ccb' AS source, * FROM bank_ccb__rights UNION ALL BY NAME
  SELECT 'bank_icbc' AS source, * FROM bank_icbc__rights)
SELECT q.source, q.inquiry_no, q.sequence::VARCHAR AS account_key, q.right_no, q.right_kind, q.right_holder, q.amount,
       q._business_date AS business_date, q._file AS file, q._file_sha256 AS file_sha256, q._row_no AS row_no
FROM delivered q JOIN reply_present r ON r.source = q.source AND r.inquiry_no = q.inquiry_no;
