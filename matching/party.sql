-- One side of the linkage as comparison needs it: names, numbers, dates and telephones in their normal forms. Reads the view `side` (all text,
-- `row` numbers its rows); makes name_form and party. Distinct names are normalised once, numbers row by row: they seldom repeat.

-- Two or three ordinary Han characters, as most persons' names are, are their own key. More of them, as most firms' names are, need only the rule for
-- legal forms and titles; every other name is read with care.
CREATE OR REPLACE TEMP TABLE written AS
SELECT text, CASE WHEN contains(text, '某') OR NOT regexp_full_match(text, '[\x{4E00}-\x{9FA5}]{2,}') THEN 'odd'
                  WHEN length(text) <= 3 THEN 'short'
                  WHEN regexp_full_match(text, '..{1,3}[和与及]..{1,3}') THEN 'odd' ELSE 'long' END AS shape
FROM (SELECT name AS text FROM side UNION SELECT former_name FROM side) WHERE text IS NOT NULL;

-- Grain: text and what was made of it: itself, a piece of it, or its form with gaps.
CREATE OR REPLACE TEMP TABLE reading AS
SELECT text, 'whole' AS how, text AS piece FROM written WHERE shape = 'odd'
UNION ALL SELECT text, 'part', unnest(name_pieces(text)) FROM written WHERE shape = 'odd' AND name_may_have_parts(text)
UNION ALL SELECT text, 'gaps', notes_to_gaps(text) FROM written WHERE shape = 'odd' AND name_may_have_gaps(text);

CREATE OR REPLACE TEMP TABLE spelling AS
SELECT piece, key, variants_folded(key) AS folded FROM (SELECT piece, name_key(piece) AS key FROM (SELECT DISTINCT piece FROM reading));

-- Grain: text of a name. `folded` is the comparison key with variant characters as one; `gaps` the same with lost characters marked, NULL if
-- none is lost; `parts` the names in a field that holds several; `core` what is left of a firm's name without region and legal form,
-- `head` the firm that a branch's name begins with, `head_core` what is left of that.
CREATE OR REPLACE TEMP TABLE name_form AS
WITH formed AS (
  SELECT text AS name, text AS key, variants_folded(text) AS folded, CAST(NULL AS VARCHAR) AS gaps, CAST(NULL AS VARCHAR[]) AS parts, false AS org_form
  FROM written WHERE shape = 'short'
  UNION ALL
  SELECT text, key, variants_folded(key), NULL, NULL, organization_form(text) FROM (SELECT text, han_key(text) AS key FROM written WHERE shape = 'long')
  UNION ALL
  SELECT r.text, any_value(s.key) FILTER (how = 'whole'), any_value(s.folded) FILTER (how = 'whole'),
         nullif(any_value(gaps_marked(s.folded)) FILTER (how = 'gaps' AND regexp_matches(gaps_marked(s.folded), '[?*]')), ''),
         list_sort(list(DISTINCT s.folded) FILTER (how = 'part' AND length(s.folded) >= 2)), organization_form(r.text)
  FROM reading r JOIN spelling s USING (piece) GROUP BY r.text)
SELECT row_number() OVER ()::INTEGER AS name_id, *, CASE WHEN org_form OR length(folded) > 5 THEN org_core(folded) END AS core,
       CASE WHEN regexp_matches(folded, branch_ending()) THEN head_office(folded) END AS head,
       CASE WHEN regexp_matches(folded, branch_ending()) THEN org_core(head_office(folded)) END AS head_core
FROM formed;

CREATE OR REPLACE TEMP TABLE date_form AS
SELECT birth_date, birth_day(birth_date) AS day FROM (SELECT DISTINCT birth_date FROM side WHERE birth_date IS NOT NULL);

-- Numbers, in three groups by how much care they need: persons' numbers in order, other eighteen characters in normal form, and the rest. `number`
-- is the normal form, NULL if the text is none; `keyed` the text cleaned but not repaired; `more_numbers` all of them where a cell holds several;
-- `kind` the family of numbers that can be compared with each other; `org` the organisation code that it is or holds.
-- (core's id_normal and id_kind say the same of one number; step by step over columns costs a fifth.)
CREATE OR REPLACE TEMP TABLE checked AS
SELECT row, id_type, id_number, id_ordinary_18(id_number) AS ordinary, id_ordinary_18(id_number) AND resident_id_valid(id_number) AS plain
FROM side WHERE id_number IS NOT NULL;

CREATE OR REPLACE TEMP TABLE number_form AS
WITH coded AS MATERIALIZED (SELECT *, uscc_valid(id_number) AS credit_code FROM checked WHERE ordinary AND NOT plain),
cleaned AS MATERIALIZED (
  SELECT row, id_type, id_number, id_clean(id_number) AS keyed, CASE WHEN length(id_number) > 30 THEN numbers_in(id_number) END AS more_numbers
  FROM checked WHERE NOT ordinary),
repaired AS MATERIALIZED (
  SELECT *, CASE WHEN length(keyed) = 18 AND regexp_matches(keyed, '[OIL]') THEN letters_to_digits(keyed) ELSE keyed END AS repaired,
         clean_id_placeholder(keyed) AS placeholder FROM cleaned),
upgraded AS MATERIALIZED (
  SELECT *, coalesce(length(repaired) = 15 AND regexp_matches(repaired, '^[0-9]'), false) AS has_15,
         CASE WHEN placeholder THEN NULL
              WHEN length(repaired) <> 15 THEN repaired
              WHEN id_type IN ('reg_no', 'business_reg_no', 'uscc', 'org_code') AND reg_no_valid(repaired) THEN repaired
              ELSE resident_id_upgrade(repaired) END AS number
  FROM repaired),
proved AS MATERIALIZED (
  SELECT *, length(number) = 18 AND resident_id_valid(number) AS person_number,
         CASE WHEN length(number) = 18 THEN uscc_valid(number) END AS credit_code, CASE WHEN length(number) = 9 THEN org_code_valid(number) END AS org_code
  FROM upgraded)
SELECT row, id_number AS keyed, id_number AS number, CAST(NULL AS VARCHAR[]) AS more_numbers, true AS strong, false AS was_15,
       'person' AS kind, CAST(NULL AS VARCHAR) AS org, true AS person_number
FROM checked WHERE plain
UNION ALL
SELECT row, id_number, id_number, NULL, credit_code, false,
       CASE WHEN credit_code THEN 'uscc' WHEN regexp_full_match(id_number, '[1-8][0-9]{16}[0-9X]') THEN 'person'
            WHEN regexp_full_match(id_number, '[1-9A-HJ-NPQRTUWXY][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}') THEN 'uscc' END,
       CASE WHEN credit_code THEN substr(id_number, 9, 9) END, false
FROM coded
UNION ALL
SELECT row, keyed, number, more_numbers, coalesce(person_number OR credit_code, false), has_15 AND length(number) = 18,
       CASE WHEN number IS NULL THEN NULL
            WHEN person_number THEN 'person' WHEN credit_code THEN 'uscc'
            WHEN length(number) = 18 AND regexp_full_match(number, '[1-8][0-9]{16}[0-9X]') THEN 'person'
            WHEN length(number) = 18 AND regexp_full_match(number, '[1-9A-HJ-NPQRTUWXY][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}') THEN 'uscc'
            WHEN has_15 AND reg_no_valid(number) THEN 'reg_no'
            WHEN length(number) = 15 AND regexp_full_match(number, '[A-Z]{3}[0-9]{12}') THEN 'foreign_residence'
            WHEN org_code AND regexp_matches(id_number, '[0-9A-Za-z]{8}-[0-9Xx]\s*$') THEN 'org_code'
            WHEN regexp_full_match(number, 'E[0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|G[0-9]{8}') THEN 'passport'
            WHEN regexp_full_match(number, '[HM][0-9]{8}([0-9]{2})?') THEN 'hm_travel'
            WHEN org_code THEN 'org_code'
            WHEN regexp_full_match(number, '[0-9]{8}') THEN 'tw_travel' END,
       CASE WHEN credit_code AND NOT person_number THEN substr(number, 9, 9) WHEN org_code THEN number END, coalesce(person_number, false)
FROM proved;

-- Grain: row of the side. `number_birth` is the date that a person's number says, whether its check holds or not.
CREATE OR REPLACE TEMP TABLE party AS
SELECT s.row, s.party_type, coalesce(s.party_type = 'organization', n.org_form, false) AS is_org, s.id_type, p.keyed, p.number, p.more_numbers,
       coalesce(p.strong, false) AS strong, coalesce(p.was_15, false) AS was_15, p.kind, p.org, d.day AS birth_given,
       CASE WHEN person_number OR regexp_matches(p.keyed, '^[0-9]{6}(19|20)[0-9]{6}')
            THEN try_strptime(substr(coalesce(CASE WHEN person_number THEN p.number END, p.keyed), 7, 8), '%Y%m%d')::DATE END AS number_birth,
       sex_normal(s.sex) AS sex, phone_key(s.phone) AS phone, n.name_id, f.name_id AS former_id
FROM side s
LEFT JOIN number_form p USING (row)
LEFT JOIN name_form n ON n.name = s.name LEFT JOIN name_form f ON f.name = s.former_name
LEFT JOIN date_form d ON d.birth_date = s.birth_date;
DROP TABLE checked; DROP TABLE number_form;
