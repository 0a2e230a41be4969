-- The keys by which the rows of one side may be found. Reads side, party, name_form, population and the session variable
-- `side_is_left`; makes the view key:
-- the way to be found, the hash of it and what is found by it, and the row. What the two sides share under a hash is worth comparing.
-- A name borne by too many of the population (hot_people of the model) is never a key alone: birth date, telephone, the end of the number or the address narrows it.

CREATE OR REPLACE TEMP MACRO too_common(folded) AS
  md5_number_lower(folded) IN (SELECT hash FROM population WHERE what = 'name' AND people > getvariable('hot_people'));

CREATE OR REPLACE TEMP TABLE named AS
SELECT p.row, p.is_org, f.folded, f.gaps, f.core, f.head_core, too_common(f.folded) AS hot
FROM party p JOIN name_form f ON f.name_id = p.name_id WHERE f.folded IS NOT NULL
UNION ALL
SELECT p.row, p.is_org, f.folded, NULL, f.core, f.head_core, too_common(f.folded)
FROM party p JOIN name_form f ON f.name_id = p.former_id WHERE f.folded IS NOT NULL
UNION ALL
SELECT p.row, false, f.part, NULL, CASE WHEN length(f.part) > 5 THEN org_core(f.part) END, NULL, too_common(f.part)
FROM party p JOIN (SELECT name_id, unnest(parts) AS part FROM name_form WHERE parts IS NOT NULL) f ON f.name_id = p.name_id;

CREATE OR REPLACE TEMP VIEW key AS
-- numbers, and the organisation code inside a credit code
SELECT 'number' AS what, row, hash('number', number) AS hash FROM party WHERE number IS NOT NULL
UNION ALL SELECT 'number' AS what, row, hash('number', unnest(more_numbers)) FROM party WHERE more_numbers IS NOT NULL
UNION ALL SELECT 'org' AS what, row, hash('org', org) FROM party WHERE org IS NOT NULL
-- a number with an error in its date of birth: what stands around year, month or day
UNION ALL SELECT 'year' AS what, row, hash('year', substr(keyed, 11, 8)) FROM party WHERE keyed IS NOT NULL AND length(keyed) = 18 AND NOT is_org
UNION ALL SELECT 'month' AS what, row, hash('month', substr(keyed, 7, 4) || substr(keyed, 13, 6)) FROM party WHERE keyed IS NOT NULL AND length(keyed) = 18 AND NOT is_org
UNION ALL SELECT 'day' AS what, row, hash('day', substr(keyed, 7, 6) || substr(keyed, 15, 4)) FROM party WHERE keyed IS NOT NULL AND length(keyed) = 18 AND NOT is_org
-- a credit code or registration number with an error: either half of what is its own, beside the beginning of the name
UNION ALL SELECT 'head' AS what, p.row, hash('head', substr(keyed, 9, 5), left(n.core, 1)) FROM party p JOIN named n USING (row) WHERE p.is_org AND length(keyed) BETWEEN 15 AND 19
UNION ALL SELECT 'tail' AS what, p.row, hash('tail', substr(keyed, 14, 5), left(n.core, 1)) FROM party p JOIN named n USING (row) WHERE p.is_org AND length(keyed) BETWEEN 15 AND 19
-- names: whole, with a lost character, cut off, without region and legal form
UNION ALL SELECT 'name' AS what, row, hash('name', folded) FROM named WHERE NOT hot
UNION ALL SELECT 'name and end' AS what, n.row, hash('name and end', folded, right(p.keyed, 4)) FROM named n JOIN party p USING (row) WHERE hot AND length(p.keyed) >= 15
UNION ALL SELECT 'name and place' AS what, n.row, hash('name and place', folded, address_key(s.address)) FROM named n JOIN side s USING (row) WHERE hot AND address_key(s.address) IS NOT NULL
UNION ALL SELECT 'lost' AS what, row, hash('lost', left(folded, place::INTEGER - 1) || '?' || substr(folded, place::INTEGER + 1))
          FROM named, unnest(range(1, length(folded) + 1)) AS places(place) WHERE getvariable('side_is_left') AND length(folded) BETWEEN 3 AND 30
UNION ALL SELECT 'lost' AS what, row, hash('lost', replace(gaps, '*', '?')) FROM named WHERE NOT getvariable('side_is_left') AND gaps IS NOT NULL
UNION ALL SELECT 'cut' AS what, row, hash('cut', left(folded, size::INTEGER))
          FROM named, unnest(range(6, length(folded) + 1)) AS sizes(size) WHERE getvariable('side_is_left') AND length(folded) BETWEEN 6 AND 100
UNION ALL SELECT 'cut' AS what, row, hash('cut', folded) FROM named WHERE NOT getvariable('side_is_left') AND length(folded) >= 6
UNION ALL SELECT 'core' AS what, row, hash('core', core) FROM named WHERE is_org AND length(core) >= 2
UNION ALL SELECT 'core' AS what, row, hash('core', head_core) FROM named WHERE is_org AND length(head_core) >= 2
-- one character of a firm's core more, less or other
UNION ALL SELECT 'core' AS what, row, hash('core', left(core, place::INTEGER - 1) || substr(core, place::INTEGER + 1))
          FROM named, unnest(range(1, length(core) + 1)) AS places(place) WHERE is_org AND length(core) BETWEEN 4 AND 12
-- a person's date of birth, delivered or in the number, beside either end of the name
UNION ALL SELECT 'first' AS what, p.row, hash('first', birth_given, left(folded, 1)) FROM party p JOIN named n USING (row) WHERE birth_given IS NOT NULL
UNION ALL SELECT 'last' AS what, p.row, hash('last', birth_given, right(folded, 1)) FROM party p JOIN named n USING (row) WHERE birth_given IS NOT NULL
UNION ALL SELECT 'first' AS what, p.row, hash('first', number_birth, left(folded, 1)) FROM party p JOIN named n USING (row) WHERE number_birth IS DISTINCT FROM birth_given AND number_birth IS NOT NULL
UNION ALL SELECT 'last' AS what, p.row, hash('last', number_birth, right(folded, 1)) FROM party p JOIN named n USING (row) WHERE number_birth IS DISTINCT FROM birth_given AND number_birth IS NOT NULL
UNION ALL SELECT 'phone' AS what, row, hash('phone', phone) FROM party WHERE phone IS NOT NULL;
