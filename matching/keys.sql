-- The keys by which the rows of one side may be found. Reads {which}_side, {which}_party, {which}_form, hot_name; makes the view {which}_key:
-- the way to be found, the hash of it and what is found by it, and the row. What the two sides share under a hash is worth comparing.
-- A hot name is never a key alone: birth date, telephone, the end of the number or the address narrows it.

CREATE OR REPLACE TEMP TABLE {which}_named AS
WITH bearer AS (
  SELECT p.row, p.is_org, p.is_org AS row_is_org, f.folded, f.gaps, f.core, f.head_core, p.keyed, p.birth_given, p.number_birth
  FROM {which}_party p JOIN {which}_form f ON f.name_id = p.name_id
  UNION ALL
  SELECT p.row, p.is_org, p.is_org, f.folded, NULL, f.core, f.head_core, p.keyed, p.birth_given, p.number_birth
  FROM {which}_party p JOIN {which}_form f ON f.name_id = p.former_id
  UNION ALL
  SELECT p.row, false, p.is_org, f.part, NULL, CASE WHEN length(f.part) > 5 THEN org_core(f.part) END, NULL, p.keyed, p.birth_given, p.number_birth
  FROM {which}_party p JOIN (SELECT name_id, unnest(parts) AS part FROM {which}_form WHERE parts IS NOT NULL) f ON f.name_id = p.name_id)
SELECT *, folded IN (SELECT folded FROM hot_name) AS hot FROM bearer WHERE folded IS NOT NULL;

-- Of hot names only: a filter on the address would be asked of every row.
CREATE OR REPLACE TEMP TABLE {which}_hot_place AS
SELECT s.row, n.folded, address_key(s.address) AS place
FROM (SELECT DISTINCT row, folded FROM {which}_named WHERE hot) n JOIN {which}_side s USING (row);

CREATE OR REPLACE TEMP VIEW {which}_key AS
-- numbers, and the organisation code inside a credit code
SELECT 'number' AS what, row, hash('number', number) AS hash FROM {which}_party WHERE number IS NOT NULL
UNION ALL SELECT 'number' AS what, row, hash('number', unnest(more_numbers)) FROM {which}_party WHERE more_numbers IS NOT NULL
UNION ALL SELECT 'org' AS what, row, hash('org', org) FROM {which}_party WHERE org IS NOT NULL
-- a number with an error in its date of birth: what stands around year, month or day
UNION ALL SELECT 'year' AS what, row, hash('year', substr(keyed, 11, 8)) FROM {which}_party WHERE length(keyed) = 18 AND NOT is_org
UNION ALL SELECT 'month' AS what, row, hash('month', substr(keyed, 7, 4) || substr(keyed, 13, 6)) FROM {which}_party WHERE length(keyed) = 18 AND NOT is_org
UNION ALL SELECT 'day' AS what, row, hash('day', substr(keyed, 7, 6) || substr(keyed, 15, 4)) FROM {which}_party WHERE length(keyed) = 18 AND NOT is_org
-- a credit code or registration number with an error: either half of what is its own, beside the beginning of the name
UNION ALL SELECT 'head' AS what, row, hash('head', substr(keyed, 9, 5), left(core, 1)) FROM {which}_named WHERE row_is_org AND length(keyed) BETWEEN 15 AND 19
UNION ALL SELECT 'tail' AS what, row, hash('tail', substr(keyed, 14, 5), left(core, 1)) FROM {which}_named WHERE row_is_org AND length(keyed) BETWEEN 15 AND 19
-- names: whole, with a lost character, cut off, without region and legal form
UNION ALL SELECT 'name' AS what, row, hash('name', folded) FROM {which}_named WHERE NOT hot
UNION ALL SELECT 'name and end' AS what, row, hash('name and end', folded, right(keyed, 4)) FROM {which}_named WHERE hot AND length(keyed) >= 15
UNION ALL SELECT 'name and place' AS what, row, hash('name and place', folded, place) FROM {which}_hot_place WHERE place IS NOT NULL
UNION ALL SELECT 'lost' AS what, row, hash('lost', left(folded, place::INTEGER - 1) || '?' || substr(folded, place::INTEGER + 1))
          FROM {which}_named, unnest(range(1, length(folded) + 1)) AS places(place) WHERE '{which}' = 'left' AND length(folded) BETWEEN 3 AND 30
UNION ALL SELECT 'lost' AS what, row, hash('lost', replace(gaps, '*', '?')) FROM {which}_named WHERE '{which}' = 'right' AND gaps IS NOT NULL
UNION ALL SELECT 'cut' AS what, row, hash('cut', left(folded, size::INTEGER))
          FROM {which}_named, unnest(range(6, length(folded) + 1)) AS sizes(size) WHERE '{which}' = 'left' AND length(folded) BETWEEN 6 AND 100
UNION ALL SELECT 'cut' AS what, row, hash('cut', folded) FROM {which}_named WHERE '{which}' = 'right' AND length(folded) >= 6
UNION ALL SELECT 'core' AS what, row, hash('core', core) FROM {which}_named WHERE is_org AND length(core) >= 2
UNION ALL SELECT 'core' AS what, row, hash('core', head_core) FROM {which}_named WHERE is_org AND length(head_core) >= 2
-- one character of a firm's core more, less or other
UNION ALL SELECT 'core' AS what, row, hash('core', left(core, place::INTEGER - 1) || substr(core, place::INTEGER + 1))
          FROM (SELECT row, core, unnest(range(1, length(core) + 1)) AS place FROM {which}_named WHERE is_org AND length(core) BETWEEN 4 AND 12)
-- a person's date of birth, delivered or in the number, beside either end of the name
UNION ALL SELECT 'first' AS what, row, hash('first', birth_given, left(folded, 1)) FROM {which}_named WHERE birth_given IS NOT NULL
UNION ALL SELECT 'last' AS what, row, hash('last', birth_given, right(folded, 1)) FROM {which}_named WHERE birth_given IS NOT NULL
UNION ALL SELECT 'first' AS what, row, hash('first', number_birth, left(folded, 1)) FROM {which}_named WHERE number_birth IS DISTINCT FROM birth_given AND number_birth IS NOT NULL
UNION ALL SELECT 'last' AS what, row, hash('last', number_birth, right(folded, 1)) FROM {which}_named WHERE number_birth IS DISTINCT FROM birth_given AND number_birth IS NOT NULL
UNION ALL SELECT 'phone' AS what, row, hash('phone', phone) FROM {which}_party WHERE phone IS NOT NULL;
