-- Addresses against each other, once per distinct pair. Reads compared_pair (pairs whose name or number says something), both sides; makes
-- address_form and address_pair (pair, level or NULL where the likeness of the words must say it).

CREATE OR REPLACE TEMP TABLE address_text AS
SELECT c.lrow, c.rrow, l.address AS l_text, r.address AS r_text
FROM compared_pair c JOIN left_side l ON l.row = c.lrow JOIN right_side r ON r.row = c.rrow
WHERE l.address IS NOT NULL AND r.address IS NOT NULL;

-- Letters, digits and Han; the numbers in order; the words between them without house, unit and door
-- and without the larger districts that everybody here lives in.
CREATE OR REPLACE TEMP TABLE address_form AS
SELECT text, place, array_to_string(regexp_extract_all(place, '[0-9]+|[A-Z]+'), '-') AS numbers, 
       regexp_replace(regexp_replace(place, '[0-9A-Z]+|号|户|室|单元|栋|幢|楼', '', 'g'), '^(\p{Han}{2,3}(省|自治区))?(\p{Han}{2,3}市)?(\p{Han}{2,3}?[区县])?', '') AS words
FROM (SELECT text, address_key(text) AS place FROM (SELECT l_text AS text FROM address_text UNION SELECT r_text FROM address_text))
WHERE place IS NOT NULL;

CREATE OR REPLACE TEMP TABLE address_pair AS
SELECT row_number() OVER ()::INTEGER AS pair, l_text, r_text, l.words AS l_words, r.words AS r_words, l.numbers = r.numbers AS same_numbers,
  CASE WHEN l.place = r.place THEN 'equal'
       WHEN contains(l.place, r.place) OR contains(r.place, l.place) THEN 'contained' END AS level
FROM (SELECT DISTINCT l_text, r_text FROM address_text) d
JOIN address_form l ON l.text = d.l_text JOIN address_form r ON r.text = d.r_text;
