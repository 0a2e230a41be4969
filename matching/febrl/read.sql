-- One side in the form that is compared, and the keys by which its rows may be found. Reads side (row, record_id and the ten columns as text); makes
-- plain (the same, without case, marks, spaces and punctuation), text (the distinct values of a field), value (grain: row, field; only what was
-- delivered) and key.

CREATE OR REPLACE TEMP MACRO plain_text(s) AS nullif(regexp_replace(lower(strip_accents(nfc_normalize(s))), '[^\p{L}\p{N}]', '', 'g'), '');

CREATE OR REPLACE TEMP TABLE plain AS
SELECT row, plain_text(given_name) AS given_name, plain_text(surname) AS surname, plain_text(street_number) AS street_number,
  plain_text(address_1) AS address_1, plain_text(address_2) AS address_2, plain_text(suburb) AS suburb, plain_text(postcode) AS postcode,
  plain_text(state) AS state, plain_text(date_of_birth) AS date_of_birth, plain_text(soc_sec_id) AS soc_sec_id
FROM side;

CREATE OR REPLACE TEMP TABLE value AS
SELECT *, dense_rank() OVER (ORDER BY field, value, words)::INTEGER AS text FROM (
  SELECT v.row, v.field, v.value, d.delivered, plain_text(array_to_string(list_sort(string_split_regex(lower(d.delivered), '\s+')), '')) AS words
  FROM (UNPIVOT plain ON COLUMNS(* EXCLUDE (row)) INTO NAME field VALUE value) v
  JOIN (UNPIVOT side ON COLUMNS(* EXCLUDE (row, record_id)) INTO NAME field VALUE delivered) d USING (row, field));

-- `words`: the same text with its words in order of the alphabet.
CREATE OR REPLACE TEMP TABLE text AS SELECT DISTINCT text, field, value, words FROM value;
ALTER TABLE value DROP COLUMN value;
ALTER TABLE value DROP COLUMN words;

-- Whatever damage a record has suffered should leave one of these whole. A text that misses a part is no key.
CREATE OR REPLACE TEMP TABLE key AS
SELECT DISTINCT row, hash(text) AS hash FROM (
  SELECT row, unnest([
    'number ' || soc_sec_id,
    'birth ' || date_of_birth,
    'name ' || least(given_name, surname) || ' ' || greatest(given_name, surname),
    'initials ' || left(given_name, 3) || ' ' || left(surname, 4),
    'house ' || street_number || ' ' || address_1,
    'house ' || street_number || ' ' || address_2,
    'number in town ' || street_number || ' ' || suburb,
    'address ' || postcode || ' ' || address_1,
    'address ' || postcode || ' ' || address_2,
    'town ' || postcode || ' ' || suburb]) AS text
  FROM plain
  UNION ALL
  -- either name beside another fact, since each may stand in the other's place
  SELECT row, unnest([
    'name in post ' || name || ' ' || postcode,
    'name in town ' || name || ' ' || suburb,
    'name at house ' || name || ' ' || street_number,
    'name and year ' || name || ' ' || left(date_of_birth, 4),
    'name and number ' || name || ' ' || left(soc_sec_id, 3),
    'name and number end ' || name || ' ' || right(soc_sec_id, 3)]) AS text
  FROM (SELECT *, unnest([given_name, surname]) AS name FROM plain))
WHERE text IS NOT NULL;
