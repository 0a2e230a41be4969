-- Reconciliation: what this night found different from what was published before. Makes `change_event`, earlier events carried over.
-- The first run is the baseline and finds no difference. A source that did not deliver makes nothing disappear.
-- A repeated run of one business date goes on from what its first run published: its events are joined and opposite ones cancel.
-- Reads published_before, delivered_source, carried and renewed_key (past.sql).

-- Assets as reconciliation sees them: found, not merely declared; what is only kept as past is no longer there.
CREATE OR REPLACE TEMP VIEW asset_now AS
FROM asset a ANTI JOIN carried c ON c.debtor_id = a.debtor_id AND c.asset_id = a.asset_id AND c.gone WHERE a.tier IN ('confirmed', 'probable');
CREATE OR REPLACE TEMP VIEW asset_before AS SELECT * FROM previous_asset WHERE tier IN ('confirmed', 'probable');

-- A burden as one text, as seizure_text (silent_releases.sql) is of a measure.
CREATE OR REPLACE TEMP MACRO encumbrance_text(kind, holder, amount, start_date) AS
  concat_ws('|', kind, coalesce(holder, ''), coalesce(amount::VARCHAR, ''), coalesce(start_date::VARCHAR, ''));

CREATE OR REPLACE TEMP TABLE asset_difference AS
WITH paired AS (
  SELECT coalesce(n.debtor_id, b.debtor_id) AS debtor_id, coalesce(n.asset_id, b.asset_id) AS asset_id, coalesce(n.source, b.source) AS source,
         coalesce(n.is_current, false) AS here, coalesce(b.is_current, false) AS was_here, n.asset_id IS NOT NULL AS known,
         n.identifier AS identifier, b.identifier AS identifier_before, n.gross_value, b.gross_value AS gross_before, n.net_value, b.net_value AS net_before,
         concat_ws(' ', n.ownership, n.share::VARCHAR) AS stake, concat_ws(' ', b.ownership, b.share::VARCHAR) AS stake_before
  FROM asset_now n FULL JOIN asset_before b ON b.debtor_id = n.debtor_id AND b.asset_id = n.asset_id)
SELECT p.*, p.debtor_id IN (SELECT debtor_id FROM debtor) AS debtor_shown, p.source IN (SELECT source FROM delivered_source) AS delivered,
       EXISTS (FROM renewed_key k WHERE k.debtor_id = p.debtor_id AND p.asset_id IN (k.former_id, k.asset_id)) AS renewed
FROM paired p;

-- Of what was there before: measures and burdens that come with an asset found (again) are no news of their own.
CREATE OR REPLACE TEMP VIEW asset_known AS
SELECT debtor_id, asset_id FROM asset_before ANTI JOIN (FROM asset_difference WHERE here AND NOT was_here) USING (debtor_id, asset_id);

CREATE OR REPLACE TEMP TABLE seizure_difference AS
WITH now AS (
  SELECT DISTINCT a.debtor_id, s.asset_id, s.source, seizure_text(s.seizure_type, s.authority, s.doc_no, s.start_date) AS what,
         s.authority, case_no_normal(s.doc_no) AS doc_no, s.end_date
  FROM seizure s JOIN asset_now a ON a.asset_id = s.asset_id WHERE s.released_at IS NULL),
before AS (
  SELECT DISTINCT a.debtor_id, s.asset_id, s.source, seizure_text(s.seizure_type, s.authority, s.doc_no, s.start_date) AS what,
         s.authority, case_no_normal(s.doc_no) AS doc_no, s.end_date, s.is_ours
  FROM previous_seizure s JOIN asset_before a ON a.asset_id = s.asset_id WHERE s.released_at IS NULL)
SELECT 'seizure_added' AS kind, n.debtor_id, n.asset_id, NULL AS before, n.what AS after, n.source
FROM now n
WHERE NOT EXISTS (FROM before b WHERE b.debtor_id = n.debtor_id AND b.asset_id = n.asset_id AND b.what = n.what)
  AND EXISTS (FROM asset_known a WHERE a.debtor_id = n.debtor_id AND a.asset_id = n.asset_id)
UNION ALL
-- gone before its end: released, where the source or the court's own file says so; of sources that list no releases, also when they tell
-- it no more. A waiting measure that took effect goes on under the same document.
SELECT 'seizure_released', b.debtor_id, b.asset_id, b.what, NULL, b.source
FROM before b
WHERE NOT EXISTS (FROM now n WHERE n.debtor_id = b.debtor_id AND n.asset_id = b.asset_id
                  AND (n.what = b.what OR n.doc_no = b.doc_no AND n.authority = b.authority))
  AND coalesce(b.end_date >= getvariable('business_date')::DATE, true)
  AND (NOT lists_releases(b.source) AND b.source IN (SELECT source FROM delivered_source)
       OR lists_releases(b.source) AND b.is_ours AND b.doc_no IN (FROM released_by_us)
       OR EXISTS (FROM seizure s WHERE s.asset_id = b.asset_id AND s.released_at IS NOT NULL
                  AND (seizure_text(s.seizure_type, s.authority, s.doc_no, s.start_date) = b.what
                       OR s.authority = b.authority AND case_no_normal(s.doc_no) = b.doc_no)))
  AND EXISTS (FROM asset_now a WHERE a.debtor_id = b.debtor_id AND a.asset_id = b.asset_id)
UNION ALL
-- not renewed by its end: it lost effect on that day
SELECT DISTINCT 'seizure_expired', e.debtor_id, e.asset_id, e.what, e.end_date::VARCHAR, e.source
FROM (SELECT * FROM now UNION SELECT * EXCLUDE (is_ours) FROM before) e, published_before p
WHERE e.end_date < getvariable('business_date')::DATE AND e.end_date >= p.run_date
  AND NOT EXISTS (FROM now r WHERE r.debtor_id = e.debtor_id AND r.asset_id = e.asset_id AND r.authority = e.authority
                  AND r.end_date >= getvariable('business_date')::DATE)
  AND EXISTS (FROM asset_now a WHERE a.debtor_id = e.debtor_id AND a.asset_id = e.asset_id);

CREATE OR REPLACE TEMP TABLE encumbrance_difference AS
WITH now AS (
  SELECT DISTINCT a.debtor_id, e.asset_id, e.source, encumbrance_text(e.kind, e.holder, e.amount, e.start_date) AS what
  FROM encumbrance e JOIN asset_now a ON a.asset_id = e.asset_id WHERE e.status <> 'cancelled'),
before AS (
  SELECT DISTINCT a.debtor_id, e.asset_id, e.source, encumbrance_text(e.kind, e.holder, e.amount, e.start_date) AS what
  FROM previous_encumbrance e JOIN asset_before a ON a.asset_id = e.asset_id WHERE e.status <> 'cancelled')
SELECT 'encumbrance_added' AS kind, n.debtor_id, n.asset_id, NULL AS before, n.what AS after, n.source
FROM now n
WHERE NOT EXISTS (FROM before b WHERE b.debtor_id = n.debtor_id AND b.asset_id = n.asset_id AND b.what = n.what)
  AND EXISTS (FROM asset_known a WHERE a.debtor_id = n.debtor_id AND a.asset_id = n.asset_id)
UNION ALL
SELECT 'encumbrance_removed', b.debtor_id, b.asset_id, b.what, NULL, b.source
FROM before b
WHERE NOT EXISTS (FROM now n WHERE n.debtor_id = b.debtor_id AND n.asset_id = b.asset_id AND n.what = b.what)
  AND b.source IN (SELECT source FROM delivered_source)
  AND EXISTS (FROM asset_now a WHERE a.debtor_id = b.debtor_id AND a.asset_id = b.asset_id);

CREATE OR REPLACE TEMP TABLE procedure_difference AS
SELECT 'application_accepted' AS kind, n.debtor_id, n.asset_id, NULL AS before, concat_ws(' ', n.app_type, n.app_no) AS after, n.source, n.application_id AS which
FROM application n
WHERE NOT EXISTS (FROM previous_application b WHERE b.application_id = n.application_id) AND n.debtor_id IN (SELECT debtor_id FROM previous_debtor)
UNION ALL
SELECT 'application_registered', n.debtor_id, n.asset_id, concat_ws(' ', n.app_type, n.app_no), n.registered_at::VARCHAR, n.source, n.application_id
FROM application n
LEFT JOIN previous_application b ON b.application_id = n.application_id, published_before p
WHERE n.registered_at IS NOT NULL AND b.registered_at IS NULL
  AND n.debtor_id IN (SELECT debtor_id FROM previous_debtor)
  AND (b.application_id IS NOT NULL OR n.registered_at >= p.run_date)
UNION ALL
-- registered, and with it the thing left the debtor: the procedure is no longer his, but it was the night before
SELECT DISTINCT 'application_registered', b.debtor_id, b.asset_id, concat_ws(' ', b.app_type, b.app_no), r.registered_at::VARCHAR, b.source, b.application_id
FROM previous_application b JOIN application_record r ON r.source = b.source AND r.table_name = b.table_name AND r.app_no = b.app_no
WHERE b.registered_at IS NULL AND r.registered_at IS NOT NULL AND b.debtor_id IN (SELECT debtor_id FROM debtor)
  AND NOT EXISTS (FROM application n WHERE n.application_id = b.application_id);

CREATE OR REPLACE TEMP TABLE party_difference AS
WITH facts AS (
  SELECT n.debtor_id, unnest([
    {'field': 'name', 'before': b.name, 'after': n.name},
    {'field': 'id_number', 'before': b.id_number, 'after': n.id_number},
    {'field': 'household_status', 'before': nullif(b.household_status, 'unknown'), 'after': nullif(n.household_status, 'unknown')}]) AS fact
  FROM debtor n JOIN previous_debtor b ON b.debtor_id = n.debtor_id)
SELECT 'party_changed' AS kind, debtor_id, NULL AS asset_id, fact.field || '=' || coalesce(fact.before, '') AS before,
       fact.field || '=' || coalesce(fact.after, '') AS after, fact.field AS which
FROM facts
WHERE fact.after IS DISTINCT FROM fact.before
  -- learning a status is a change only away from normal; a silent register is none
  AND NOT (fact.field = 'household_status' AND (fact.after IS NULL OR fact.before IS NULL AND fact.after = 'normal'));

CREATE OR REPLACE TEMP TABLE case_difference AS
SELECT 'case_opened' AS kind, n.debtor_id, NULL AS before, n.case_no AS after
FROM debtor_case n
WHERE NOT EXISTS (FROM previous_debtor_case b WHERE b.debtor_id = n.debtor_id AND b.case_no = n.case_no)
UNION ALL
SELECT 'case_closed', b.debtor_id, b.case_no, coalesce(n.close_mode, h.close_mode)
FROM previous_debtor_case b
LEFT JOIN debtor_case n ON n.debtor_id = b.debtor_id AND n.case_no = b.case_no
LEFT JOIN (SELECT case_no, any_value(close_mode) AS close_mode FROM case_held GROUP BY case_no) h ON h.case_no = b.case_no
WHERE b.closed_at IS NULL AND b.close_mode IS NULL AND (n.case_no IS NULL OR n.closed_at IS NOT NULL OR n.close_mode IS NOT NULL);

-- Decided otherwise about a record, by a person, or by a new model while the record goes on speaking of him. A record delivered
-- anew with another owner is no withdrawal, whatever the model: there the asset is gone. Unless it answers a question about the
-- debtor: accounts change no hands.
CREATE OR REPLACE TEMP TABLE link_difference AS
WITH changed AS (
  SELECT b.debtor_id, b.link_id, b.tier AS before, n.tier AS after, b.source, b.table_name, b.record_id,
         coalesce(n.decided_by <> 'model', false) OR b.decided_by <> 'model' AND n.link_id IS NOT NULL AS by_person,
         getvariable('model_version') <> b.model_version AS by_model
  FROM previous_link b LEFT JOIN link n ON n.link_id = b.link_id
  WHERE (b.tier = 'confirmed') <> coalesce(n.tier = 'confirmed', false) AND b.debtor_id IN (SELECT debtor_id FROM debtor))
SELECT CASE WHEN c.after = 'confirmed' THEN 'link_confirmed' ELSE 'link_withdrawn' END AS kind, c.debtor_id, c.link_id, c.before, c.after, c.source
FROM changed c, published_before p
WHERE c.after = 'confirmed'
   OR EXISTS (FROM party r WHERE r.source = c.source AND r.table_name = c.table_name AND r.record_id = c.record_id
              AND coalesce(r.only_debtor_id, c.debtor_id) = c.debtor_id
              AND (c.by_person OR r.only_debtor_id IS NOT NULL OR r.business_date <= p.run_date
                   OR c.by_model AND (c.after IS NOT NULL OR EXISTS (
                        FROM debtor_identity i WHERE i.debtor_id = c.debtor_id
                        AND (i.id_number = id_normal(r.id_type, r.id_number) OR name_key(i.name) = name_key(r.name))))));

CREATE OR REPLACE TEMP TABLE found_tonight AS
WITH every AS (
  SELECT 'asset_found' AS kind, debtor_id, asset_id, NULL AS before, identifier AS after, source, '' AS which FROM asset_difference
  WHERE here AND NOT was_here AND NOT renewed
  UNION ALL
  SELECT 'asset_gone', debtor_id, asset_id, identifier_before, NULL, source, '' FROM asset_difference
  WHERE was_here AND NOT here AND debtor_shown AND (known OR delivered) AND NOT renewed
  UNION ALL
  SELECT 'value_changed', debtor_id, asset_id,
         CASE WHEN gross_value IS DISTINCT FROM gross_before THEN gross_before ELSE net_before END::VARCHAR,
         CASE WHEN gross_value IS DISTINCT FROM gross_before THEN gross_value ELSE net_value END::VARCHAR, source, ''
  FROM asset_difference WHERE here AND was_here AND (gross_value IS DISTINCT FROM gross_before OR net_value IS DISTINCT FROM net_before)
  UNION ALL
  SELECT 'owner_share_changed', debtor_id, asset_id, stake_before, stake, source, '' FROM asset_difference WHERE here AND was_here AND stake <> stake_before
  UNION ALL SELECT kind, debtor_id, asset_id, before, after, source, coalesce(before, after) FROM seizure_difference
  UNION ALL SELECT kind, debtor_id, asset_id, before, after, source, coalesce(before, after) FROM encumbrance_difference
  UNION ALL SELECT kind, debtor_id, asset_id, before, after, source, which FROM procedure_difference
  UNION ALL SELECT kind, debtor_id, asset_id, before, after, 'court_cases', which FROM party_difference
  UNION ALL SELECT kind, debtor_id, NULL, before, after, 'court_cases', coalesce(before, after) FROM case_difference
  UNION ALL SELECT kind, debtor_id, NULL, before, after, source, link_id FROM link_difference)
SELECT keyed_id('E', concat_ws(chr(31), getvariable('business_date')::DATE::VARCHAR, e.kind, e.debtor_id, coalesce(e.asset_id, ''), e.which)) AS event_id,
       getvariable('business_date')::DATE AS run_date, e.debtor_id, e.asset_id, e.kind, e.before, e.after, e.source
FROM every e, published_before p WHERE p.comparable;

-- Earlier tonight and now: opposite events cancel, changes of one thing run together.
CREATE OR REPLACE TEMP TABLE earlier_tonight AS
SELECT * FROM previous_change_event WHERE run_date = getvariable('business_date')::DATE;

CREATE OR REPLACE TEMP MACRO opposite(kind) AS
  CASE kind WHEN 'asset_found' THEN 'asset_gone' WHEN 'asset_gone' THEN 'asset_found' WHEN 'seizure_added' THEN 'seizure_released'
            WHEN 'seizure_released' THEN 'seizure_added' WHEN 'encumbrance_added' THEN 'encumbrance_removed'
            WHEN 'encumbrance_removed' THEN 'encumbrance_added' WHEN 'case_opened' THEN 'case_closed' END;
CREATE OR REPLACE TEMP MACRO runs_on(kind) AS kind IN ('value_changed', 'owner_share_changed', 'party_changed', 'link_confirmed', 'link_withdrawn');

CREATE OR REPLACE TABLE change_event AS
WITH undone AS (
  SELECT e.event_id AS earlier_id, n.event_id AS now_id
  FROM earlier_tonight e JOIN found_tonight n
    ON n.debtor_id = e.debtor_id AND n.asset_id IS NOT DISTINCT FROM e.asset_id AND n.kind = opposite(e.kind)
   AND coalesce(n.before, n.after) = coalesce(e.after, e.before)),
repeated AS (SELECT e.event_id FROM earlier_tonight e JOIN found_tonight n ON n.event_id = e.event_id WHERE runs_on(e.kind))
SELECT * FROM previous_change_event WHERE run_date <> getvariable('business_date')::DATE
UNION ALL BY NAME
SELECT e.* FROM earlier_tonight e
WHERE e.event_id NOT IN (SELECT earlier_id FROM undone) AND e.event_id NOT IN (FROM repeated)
UNION ALL BY NAME
SELECT n.* FROM found_tonight n
WHERE n.event_id NOT IN (SELECT now_id FROM undone) AND n.event_id NOT IN (SELECT event_id FROM earlier_tonight)
UNION ALL BY NAME
SELECT e.* REPLACE (n.after AS after) FROM earlier_tonight e JOIN found_tonight n ON n.event_id = e.event_id
WHERE runs_on(e.kind) AND n.after IS DISTINCT FROM e.before;
