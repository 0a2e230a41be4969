-- The keys by which candidates are found. Reads left_side and right_side (all text, with `row` numbering the rows of each side).

-- Grain: row of the left side that holds a name or a usable number.
CREATE OR REPLACE TEMP TABLE left_key AS
SELECT row AS lrow, id_normal(id_type, id_number) AS number, variants_folded(name_key(name)) AS folded,
       variants_folded(name_key(former_name)) AS former_folded
FROM left_side;

-- Grain: row of the right side. Names with a gap, with parts or cut off are few and stand in right_name.
CREATE OR REPLACE TEMP TABLE right_key AS
SELECT row AS rrow, id_normal(id_type, id_number) AS number, variants_folded(name_key(name)) AS folded,
       variants_folded(name_key(former_name)) AS former_folded
FROM right_side;

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
  UNION ALL SELECT row, 'whole', unnest(name_parts(name)) FROM right_side WHERE name_may_have_parts(name)
  UNION ALL SELECT row, 'lost', replace(name_with_gaps(name), '*', '?') FROM right_side WHERE name_may_have_gaps(name)
  UNION ALL SELECT rrow, 'cut', folded FROM right_key WHERE length(folded) >= 8)
SELECT DISTINCT rrow, how, key FROM named WHERE (how, key) IN (SELECT (how, key) FROM left_name);
