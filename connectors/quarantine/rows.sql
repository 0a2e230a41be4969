-- Every quarantined row of the deliveries that count, with a name of its own, where it came from, and who set it aside.
-- Reads quarantine_row, quarantine_file (one row per taken file) and waiver.
CREATE OR REPLACE TEMP VIEW quarantine_case AS
WITH named AS (
  -- The name says which bytes and where in them, nothing of what they hold: a replay keeps it, a revision gives a new one.
  SELECT 'Q' || substr(sha256(concat_ws('|', q.source, q.business_date, q.file, f.sha256, q.table_name, q.row_no)), 1, 16) AS row_id,
         q.*, f.* EXCLUDE (source, business_date, file, sha256)
  FROM quarantine_row q JOIN quarantine_file f USING (source, business_date, file)),
row_waiver AS (SELECT row_id, min(waiver_id) AS waiver_id FROM waiver WHERE row_id IS NOT NULL GROUP BY ALL),
reason_waiver AS (
  SELECT origin, list(reason_code) AS codes, min(waiver_id) AS waiver_id FROM waiver WHERE row_id IS NULL GROUP BY ALL)
SELECT n.*,
       coalesce(r.waiver_id, CASE WHEN list_has_all(g.codes, n.reasons) THEN g.waiver_id END) AS waiver_id
FROM named n LEFT JOIN row_waiver r USING (row_id) LEFT JOIN reason_waiver g USING (origin);
