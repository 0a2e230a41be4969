-- One side of the linkage as comparison needs it: names, numbers, dates and telephones in their normal forms. Reads {which}_side (all text,
-- `row` numbers its rows); makes {which}_form and {which}_party. Distinct names are normalised once, numbers row by row: they seldom repeat.

-- Two or three ordinary Han characters, as most persons' names are, are their own key. More of them, as most firms' names are, need only the rule for
-- legal forms and titles; every other name is read with care.
CREATE OR REPLACE TEMP TABLE {which}_written AS
SELECT text, CASE WHEN NOT han_name(text) THEN 'odd' WHEN length(text) <= 3 THEN 'short' WHEN two_names(text) THEN 'odd' ELSE 'long' END AS shape
FROM (SELECT name AS text FROM {which}_side UNION SELECT former_name FROM {which}_side) WHERE text IS NOT NULL;

-- Grain: text of an odd name and what was made of it: itself, a piece of it, or its form with gaps.
CREATE OR REPLACE TEMP TABLE {which}_reading AS
SELECT text, 'whole' AS how, text AS piece FROM {which}_written WHERE shape = 'odd'
UNION ALL SELECT text, 'part', unnest(name_pieces(text)) FROM {which}_written WHERE shape = 'odd' AND name_may_have_parts(text)
UNION ALL SELECT text, 'gaps', notes_to_gaps(text) FROM {which}_written WHERE shape = 'odd' AND name_may_have_gaps(text);

-- Grain: text and how it was read; `key` is the comparison key of it or of what was made of it.
CREATE OR REPLACE TEMP TABLE {which}_spelling AS
SELECT text, shape AS how, CASE shape WHEN 'short' THEN text ELSE han_key(text) END AS key FROM {which}_written WHERE shape <> 'odd'
UNION ALL
SELECT r.text, r.how, k.key
FROM {which}_reading r JOIN (SELECT piece, name_key(piece) AS key FROM (SELECT DISTINCT piece FROM {which}_reading)) k USING (piece);

-- The few keys that hold a variant character, letter by letter.
CREATE OR REPLACE TEMP TABLE {which}_folding AS
SELECT key, string_agg(coalesce(plain, letter), '' ORDER BY place) AS folded
FROM (SELECT key, unnest(string_split(key, '')) AS letter, generate_subscripts(string_split(key, ''), 1) AS place
      FROM (SELECT DISTINCT key FROM {which}_spelling WHERE regexp_matches(key, '[' || variant_forms() || ']')))
LEFT JOIN variant_letter USING (letter) GROUP BY key;

-- Grain: text of a name. `folded` is the comparison key with variant characters as one; `gaps` the same with lost characters marked, NULL if
-- none is lost; `parts` the names in a field that holds several; `core` what is left of a firm's name without region and legal form,
-- `head` the firm that a branch's name begins with, `head_core` what is left of that.
CREATE OR REPLACE TEMP TABLE {which}_form AS
WITH folded AS (SELECT text, how, key, coalesce(f.folded, key) AS folded FROM {which}_spelling LEFT JOIN {which}_folding f USING (key)),
spelt AS (SELECT *, CASE WHEN how = 'gaps' THEN gaps_marked(folded) END AS marked FROM folded),
formed AS (
  SELECT text AS name, key, folded, CAST(NULL AS VARCHAR) AS gaps, CAST(NULL AS VARCHAR[]) AS parts, how = 'long' AND organization_form(text) AS org_form
  FROM spelt WHERE how IN ('short', 'long')
  UNION ALL
  SELECT text, any_value(key) FILTER (how = 'whole'), any_value(folded) FILTER (how = 'whole'),
         nullif(any_value(marked) FILTER (regexp_matches(marked, '[?*]')), ''),
         list_sort(list(DISTINCT folded) FILTER (how = 'part' AND length(folded) >= 2)), organization_form(text)
  FROM spelt WHERE how IN ('whole', 'part', 'gaps') GROUP BY text)
SELECT row_number() OVER ()::INTEGER AS name_id, *, CASE WHEN org_form OR length(folded) > 5 THEN org_core(folded) END AS core,
       CASE WHEN regexp_matches(folded, branch_ending()) THEN head_office(folded) END AS head,
       CASE WHEN regexp_matches(folded, branch_ending()) THEN org_core(head_office(folded)) END AS head_core
FROM formed;

CREATE OR REPLACE TEMP TABLE {which}_date AS
SELECT birth_date, birth_day(birth_date) AS day FROM (SELECT DISTINCT birth_date FROM {which}_side WHERE birth_date IS NOT NULL);

-- Numbers that are not a person's valid one in normal form, the whole cell (place 0) and, where it holds several, each of them.
CREATE OR REPLACE TEMP TABLE {which}_cell AS
WITH cell AS (
  SELECT row, 0 AS place, id_type, id_number AS text FROM {which}_side WHERE id_number IS NOT NULL
  UNION ALL
  SELECT row, generate_subscripts(pieces, 1), NULL, unnest(pieces)
  FROM (SELECT row, string_split_regex(half_width(id_number), '[、,;/|\s]+') AS pieces FROM {which}_side WHERE length(id_number) > 30))
SELECT * FROM (SELECT *, id_ordinary_18(text) AS ordinary FROM cell) WHERE place > 0 OR NOT (ordinary AND resident_id_valid(text));

-- Grain: row. In two groups by how much care they need: other eighteen characters in normal form, and the rest. `number` is the normal form, NULL if
-- the text is none; `keyed` the text cleaned but not repaired; `more_numbers` all of them where a cell holds several; `kind` the family of numbers
-- that can be compared with each other; `org` the organisation code that it is or holds.
-- (core's id_normal and id_kind say the same of one number; step by step over columns costs a fifth.)
CREATE OR REPLACE TEMP TABLE {which}_number AS
WITH coded AS MATERIALIZED (SELECT row, place, text AS number, uscc_valid(text) AS credit_code FROM {which}_cell WHERE ordinary),
cleaned AS MATERIALIZED (
  SELECT *, coalesce(length(keyed) = 18 AND regexp_matches(keyed, '[OIL]'), false) AS lettered
  FROM (SELECT row, place, id_type, text, id_clean(text) AS keyed FROM {which}_cell WHERE NOT ordinary)),
repaired AS (
  SELECT *, keyed AS repaired FROM cleaned WHERE NOT lettered UNION ALL SELECT *, letters_to_digits(keyed) FROM cleaned WHERE lettered),
upgraded AS MATERIALIZED (
  SELECT *, coalesce(length(repaired) = 15 AND regexp_matches(repaired, '^[0-9]'), false) AS has_15,
         CASE WHEN clean_id_placeholder(keyed) THEN NULL
              WHEN length(repaired) <> 15 THEN repaired
              WHEN id_type IN ('reg_no', 'business_reg_no', 'uscc', 'org_code') AND reg_no_valid(repaired) THEN repaired
              ELSE resident_id_upgrade(repaired) END AS number
  FROM repaired),
proved AS MATERIALIZED (
  SELECT *, CASE WHEN length(number) = 18 AND NOT person_number THEN uscc_valid(number) END AS credit_code,
         CASE WHEN length(number) = 9 THEN org_code_valid(number) END AS org_code
  FROM (SELECT *, length(number) = 18 AND resident_id_valid(number) AS person_number FROM upgraded)),
several AS (
  SELECT row, list_sort(list(number)) AS more_numbers
  FROM (SELECT row, number FROM coded WHERE place > 0 UNION ALL SELECT row, number FROM proved WHERE place > 0) WHERE length(number) >= 8 GROUP BY row)
SELECT row, number AS keyed, number, CAST(NULL AS VARCHAR[]) AS more_numbers, credit_code AS strong, false AS was_15,
       CASE WHEN credit_code THEN 'uscc' WHEN regexp_full_match(number, '[1-8][0-9]{16}[0-9X]') THEN 'person'
            WHEN regexp_full_match(number, '[1-9A-HJ-NPQRTUWXY][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}') THEN 'uscc' END AS kind,
       CASE WHEN credit_code THEN substr(number, 9, 9) END AS org, false AS person_number
FROM coded WHERE place = 0
UNION ALL
SELECT row, keyed, number, more_numbers, coalesce(person_number OR credit_code, false), has_15 AND length(number) = 18,
       CASE WHEN number IS NULL THEN NULL
            WHEN person_number THEN 'person' WHEN credit_code THEN 'uscc'
            WHEN length(number) = 18 AND regexp_full_match(number, '[1-8][0-9]{16}[0-9X]') THEN 'person'
            WHEN length(number) = 18 AND regexp_full_match(number, '[1-9A-HJ-NPQRTUWXY][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}') THEN 'uscc'
            WHEN has_15 AND reg_no_valid(number) THEN 'reg_no'
            WHEN length(number) = 15 AND regexp_full_match(number, '[A-Z]{3}[0-9]{12}') THEN 'foreign_residence'
            WHEN org_code AND regexp_matches(text, '[0-9A-Za-z]{8}-[0-9Xx]\s*$') THEN 'org_code'
            WHEN regexp_full_match(number, 'E[0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|G[0-9]{8}') THEN 'passport'
            WHEN regexp_full_match(number, '[HM][0-9]{8}([0-9]{2})?') THEN 'hm_travel'
            WHEN org_code THEN 'org_code'
            WHEN regexp_full_match(number, '[0-9]{8}') THEN 'tw_travel' END,
       CASE WHEN credit_code THEN substr(number, 9, 9) WHEN org_code THEN number END, coalesce(person_number, false)
FROM proved LEFT JOIN several USING (row) WHERE place = 0;

-- Grain: row of the side. A number that needed no care is a person's valid one. `number_birth` is the date that a person's number says, whether its
-- check holds or not.
CREATE OR REPLACE TEMP TABLE {which}_party AS
WITH numbered AS (
  SELECT s.* EXCLUDE (record_id, source, address), p.* EXCLUDE (row), s.id_number IS NOT NULL AND p.row IS NULL AS plain
  FROM {which}_side s LEFT JOIN {which}_number p USING (row)),
merged AS (
  SELECT * REPLACE (CASE WHEN plain THEN id_number ELSE keyed END AS keyed, CASE WHEN plain THEN id_number ELSE number END AS number,
                    CASE WHEN plain THEN 'person' ELSE kind END AS kind, coalesce(plain OR strong, false) AS strong,
                    coalesce(was_15, false) AS was_15, coalesce(plain OR person_number, false) AS person_number)
  FROM numbered)
SELECT m.row, m.party_type, coalesce(m.party_type = 'organization', n.org_form, false) AS is_org, m.id_type, m.keyed, m.number, m.more_numbers,
       m.strong, m.was_15, m.kind, m.org, d.day AS birth_given,
       CASE WHEN person_number OR regexp_matches(keyed, '^[0-9]{6}(19|20)[0-9]{6}')
            THEN try_strptime(substr(CASE WHEN person_number THEN number ELSE keyed END, 7, 8), '%Y%m%d')::DATE END AS number_birth,
       sex_normal(m.sex) AS sex, phone_key(m.phone) AS phone, n.name_id, f.name_id AS former_id
FROM merged m
LEFT JOIN {which}_form n ON n.name = m.name LEFT JOIN {which}_form f ON f.name = m.former_name
LEFT JOIN {which}_date d ON d.birth_date = m.birth_date;
