-- What each source delivered and answered: `source_status`, `source_reply`, `quarantine`.
-- Reads night_outcome, quarantined, asked, answer_date, reply_answer and what was published before.

CREATE OR REPLACE TABLE quarantine AS SELECT * FROM quarantined;

-- One row per source and business date, earlier nights carried over. How many debtors were asked and answered is counted
-- again for every night whose questions are still held: answers to a weekend's lists arrive on Monday.
CREATE OR REPLACE TABLE source_status AS
WITH nights AS (
  SELECT * FROM night_outcome
  UNION ALL BY NAME
  SELECT p.* FROM previous_source_status p
  WHERE NOT EXISTS (FROM night_outcome n WHERE n.source = p.source AND n.business_date = p.business_date)),
questions AS (
  SELECT unnest(sources) AS source, business_date, debtor_id, inquiry_no FROM asked),
asked_of AS (
  SELECT q.source, q.business_date, count(DISTINCT q.debtor_id) AS debtors_asked,
         count(DISTINCT q.debtor_id) FILTER (a.result <> 'error') AS debtors_answered
  FROM questions q LEFT JOIN reply_answer a ON a.source = q.source AND a.inquiry_no = q.inquiry_no
  GROUP BY ALL)
SELECT n.source, n.business_date, n.outcome, n.mode, n.rows_delivered, n.rows_accepted, n.rows_quarantined, n.data_as_of,
       n.age_days, coalesce(q.debtors_asked, n.debtors_asked) AS debtors_asked, coalesce(q.debtors_answered, n.debtors_answered) AS debtors_answered,
       n.message
FROM nights n LEFT JOIN asked_of q ON q.source = n.source AND q.business_date = n.business_date;

-- Per debtor and replying source, what came of the newest question. Silence counts only after the deadline.
CREATE OR REPLACE TABLE source_reply AS
WITH replying AS (SELECT unnest(['household', 'tax', 'bank_boc', 'bank_abc', 'bank_ccb', 'bank_icbc', 'bank_sdrcb', 'bank_psbc']) AS source),
due AS (SELECT b.debtor_id, r.source FROM debtor_base b CROSS JOIN replying r WHERE b.party_type = 'person' OR r.source <> 'household'),
questions AS (SELECT unnest(sources) AS source, debtor_id, inquiry_no, batch, business_date, asked_at FROM asked),
newest AS (
  SELECT * FROM questions
  QUALIFY rank() OVER (PARTITION BY source, debtor_id ORDER BY business_date DESC, batch DESC) = 1),
outcome AS (
  SELECT q.source, q.debtor_id, max(q.asked_at) AS asked_at, max(a.replied_at) AS replied_at, max(q.business_date) AS asked_on,
         bool_or(a.result = 'partial') AS partial, bool_or(a.result = 'found') AS found, bool_or(a.result = 'none') AS none,
         bool_or(a.result = 'error') AS error,
         arg_min(a.answer, (list_position(['partial', 'found', 'none', 'error'], a.result), a.inquiry_no)) AS answer
  FROM newest q LEFT JOIN reply_answer a ON a.source = q.source AND a.inquiry_no = q.inquiry_no
  GROUP BY ALL)
SELECT d.debtor_id, d.source,
       CASE WHEN o.asked_on IS NULL THEN 'not_asked'
            WHEN o.partial THEN 'partial' WHEN o.found THEN 'found' WHEN o.none THEN 'none' WHEN o.error THEN 'error'
            WHEN t.answered_on > getvariable('business_date')::DATE THEN 'not_due'
            ELSE 'no_reply' END AS result,
       o.asked_at, o.replied_at, o.answer.business_date AS business_date, o.answer.file AS file, o.answer.file_sha256 AS file_sha256,
       o.answer.table_name AS table_name, o.answer.row_no AS row_no
FROM due d
LEFT JOIN outcome o ON o.source = d.source AND o.debtor_id = d.debtor_id
LEFT JOIN answer_date t ON t.source = d.source AND t.asked_on = o.asked_on;
