-- What debtors declared, beside what was found. Makes `declaration` (one row per declared thing) and extends `asset`, `provenance`.
-- Found: the asset says declared_by_debtor. Not found: an asset row of its own, tier possible, never counted.

CREATE OR REPLACE TEMP TABLE declared_thing AS
SELECT p.debtor_id, p.case_no, d.debtor_key, d.line_no, d.asset_kind AS kind, d.description, d.identifier, d.value, d.declared_on,
       lookup_key(d.identifier) AS key, coalesce(lookup_key(d.identifier), lookup_key(d.description)) AS same_thing,
       d._data_as_of AS data_as_of, d._business_date AS business_date, d._file AS file, d._file_sha256 AS file_sha256, d._row_no AS row_no
FROM court_cases__declared_assets d
JOIN debtor_party p ON p.case_key = d.case_no AND p.party_key = d.debtor_key AND p.shown
QUALIFY row_number() OVER (PARTITION BY p.debtor_id, d.asset_kind, same_thing ORDER BY d.declared_on DESC, p.case_no, d.line_no) = 1;

-- The kinds a layman does not tell apart.
CREATE OR REPLACE TEMP MACRO kind_family(kind) AS
  CASE kind WHEN 'presale_housing' THEN 'housing' WHEN 'financial_product' THEN 'deposit' WHEN 'exploration_right' THEN 'mining_right' ELSE kind END;

-- By the identifier given; without one, by a key of an asset of the debtor that stands in the description.
CREATE OR REPLACE TABLE declaration AS
WITH by_identifier AS (
  SELECT d.debtor_id, d.case_no, d.debtor_key, d.line_no, min(l.asset_id) AS asset_id
  FROM declared_thing d JOIN asset_lookup l ON l.debtor_id = d.debtor_id AND l.key = d.key AND kind_family(l.kind) = kind_family(d.kind)
  GROUP BY ALL),
by_description AS (
  SELECT d.debtor_id, d.case_no, d.debtor_key, d.line_no, min(l.asset_id) AS asset_id
  FROM declared_thing d JOIN asset_lookup l ON l.debtor_id = d.debtor_id AND kind_family(l.kind) = kind_family(d.kind)
       AND length(l.key) >= 6 AND contains(lookup_key(d.description), l.key)
  WHERE d.key IS NULL GROUP BY ALL)
SELECT d.*, coalesce(i.asset_id, t.asset_id) AS found_asset_id
FROM declared_thing d
LEFT JOIN by_identifier i USING (debtor_id, case_no, debtor_key, line_no)
LEFT JOIN by_description t USING (debtor_id, case_no, debtor_key, line_no);

UPDATE asset SET declared_by_debtor = true
FROM (SELECT DISTINCT debtor_id, found_asset_id FROM declaration WHERE found_asset_id IS NOT NULL) f
WHERE f.debtor_id = asset.debtor_id AND f.found_asset_id = asset.asset_id;

CREATE OR REPLACE TEMP TABLE declared_only AS
SELECT d.*, keyed_id('A', 'declared' || chr(31) || d.debtor_id || chr(31) || d.kind || chr(31) || coalesce(d.same_thing, d.case_no || '/' || d.line_no)) AS asset_id
FROM declaration d WHERE d.found_asset_id IS NULL;

INSERT INTO asset BY NAME
SELECT d.asset_id, d.debtor_id, d.kind, 'court_cases' AS source,
       coalesce(upper(regexp_replace(half_width(d.identifier), '\s', '', 'g')), 'declared:' || d.case_no || '/' || d.debtor_key || '/' || d.line_no) AS identifier,
       d.description AS title, 'possible' AS tier, 'unclear' AS ownership, d.value AS gross_value, 'declared' AS value_basis, 'CNY' AS currency,
       'declared' AS status, 'direct' AS reach,
       json_facts(json_object('description', d.description, 'declared_on', d.declared_on, 'declared_value', d.value, 'case_no', d.case_no)) AS detail,
       '被执行人申报' AS register_basis, 'normal' AS handling, true AS declared_by_debtor, true AS is_current,
       coalesce(p.first_seen, getvariable('business_date')::DATE) AS first_seen, getvariable('business_date')::DATE AS last_seen,
       d.data_as_of, d.business_date, d.file, d.file_sha256, 'declared_assets' AS table_name, d.row_no
FROM declared_only d
LEFT JOIN previous_asset p ON p.debtor_id = d.debtor_id AND p.asset_id = d.asset_id;

INSERT INTO provenance BY NAME
SELECT asset_id, 'court_cases' AS source, business_date, file, file_sha256, 'declared_assets' AS table_name, row_no,
       case_no || '/' || debtor_key || '/' || line_no AS record_id, true AS is_winner
FROM declared_only;
