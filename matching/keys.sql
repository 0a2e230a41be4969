-- The keys by which candidates are found. Reads left_side and right_side (all text, `row` numbers the rows of each side).
-- Names and numbers repeat: each distinct text is normalised once.

-- Grain: text of a name field, and what was made of it: itself, a piece of it, or its form with gaps.
CREATE OR REPLACE TEMP TABLE reading AS
WITH written AS (
  SELECT name AS text FROM left_side UNION SELECT former_name FROM left_side
  UNION SELECT name FROM right_side UNION SELECT former_name FROM right_side)
SELECT text, 'whole' AS how, text AS piece FROM written WHERE text IS NOT NULL
UNION ALL SELECT text, 'part', unnest(name_pieces(text)) FROM written WHERE name_may_have_parts(text)
UNION ALL SELECT text, 'gaps', notes_to_gaps(text) FROM written WHERE name_may_have_gaps(text);

CREATE OR REPLACE TEMP TABLE spelling AS
SELECT piece, key, variants_folded(key) AS folded FROM (SELECT piece, name_key(piece) AS key FROM (SELECT DISTINCT piece FROM reading));

-- Grain: text of a name. `folded` is the comparison key with variant characters as one; `gaps` the same with lost characters marked, NULL if
-- none is lost; `parts` the names in a field that holds several.
CREATE OR REPLACE TEMP TABLE name_form AS
SELECT r.text AS name, any_value(s.key) FILTER (how = 'whole') AS key, any_value(s.folded) FILTER (how = 'whole') AS folded,
       nullif(any_value(gaps_marked(s.folded)) FILTER (how = 'gaps' AND regexp_matches(gaps_marked(s.folded), '[?*]')), '') AS gaps,
       list(DISTINCT s.folded) FILTER (how = 'part' AND length(s.folded) >= 2) AS parts
FROM reading r JOIN spelling s USING (piece) GROUP BY r.text;

-- Grain: kind and text of a number as keyed.
CREATE OR REPLACE TEMP TABLE number_form AS
SELECT id_type, id_number, id_normal(id_type, id_number) AS number
FROM (SELECT id_type, id_number FROM left_side WHERE id_number IS NOT NULL
      UNION SELECT id_type, id_number FROM right_side WHERE id_number IS NOT NULL);

-- Grain: row of the side.
CREATE OR REPLACE TEMP TABLE left_key AS
SELECT s.row AS lrow, n.number, f.folded, f.gaps, former.folded AS former_folded
FROM left_side s
LEFT JOIN number_form n ON n.id_number = s.id_number AND n.id_type IS NOT DISTINCT FROM s.id_type
LEFT JOIN name_form f ON f.name = s.name LEFT JOIN name_form former ON former.name = s.former_name;

CREATE OR REPLACE TEMP TABLE right_key AS
SELECT s.row AS rrow, n.number, f.folded, f.gaps, f.parts, former.folded AS former_folded
FROM right_side s
LEFT JOIN number_form n ON n.id_number = s.id_number AND n.id_type IS NOT DISTINCT FROM s.id_type
LEFT JOIN name_form f ON f.name = s.name LEFT JOIN name_form former ON former.name = s.former_name;

-- Numbers, and the organisation code inside a credit code under a prefix of its own.
CREATE OR REPLACE TEMP TABLE left_number AS
SELECT lrow, number FROM left_key WHERE number IS NOT NULL
UNION
SELECT lrow, 'org:' || CASE WHEN org_code_valid(number) THEN number ELSE uscc_org_code(number) END FROM left_key
WHERE org_code_valid(number) OR uscc_valid(number);

CREATE OR REPLACE TEMP TABLE right_number AS
WITH coded AS MATERIALIZED (
  SELECT rrow, number, CASE length(number) WHEN 9 THEN number WHEN 18 THEN substr(number, 9, 9) END AS org
  FROM right_key WHERE 'org:' || org IN (SELECT number FROM left_number))
SELECT rrow, number FROM right_key WHERE number IN (SELECT number FROM left_number)
UNION ALL
SELECT rrow, 'org:' || org FROM coded WHERE CASE length(number) WHEN 9 THEN org_code_valid(number) ELSE uscc_valid(number) END;

-- Names of the left side by the way in which the right side may hold them:
--   whole: as they are · lost: one character replaced by '?' · cut: what a field limit may leave of a long one.
CREATE OR REPLACE TEMP TABLE left_name AS
SELECT lrow, 'whole' AS how, folded AS key FROM left_key WHERE folded IS NOT NULL
UNION
SELECT lrow, 'whole', former_folded FROM left_key WHERE former_folded IS NOT NULL
UNION
SELECT lrow, 'lost', left(folded, place::INTEGER - 1) || '?' || substr(folded, place::INTEGER + 1)
FROM left_key, unnest(range(1, length(folded) + 1)) AS places(place) WHERE length(folded) BETWEEN 3 AND 30
UNION
SELECT lrow, 'cut', left(folded, size::INTEGER)
FROM left_key, unnest(range(8, length(folded))) AS sizes(size) WHERE length(folded) BETWEEN 9 AND 100;

CREATE OR REPLACE TEMP TABLE right_name AS
WITH named AS (
  SELECT rrow, 'whole' AS how, folded AS key FROM right_key
  UNION ALL SELECT rrow, 'whole', former_folded FROM right_key WHERE former_folded IS NOT NULL
  UNION ALL SELECT rrow, 'whole', unnest(parts) FROM right_key WHERE parts IS NOT NULL
  UNION ALL SELECT rrow, 'lost', replace(gaps, '*', '?') FROM right_key WHERE gaps IS NOT NULL
  UNION ALL SELECT rrow, 'cut', folded FROM right_key WHERE length(folded) >= 8)
SELECT DISTINCT rrow, how, key FROM named WHERE (how, key) IN (SELECT (how, key) FROM left_name);
