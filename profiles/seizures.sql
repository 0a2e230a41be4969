-- What already rests on the assets: encumbrances and seizures, ours and others'.
-- Makes `encumbrance`, `seizure` (both with what `values` needs beside the published columns); marks in `asset` where a seizure is in doubt.

CREATE OR REPLACE TEMP TABLE asset_of_record AS
SELECT DISTINCT asset_id, source, asset_key FROM rests;

-- Whose holding in a company a freeze or pledge means: by number where both have one, else by name.
CREATE OR REPLACE TEMP TABLE holding AS
WITH holder AS (
    SELECT DISTINCT s.asset_id, 'entity:' || (r.detail ->> 'entity_id') AS asset_key, p.name, p.id_number
    FROM rests s
    JOIN asset_record r ON r.source = s.source AND r.asset_key = s.asset_key
    JOIN party p ON p.source = s.source AND p.asset_key = s.asset_key
    WHERE s.kind = 'equity'),
named AS (
    SELECT asset_key, party_name AS name, party_id AS id_number FROM seizure_record WHERE asset_key LIKE 'entity:%'
    UNION SELECT asset_key, party_name, party_id FROM encumbrance_record WHERE asset_key LIKE 'entity:%'),
wanted AS (
    SELECT asset_id, asset_key, name, id_number FROM holder
    UNION ALL SELECT NULL, n.* FROM named n SEMI JOIN holder h ON h.asset_key = n.asset_key),
keyed AS (SELECT *, id_normal(NULL, id_number) AS number, name_key(name) AS name_key FROM wanted)
SELECT DISTINCT h.asset_id, n.asset_key, n.name, n.id_number
FROM keyed h JOIN keyed n ON n.asset_id IS NULL AND h.asset_id IS NOT NULL AND n.asset_key = h.asset_key
 AND (n.number = h.number OR (n.number IS NULL OR h.number IS NULL) AND n.name_key = h.name_key);

-- One encumbrance told under two records of one thing counts once: same holder, kind, start and amount.
CREATE OR REPLACE TABLE encumbrance AS
WITH found AS (
    SELECT a.asset_id, e.* FROM encumbrance_record e JOIN asset_of_record a ON a.source = e.source AND a.asset_key = e.asset_key
    UNION ALL
    SELECT h.asset_id, e.* FROM encumbrance_record e
    JOIN holding h ON h.asset_key = e.asset_key AND h.name IS NOT DISTINCT FROM e.party_name AND h.id_number IS NOT DISTINCT FROM e.party_id)
SELECT asset_id, kind, holder, amount, rank, start_date, CASE WHEN year(end_date) < 2900 THEN end_date END AS end_date,
       coalesce(status, 'unknown') AS status, source, business_date, file, file_sha256, table_name, row_no,
       on_share_of, coalesce(doubtful, false) AS doubtful, certificate
FROM found
QUALIFY row_number() OVER (
            PARTITION BY asset_id, kind, name_key(holder), amount, start_date, on_share_of,
                         -- without a holder and an amount nothing says that two rows are one
                         CASE WHEN holder IS NULL AND amount IS NULL THEN source || table_name || file || row_no END
            ORDER BY CASE status WHEN 'active' THEN 0 ELSE 1 END, source, table_name, business_date DESC, row_no) = 1;

-- The court's own file names the object in its own words; it adds what the register does not (yet) show.
CREATE OR REPLACE TEMP TABLE court_seizure AS
WITH named AS (
    SELECT s.*, l.asset_id
    FROM seizure_record s
    JOIN asset_lookup l ON l.debtor_id = s.only_debtor_id AND l.key = lookup_key(s.asset_key)
                       AND (s.asset_kind IS NULL OR l.kind = s.asset_kind
                            OR (s.asset_kind = 'housing' AND l.kind = 'presale_housing')
                            OR (s.asset_kind IN ('deposit', 'financial_product') AND l.kind IN ('deposit', 'financial_product')))
    WHERE s.source = 'court_cases')
SELECT * FROM named QUALIFY row_number() OVER (PARTITION BY asset_id, seizure_key, case_no, doc_no ORDER BY row_no) = 1;

CREATE OR REPLACE TABLE seizure AS
WITH delivered AS (
    SELECT a.asset_id, s.* FROM seizure_record s JOIN asset_of_record a ON a.source = s.source AND a.asset_key = s.asset_key
    WHERE s.source <> 'court_cases'
    UNION ALL
    SELECT h.asset_id, s.* FROM seizure_record s
    JOIN holding h ON h.asset_key = s.asset_key AND h.name IS NOT DISTINCT FROM s.party_name AND h.id_number IS NOT DISTINCT FROM s.party_id),
-- a seizure told under two records of one thing (old certificate, new unit) is one
once AS (
    SELECT * FROM delivered
    QUALIFY row_number() OVER (
        PARTITION BY asset_id, seizure_type, authority, case_no_normal(doc_no), start_date, order_no, amount,
                     CASE WHEN doc_no IS NULL THEN source || table_name || file || row_no END
        ORDER BY (released_at IS NULL), source, table_name, business_date DESC, row_no) = 1),
ours_unknown_there AS (
    SELECT c.* FROM court_seizure c
    WHERE NOT EXISTS (FROM once o WHERE o.asset_id = c.asset_id
                        AND (case_no_normal(o.doc_no) = case_no_normal(c.doc_no)
                             OR o.seizure_type = c.seizure_type AND case_no_normal(o.case_no) = case_no_normal(c.case_no)))),
gathered AS (
    SELECT * FROM once
    UNION ALL BY NAME
    SELECT * FROM ours_unknown_there),
dated AS (
    SELECT *, seizure_type IN ('waiting', 'waiting_pre_seizure', 'waiting_freeze') AS waits,
           coalesce(contains(regexp_replace(half_width(authority), '[\s\p{Z}]', '', 'g'), getvariable('court_name'))
                    OR trim(authority) = getvariable('court_code'), false) AS is_ours
    FROM gathered)
SELECT asset_id, seizure_type, authority, doc_no, case_no, amount, order_no,
       CASE WHEN NOT waits THEN start_date END AS start_date,
       CASE WHEN NOT waits AND year(end_date) < 2900 THEN end_date END AS end_date,
       is_ours,
       CASE WHEN NOT waits AND released_at IS NULL AND year(end_date) < 2900
            THEN CAST(date_diff('day', getvariable('business_date')::DATE, end_date) AS INTEGER) END AS days_to_expiry,
       released_at, source, business_date, file, file_sha256, table_name, row_no,
       -- not published: waiting; in force on the business date (a freeze of equity only once it is public)
       waits,
       NOT waits AND released_at IS NULL AND coalesce(end_date >= getvariable('business_date')::DATE, true)
         AND (table_name <> 'equity_freeze' OR published_at IS NOT NULL) AS in_force,
       -- perhaps released, nobody says so
       coalesce(unconfirmed, false) AND released_at IS NULL AND coalesce(end_date >= getvariable('business_date')::DATE, true) AS unconfirmed
FROM dated;

-- A vehicle's status marks a seizure too. The mark went and no release came: whether the entry still holds is not known.
UPDATE asset SET detail = json_merge_patch(asset.detail, '{"seizure_mark_gone": true}')
FROM previous_asset p
WHERE p.debtor_id = asset.debtor_id AND p.asset_id = asset.asset_id AND asset.kind = 'vehicle' AND asset.is_current
  AND 'true' IN (p.detail ->> 'marked_seized', p.detail ->> 'seizure_mark_gone') AND (asset.detail ->> 'marked_seized') IS NULL
  AND asset.asset_id IN (SELECT asset_id FROM seizure WHERE in_force AND source = 'vehicles');

UPDATE seizure SET unconfirmed = true
WHERE in_force AND source = 'vehicles' AND asset_id IN (SELECT asset_id FROM asset WHERE (detail ->> 'seizure_mark_gone') = 'true');

UPDATE asset SET detail = json_merge_patch(asset.detail, '{"seizure_unconfirmed": true}')
FROM (SELECT DISTINCT asset_id FROM seizure WHERE unconfirmed) s WHERE s.asset_id = asset.asset_id;
