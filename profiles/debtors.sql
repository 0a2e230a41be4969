-- Who the debtors are: from the court's cases to `case_held`, `debtor_party`, `debtor_base` and `debtor_identity`.
-- Reads court_cases__*, household__persons, enterprises__base, enterprises__branches and `asked`. Variable: business_date.
-- Grouping looks at every case held, closed ones too, so that a debtor's id does not change when a case closes.

-- What stands on a page: blanks inside a Chinese name, remarks and "等3人" are no part of it.
CREATE OR REPLACE TEMP MACRO display_name(s) AS
  list_transform([text_clean(s)], lambda given:
    nullif(regexp_replace(regexp_replace(
      CASE WHEN regexp_full_match(given, '[\p{Han}\s\p{Z}]+') THEN regexp_replace(given, '[\s\p{Z}]+', '', 'g')
           ELSE regexp_replace(given, '[\s\p{Z}]+', ' ', 'g') END,
      '\s*[（(](已故|已死亡|死亡)[)）]\s*$', ''), '^(.{2,}?)等[0-9一二两三四五六七八九十]+人$', '\1'), ''))[1];

-- An organisation's name without its legal form, or what a field limit left of it.
CREATE OR REPLACE TEMP MACRO name_stem(key) AS
  regexp_replace(key, '(股份有限公司|有限公司|股份有限公|有限责任公|股份有限|有限责任|有限责|有限公|股份|有限|公司)$', '');

-- May two name keys that stand beside the same number be one person's? Cut off, or with characters lost, counts as alike;
-- a single differing character only in names of three or more. Never ask this without an equal number.
CREATE OR REPLACE TEMP MACRO names_alike(a, b) AS
  CASE WHEN a IS NULL OR b IS NULL THEN false
       WHEN a = b THEN true
       WHEN least(length(a), length(b)) >= 2 AND (starts_with(a, b) OR starts_with(b, a)) THEN true
       WHEN length(name_stem(a)) >= 4 AND name_stem(a) = name_stem(b) THEN true
       WHEN length(a) <> length(b) THEN false
       ELSE list_transform([(
              len(list_filter(range(1, length(a) + 1), lambda place: substr(a, place::INTEGER, 1) <> substr(b, place::INTEGER, 1)
                              AND NOT regexp_matches(substr(a, place::INTEGER, 1) || substr(b, place::INTEGER, 1), '[?□〓*�]'))),
              len(list_filter(range(1, length(a) + 1), lambda place: substr(a, place::INTEGER, 1) = substr(b, place::INTEGER, 1))))],
            lambda differing: differing[1] = 0 AND differing[2] > 0 OR differing[1] = 1 AND length(a) >= 3)[1] END;

-- One row per case. Open: enforcement, resumption or preservation not closed. Re-query of a case ended for lack of assets
-- runs five years from its end (法〔2016〕373号 Art. 9).
CREATE OR REPLACE TABLE case_held AS
WITH held AS (
  SELECT *, coalesce(terminated_on, closed_on) AS ended_on,
         case_type IN ('enforcement', 'resumed', 'preservation') AS enforces,
         coalesce(close_mode, CASE WHEN terminated_on IS NOT NULL THEN 'ended_no_assets' END) AS how_closed
  FROM court_cases__cases)
SELECT case_no AS case_key,
       case_no_normal(case_no) AS case_no,
       list_sort(list_distinct(list_transform(coalesce(former_case_nos, []), lambda former: case_no_normal(former)))) AS former_case_nos,
       case_type, court_code, cause, filed_on, closed_on, how_closed AS close_mode, ended_on, basis_document, basis_effective_on,
       notice_served_at, judge, officer_id, terminated_on, next_requery_on, bankruptcy_reference, updated_at,
       enforces AND closed_on IS NULL AND how_closed IS NULL AS is_open,
       enforces AND coalesce(how_closed = 'ended_no_assets', false)
         AND coalesce(ended_on + INTERVAL 5 YEAR >= getvariable('business_date')::DATE, true) AS requery_runs,
       _data_as_of AS data_as_of, _business_date AS business_date, _file AS file, _file_sha256 AS file_sha256, _row_no AS row_no
FROM held;

-- One row per debtor of a case, as listed, with the number in its normal form.
CREATE OR REPLACE TEMP TABLE listed AS
WITH parts AS MATERIALIZED (
  SELECT d.case_no AS case_key, c.case_no, c.filed_on, d.party_key, d.name AS listed_name, display_name(d.name) AS name,
         name_key(d.name) AS name_key, d.party_kind, d.id_type AS listed_id_type, d.id_number AS listed_id_number,
         id_normal(d.id_type, d.id_number) AS id_number, id_kind(d.id_number) AS form, d.address, d.phone, d.birth_date,
         list_distinct(list_filter(list_transform(coalesce(d.former_names, []), lambda n: display_name(n)), lambda n: n IS NOT NULL)) AS former_names,
         list_distinct(list_filter(list_transform(coalesce(d.former_id_numbers, []), lambda n: id_normal(NULL, n)), lambda n: n IS NOT NULL)) AS former_numbers,
         d.liability, d.added_on, d.dishonest_from, d.dishonest_to, d.consumption_limit_from,
         c.is_open, c.requery_runs, coalesce(c.next_requery_on, c.ended_on + INTERVAL 6 MONTH)::DATE AS requery_on,
         d._business_date AS business_date, d._file AS file, d._file_sha256 AS file_sha256, d._row_no AS row_no
  FROM court_cases__debtors d JOIN case_held c ON c.case_key = d.case_no),
proved AS MATERIALIZED (SELECT *, coalesce(id_strong(id_number), false) AS strong, id_kind(id_number) AS kind FROM parts)
SELECT * EXCLUDE (kind),
       -- the form of a valid number decides when the column says otherwise (id_wrong_type)
       CASE WHEN strong AND (listed_id_type IS NULL OR (listed_id_type IN ('uscc', 'org_code', 'reg_no')) <> (kind = 'uscc')) THEN kind
            WHEN listed_id_type IS NULL AND form = 'resident_id_15' THEN 'resident_id'
            ELSE coalesce(listed_id_type, form) END AS id_type,
       CASE WHEN party_kind = 'person' THEN 'person'
            WHEN party_kind IS NULL OR party_kind = 'other' THEN
              CASE WHEN strong AND kind <> 'uscc' THEN 'person' ELSE 'organization' END
            ELSE 'organization' END AS party_type
FROM proved;

-- An equal valid number with unlike names is two people and one wrong number. The name listed first keeps the number as its
-- identity; every name unlike it stands apart.
CREATE OR REPLACE TEMP TABLE cluster AS
WITH named AS (
  SELECT id_number, name_key, min((filed_on, case_key, party_key)) AS first_listed,
         list_distinct(flatten(list(list_transform(former_names, lambda n: name_key(n))))) AS former_keys
  FROM listed WHERE strong GROUP BY ALL),
anchor AS (SELECT id_number, arg_min(name_key, first_listed) AS name_key, arg_min(former_keys, first_listed) AS former_keys
           FROM named GROUP BY id_number)
SELECT n.id_number, n.name_key,
       names_alike(n.name_key, a.name_key) OR list_contains(n.former_keys, a.name_key) OR list_contains(a.former_keys, n.name_key) AS with_anchor
FROM named n JOIN anchor a ON a.id_number = n.id_number;

CREATE OR REPLACE TEMP TABLE listed_identity AS
SELECT l.*,
       CASE WHEN l.strong AND coalesce(c.with_anchor, false) THEN 'number:' || l.id_number
            WHEN l.strong THEN 'number:' || l.id_number || chr(31) || coalesce(l.name_key, '')
            WHEN l.id_number IS NOT NULL AND l.name_key IS NOT NULL THEN coalesce(l.id_type, '') || ':' || l.id_number || chr(31) || l.name_key
            ELSE 'party:' || l.case_no || chr(31) || l.party_key || chr(31) || coalesce(l.name_key, '') END AS identity,
       l.strong AND NOT coalesce(c.with_anchor, false) AS number_conflict
FROM listed l LEFT JOIN cluster c ON c.id_number = CASE WHEN l.strong THEN l.id_number END AND c.name_key IS NOT DISTINCT FROM l.name_key;

-- A number that the court lists as former, or the organisation code inside a credit code, leads to the identity of today.
CREATE OR REPLACE TEMP TABLE identity_names AS
SELECT identity, id_number, name_key FROM listed_identity WHERE id_number IS NOT NULL
UNION
SELECT identity, id_number, unnest(list_transform(former_names, lambda n: name_key(n))) FROM listed_identity WHERE id_number IS NOT NULL;

CREATE OR REPLACE TEMP TABLE leads_to AS
WITH former AS (
  SELECT DISTINCT identity, unnest(former_numbers) AS number FROM listed_identity
  UNION
  SELECT DISTINCT identity, uscc_org_code(id_number) FROM listed_identity WHERE strong AND id_type = 'uscc'),
older AS MATERIALIZED (
  SELECT n.identity AS old, f.identity AS new, n.name_key FROM former f JOIN identity_names n ON n.id_number = f.number AND n.identity <> f.identity)
SELECT DISTINCT o.old, o.new
FROM older o JOIN identity_names n ON n.identity = o.new
WHERE names_alike(o.name_key, n.name_key);

CREATE OR REPLACE TEMP TABLE identity_root AS
WITH RECURSIVE walk(start, identity) AS (
  SELECT DISTINCT old, old FROM leads_to
  UNION
  SELECT walk.start, leads_to.new FROM walk JOIN leads_to ON leads_to.old = walk.identity)
SELECT start AS identity, min_by(walk.identity, (EXISTS (SELECT 1 FROM leads_to WHERE leads_to.old = walk.identity), walk.identity)) AS root
FROM walk GROUP BY start;

-- Grain: debtor of a case. `shown` cases are those that put the debtor on the list of profiles.
CREATE OR REPLACE TABLE debtor_party AS
SELECT keyed_id('D', coalesce(r.root, l.identity)) AS debtor_id, l.* EXCLUDE (identity), l.identity = coalesce(r.root, l.identity) AS is_root,
       l.is_open OR l.requery_runs AS shown,
       l.is_open OR l.requery_runs AND coalesce(l.requery_on <= getvariable('business_date')::DATE, false) AS to_ask
FROM listed_identity l LEFT JOIN identity_root r ON r.identity = l.identity;
