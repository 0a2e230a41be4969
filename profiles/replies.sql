-- What the replying sources answered: `reply_answer` (per inquiry) and `reply_present` (the inquiries whose answers hold now).
-- Reads the reply views, `asked` and `debtor_base`.

-- Texts that stand in an account number and say that there is none.
CREATE OR REPLACE TEMP MACRO no_account_text(s) AS
  coalesce(regexp_matches(regexp_replace(half_width(text_clean(s)), '[\s\p{Z}。.，,]', '', 'g'), '^(查无|无)(开户|账户)'), false);
CREATE OR REPLACE TEMP MACRO query_failed_text(s) AS
  coalesce(regexp_full_match(regexp_replace(half_width(text_clean(s)), '[\s\p{Z}。.，,]', '', 'g'), '[-—－]+|查询失败|查询异常'), false);

-- Where an answer stands; of several rows the first.
CREATE OR REPLACE TEMP MACRO delivered_row(day, name, digest, part, place) AS
  {business_date: day, file: name, file_sha256: digest, table_name: part, row_no: place};

-- The four banks of the common message in one shape; an element that a bank never delivers is null.
CREATE OR REPLACE TEMP VIEW xml_inquiries AS
SELECT 'bank_boc' AS source, * FROM bank_boc__inquiries UNION ALL BY NAME
SELECT 'bank_abc' AS source, * FROM bank_abc__inquiries UNION ALL BY NAME
SELECT 'bank_ccb' AS source, * FROM bank_ccb__inquiries UNION ALL BY NAME
SELECT 'bank_icbc' AS source, * FROM bank_icbc__inquiries;
CREATE OR REPLACE TEMP VIEW xml_accounts AS
SELECT 'bank_boc' AS source, * FROM bank_boc__accounts UNION ALL BY NAME
SELECT 'bank_abc' AS source, * FROM bank_abc__accounts UNION ALL BY NAME
SELECT 'bank_ccb' AS source, * FROM bank_ccb__accounts UNION ALL BY NAME
SELECT 'bank_icbc' AS source, * FROM bank_icbc__accounts;

-- One row per source and answered inquiry. A text that denies an account means none whatever the status says; a status that
-- contradicts the rows means partial, and the rows are kept.
CREATE OR REPLACE TEMP TABLE delivered_answer AS
WITH xml_rows AS (
  SELECT source, inquiry_no, count(*) FILTER (NOT no_account_text(account_no)) AS accounts, count(*) FILTER (no_account_text(account_no)) AS denials
  FROM xml_accounts GROUP BY ALL),
sheet_rows AS (
  SELECT 'bank_sdrcb' AS source, inquiry_no, result, account_no, replied_at, delivered_row(_business_date, _file, _file_sha256, 'accounts', _row_no) AS answer
  FROM bank_sdrcb__accounts
  UNION ALL
  SELECT 'bank_psbc', inquiry_no, NULL, account_no, replied_at, delivered_row(_business_date, _file, _file_sha256, 'accounts', _row_no)
  FROM bank_psbc__accounts),
sheets AS (
  SELECT source, inquiry_no, count(*) FILTER (NOT no_account_text(account_no) AND NOT query_failed_text(account_no)) AS accounts,
         count(*) FILTER (no_account_text(account_no)) AS denials,
         bool_or(query_failed_text(account_no) OR result = 'error') AS failed, bool_or(result = 'partial') AS partial,
         bool_or(result = 'none' AND NOT no_account_text(account_no) AND NOT query_failed_text(account_no)) AS contradicted,
         max(replied_at) AS replied_at, min(answer) AS answer
  FROM sheet_rows GROUP BY ALL),
registers AS (
  SELECT 'household' AS source, inquiry_no, result, replied_at, delivered_row(_business_date, _file, _file_sha256, 'persons', _row_no) AS answer
  FROM household__persons
  UNION ALL
  SELECT 'tax', inquiry_no, result, replied_at, delivered_row(_business_date, _file, _file_sha256, 'taxpayers', _row_no) FROM tax__taxpayers)
SELECT i.source, i.inquiry_no,
       CASE WHEN coalesce(r.accounts, 0) = 0 AND coalesce(r.denials, 0) > 0 THEN 'none'
            WHEN i.result = 'found' AND coalesce(r.accounts, 0) = 0 THEN 'partial'
            WHEN i.result IN ('none', 'error') AND r.accounts > 0 THEN 'partial'
            WHEN r.accounts > 0 AND r.denials > 0 THEN 'partial'
            ELSE i.result END AS result,
       i.replied_at, delivered_row(i._business_date, i._file, i._file_sha256, 'inquiries', i._row_no) AS answer
FROM xml_inquiries i LEFT JOIN xml_rows r ON r.source = i.source AND r.inquiry_no = i.inquiry_no
UNION ALL
SELECT source, inquiry_no,
       CASE WHEN accounts = 0 AND denials > 0 THEN 'none'
            WHEN accounts = 0 THEN 'error'
            WHEN denials > 0 OR failed OR partial OR contradicted THEN 'partial'
            ELSE 'found' END, replied_at, answer
FROM sheets
UNION ALL
SELECT source, inquiry_no,
       CASE WHEN bool_or(result = 'partial') THEN 'partial' WHEN bool_or(result = 'found') THEN 'found'
            WHEN bool_or(result = 'none') THEN 'none' ELSE 'error' END, max(replied_at), min(answer)
FROM registers GROUP BY source, inquiry_no;

-- An answer of which a file is missing or held is at best partial.
CREATE OR REPLACE TABLE reply_answer AS
WITH incomplete AS (SELECT source, batch FROM reply_batch GROUP BY ALL HAVING NOT coalesce(arg_max(complete, extracted_at), bool_and(complete)))
SELECT d.source, a.debtor_id, d.inquiry_no, a.batch, a.business_date AS asked_on, a.asked_at,
       CASE WHEN i.batch IS NOT NULL AND d.result <> 'error' THEN 'partial' ELSE d.result END AS result, d.replied_at, d.answer,
       a.name AS asked_name, a.id_type AS asked_id_type, id_normal(a.id_type, a.id_number) AS asked_id
FROM delivered_answer d
JOIN asked a ON a.inquiry_no = d.inquiry_no AND list_contains(a.sources, d.source)
JOIN debtor_base b ON b.debtor_id = a.debtor_id
LEFT JOIN incomplete i ON i.source = d.source AND i.batch = a.batch;

-- The present state per debtor and source: the newest batch that answered found or none, all its answered inquiries together,
-- and what later batches answered in part. Error and silence leave it standing.
CREATE OR REPLACE TABLE reply_present AS
WITH settled AS (
  SELECT source, debtor_id, max((asked_on, batch)) AS newest FROM reply_answer WHERE result IN ('found', 'none') GROUP BY ALL)
SELECT a.*
FROM reply_answer a LEFT JOIN settled s ON s.source = a.source AND s.debtor_id = a.debtor_id
WHERE a.result <> 'error'
  AND (s.newest IS NULL OR (a.asked_on, a.batch) = s.newest OR (a.asked_on, a.batch) > s.newest AND a.result = 'partial');
