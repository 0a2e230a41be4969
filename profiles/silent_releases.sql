-- Seizures that a register tells no more, though nothing says that they were released (fault silent_release of the agreements). Adds them to
-- `seizure_record` as published before, unconfirmed. Makes `released_by_us`.
-- Kept while the thing stands in the register and is held to be the debtor's, until the register tells them again, released or not, or
-- their term has passed. Found anew every night: what was kept once is in the last publication like everything else.

-- A seizure as one text: what tells it from its like.
CREATE OR REPLACE TEMP MACRO seizure_text(seizure_type, authority, doc_no, start_date) AS
  concat_ws('|', seizure_type, coalesce(authority, ''), coalesce(case_no_normal(doc_no), ''), coalesce(start_date::VARCHAR, ''));
-- Registers whose agreements say: released entries stay listed, one that vanishes is a fault. Of a bank the newest reply is the present state.
CREATE OR REPLACE TEMP MACRO lists_releases(source) AS source IN ('vehicles', 'land', 'housing');

-- The court's own file may say what the register does not. One notice may name several things: released when it holds none of them.
CREATE OR REPLACE TABLE released_by_us AS
SELECT case_no_normal(notice_no) AS document FROM court_cases__measures WHERE notice_no IS NOT NULL
GROUP BY ALL HAVING bool_and(coalesce(status = 'released', false));

CREATE OR REPLACE TEMP TABLE told_before AS
SELECT *, seizure_text(seizure_type, authority, doc_no, start_date) AS what, case_no_normal(doc_no) AS document
FROM previous_seizure
WHERE lists_releases(source) AND (SELECT max(run_date) FROM previous_run) <= getvariable('business_date')::DATE;

-- The thing today, by the records it rested on: it may have got another number.
CREATE OR REPLACE TEMP TABLE stands_as AS
SELECT DISTINCT p.asset_id AS former_id, r.source, r.asset_key, s.asset_id
FROM previous_provenance p SEMI JOIN told_before b ON b.asset_id = p.asset_id AND b.source = p.source
JOIN asset_record r ON r.source = p.source AND r.table_name = p.table_name AND r.record_id = p.record_id
JOIN rests s ON s.source = r.source AND s.asset_key = r.asset_key
JOIN asset a ON a.debtor_id = s.debtor_id AND a.asset_id = s.asset_id AND a.is_current
-- once somebody is registered, what lay on the buyers' claims is told of the house
WHERE (r.detail ->> 'unit_has_owner') IS DISTINCT FROM 'true';

CREATE OR REPLACE TEMP TABLE told_now AS
SELECT DISTINCT t.former_id, n.source, n.seizure_type, n.authority, case_no_normal(n.doc_no) AS document, n.start_date,
       seizure_text(n.seizure_type, n.authority, n.doc_no, CASE WHEN NOT starts_with(n.seizure_type, 'waiting') THEN n.start_date END) AS what
FROM seizure_record n
JOIN rests s ON s.source = n.source AND s.asset_key = n.asset_key
JOIN stands_as t ON t.source = s.source AND t.asset_id = s.asset_id;

-- Told again: word for word, or as an entry that is new: one that took effect, or was corrected.
CREATE OR REPLACE TEMP TABLE told_no_more AS
SELECT b.* FROM told_before b
WHERE b.released_at IS NULL AND coalesce(b.end_date >= getvariable('business_date')::DATE, true)
  AND NOT (b.is_ours AND coalesce(b.document IN (FROM released_by_us), false))
  AND NOT EXISTS (
    FROM told_now n WHERE n.former_id = b.asset_id AND n.source = b.source
    AND (n.what = b.what
         OR (n.document = b.document OR (n.seizure_type, n.authority, n.start_date) = (b.seizure_type, b.authority, b.start_date))
            AND NOT EXISTS (FROM told_before o WHERE o.asset_id = b.asset_id AND o.source = b.source AND o.what = n.what)));

INSERT INTO seizure_record BY NAME
SELECT b.source, t.asset_key, b.seizure_type, b.authority, b.doc_no, b.case_no, b.amount, b.order_no, b.start_date, b.end_date,
       true AS unconfirmed, b.business_date, b.file, b.file_sha256, b.table_name, b.row_no
FROM told_no_more b
JOIN (SELECT former_id, source, min_by(asset_key, (asset_id <> former_id, asset_key)) AS asset_key FROM stands_as GROUP BY ALL) t
  ON t.former_id = b.asset_id AND t.source = b.source;
