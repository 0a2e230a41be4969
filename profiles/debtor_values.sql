-- Totals per debtor: `debtor_case`, `debtor_total` (internal) and `debtor`. Only confirmed, current assets that may be realised count.

-- One row per debtor and case. What is owed is the sum of the claim's items as delivered; it is never recomputed.
CREATE OR REPLACE TABLE debtor_case AS
WITH owed AS (
  SELECT case_no AS case_key, sum(amount_due) AS claim_amount, sum(amount_paid) AS paid_amount, sum(balance) AS balance,
         bool_or(balance <> amount_due - amount_paid) AS contradicts,
         -- amounts as text: a number of JSON is binary
         to_json(list({item: item, amount_due: amount_due::DECIMAL(18, 2)::VARCHAR, amount_paid: amount_paid::DECIMAL(18, 2)::VARCHAR,
                       balance: balance::DECIMAL(18, 2)::VARCHAR, source: 'court_cases', business_date: _business_date, file: _file,
                       file_sha256: _file_sha256, table_name: 'claims', row_no: _row_no}
                      ORDER BY list_position(['principal', 'interest', 'late_interest', 'fee', 'other'], item), _row_no)) AS claims
  FROM court_cases__claims GROUP BY case_no)
SELECT p.debtor_id, p.case_no, c.case_type, c.court_code, c.judge, p.liability AS role, p.liability = 'joint_several' AS joint_liability,
       c.filed_on AS filed_at, coalesce(c.closed_on, c.terminated_on) AS closed_at, c.close_mode,
       o.claim_amount::DECIMAL(18, 2) AS claim_amount, o.paid_amount::DECIMAL(18, 2) AS paid_amount, o.balance::DECIMAL(18, 2) AS balance,
       c.next_requery_on, o.claims,
       -- not published
       c.is_open, c.terminated_on, c.ended_on, c.bankruptcy_reference, c.basis_effective_on, c.notice_served_at, c.former_case_nos,
       coalesce(o.contradicts, false) AS claim_contradicts, c.data_as_of
FROM debtor_party p
JOIN case_held c ON c.case_key = p.case_key
LEFT JOIN owed o ON o.case_key = c.case_key
WHERE p.shown
QUALIFY row_number() OVER (PARTITION BY p.debtor_id, p.case_no ORDER BY p.is_root DESC, c.updated_at DESC NULLS LAST, p.party_key) = 1;

-- A case resumed under a new number is one debt: the new number counts it.
CREATE OR REPLACE TEMP TABLE counted_case AS
SELECT c.* FROM debtor_case c
WHERE NOT EXISTS (FROM debtor_case n WHERE n.debtor_id = c.debtor_id AND n.is_open AND NOT c.is_open AND list_contains(n.former_case_nos, c.case_no));

-- Links that wait for a person and are no asset yet: probable ones, and those in conflict: a valid number agrees, the name does not;
-- a person could not tell, or decided on what has changed since. Whom a person ruled out waits no more.
CREATE OR REPLACE TEMP TABLE link_waiting AS
-- joined first: the normal form of every party's number would be asked for otherwise
WITH numbered AS MATERIALIZED (
  SELECT l.debtor_id, l.link_id, i.id_number AS debtors, p.id_type, p.id_number
  FROM link l
  JOIN debtor_identity i ON i.debtor_id = l.debtor_id AND i.variant = l.variant
  JOIN party p ON p.source = l.source AND p.table_name = l.table_name AND p.record_id = l.record_id
              AND coalesce(p.only_debtor_id, l.debtor_id) = l.debtor_id
  WHERE l.tier = 'possible' AND l.verdict IS DISTINCT FROM 'different' AND coalesce(p.match_basis, '') <> 'name_only' AND coalesce(p.id_type, '') <> 'asked')
SELECT debtor_id, link_id FROM numbered WHERE id_strong(debtors) AND id_normal(id_type, id_number) = debtors
UNION
SELECT debtor_id, link_id FROM link WHERE tier = 'possible' AND verdict IN ('unsure', 'lapsed')
UNION
SELECT l.debtor_id, l.link_id FROM link l
WHERE l.tier = 'probable' AND NOT EXISTS (FROM linked_party p WHERE p.debtor_id = l.debtor_id AND p.source = l.source AND p.table_name = l.table_name
                                          AND p.record_id = l.record_id AND p.asset_key IS NOT NULL);

CREATE OR REPLACE TEMP TABLE asset_total AS
SELECT debtor_id,
       count(*) FILTER (tier = 'confirmed' AND handling <> 'not_an_asset') AS confirmed_assets,
       count(*) FILTER (tier = 'probable' OR tier = 'confirmed' AND handling = 'review') AS waiting_assets,
       sum(net_value) FILTER (tier = 'confirmed' AND handling = 'normal') AS net_normal,
       sum(net_value) FILTER (tier = 'confirmed' AND handling = 'reserve') AS net_reserve,
       -- land whose value is counted on the building is not unvalued
       count(*) FILTER (tier = 'confirmed' AND handling <> 'not_an_asset' AND net_value IS NULL
                        AND json_extract_string(detail, '$.value_counted_on') IS NULL) AS unvalued_assets
FROM asset WHERE is_current GROUP BY debtor_id;

-- The profile is as old as the oldest source it rests on: every register, and what each asked source last answered.
CREATE OR REPLACE TEMP TABLE profile_age AS
WITH registers AS (
  SELECT min(data_as_of) AS data_as_of
  FROM (SELECT source, arg_max(data_as_of, business_date) AS data_as_of FROM night_outcome
        WHERE source NOT IN (SELECT source FROM answer_date) AND source NOT LIKE 'bank%' AND source NOT IN ('household', 'tax') GROUP BY source)),
replies AS (
  SELECT debtor_id, min(replied_at) AS data_as_of
  FROM (SELECT debtor_id, source, max(replied_at) AS replied_at FROM reply_present GROUP BY ALL) GROUP BY debtor_id)
SELECT b.debtor_id, least(r.data_as_of, p.data_as_of) AS data_as_of
FROM debtor_base b CROSS JOIN registers r LEFT JOIN replies p ON p.debtor_id = b.debtor_id;

CREATE OR REPLACE TEMP TABLE stale_answer AS
SELECT DISTINCT debtor_id FROM source_reply WHERE result IN ('no_reply', 'error');

CREATE OR REPLACE TEMP TABLE representing AS
SELECT DISTINCT debtor_id FROM link WHERE reach = 'represented' AND verdict IS DISTINCT FROM 'different';

CREATE OR REPLACE TABLE debtor AS
WITH cases AS (
  SELECT debtor_id, count(*) AS case_count, bool_or(bankruptcy_reference IS NOT NULL) AS bankruptcy,
         bool_or(claim_contradicts) AS claim_contradicts, bool_and(NOT is_open) AS ended_only
  FROM debtor_case GROUP BY debtor_id),
claims AS (SELECT debtor_id, sum(balance) AS balance FROM counted_case GROUP BY debtor_id),
waiting AS (SELECT debtor_id, count(*) AS links FROM link_waiting GROUP BY debtor_id),
-- wages and pensions count only above the living reserve; while none is set they do not count
valued AS (
  SELECT b.debtor_id,
         (coalesce(t.net_normal, 0) + CASE WHEN getvariable('living_reserve') IS NULL THEN 0
            ELSE greatest(0, coalesce(t.net_reserve, 0) - getvariable('living_reserve')::DECIMAL(18, 2)) END)::DECIMAL(18, 2) AS net_value
  FROM debtor_base b LEFT JOIN asset_total t ON t.debtor_id = b.debtor_id)
SELECT b.debtor_id, b.party_type, b.name, b.former_names, b.id_type, b.id_number, b.former_id_numbers, b.birth_date, b.sex, b.household_status, b.address,
       c.case_count::INTEGER AS case_count, m.balance::DECIMAL(18, 2) AS claim_balance,
       coalesce(t.confirmed_assets, 0)::INTEGER AS confirmed_assets,
       (coalesce(t.waiting_assets, 0) + coalesce(w.links, 0))::INTEGER AS waiting_review,
       v.net_value, coalesce(t.unvalued_assets, 0)::INTEGER AS unvalued_assets,
       CASE WHEN m.balance > 0 THEN v.net_value::DOUBLE / m.balance::DOUBLE END AS coverage_ratio,
       list_filter([
         CASE WHEN c.bankruptcy THEN 'bankruptcy' END,
         CASE WHEN b.household_status = 'deceased' THEN 'deceased' WHEN b.household_status = 'cancelled' THEN 'household_cancelled' END,
         CASE WHEN b.dishonest THEN 'dishonest_list' END,
         CASE WHEN b.consumption_limit THEN 'consumption_limit' END,
         CASE WHEN c.ended_only THEN 'ended_no_assets' END,
         CASE WHEN b.number_conflict THEN 'id_conflict' END,
         CASE WHEN b.id_number IS NULL THEN 'no_id_number' END,
         CASE WHEN c.claim_contradicts THEN 'claim_mismatch' END,
         CASE WHEN r.debtor_id IS NOT NULL THEN 'represents_company' END,
         CASE WHEN s.debtor_id IS NOT NULL THEN 'stale_answer' END], lambda flag: flag IS NOT NULL) AS flags,
       a.data_as_of
FROM debtor_base b
JOIN cases c ON c.debtor_id = b.debtor_id
JOIN valued v ON v.debtor_id = b.debtor_id
LEFT JOIN claims m ON m.debtor_id = b.debtor_id
LEFT JOIN asset_total t ON t.debtor_id = b.debtor_id
LEFT JOIN waiting w ON w.debtor_id = b.debtor_id
LEFT JOIN profile_age a ON a.debtor_id = b.debtor_id
LEFT JOIN representing r ON r.debtor_id = b.debtor_id
LEFT JOIN stale_answer s ON s.debtor_id = b.debtor_id;
