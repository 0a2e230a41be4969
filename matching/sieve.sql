-- Of the right side, only the rows that may share a key with the left side, found on the delivered text before anything is read with care.
-- Reads the view right_delivered, left_party, left_named, asked_key, hot_name; makes right_side. A row is left out only if it is a plain one (its
-- text is its normal form, but for blanks and small letters) and nothing that keys.sql would make of it is asked for; what is odd, or a firm's,
-- stays. tests/unit/matching/test_sieve.py holds this file against party.sql and keys.sql.
CREATE OR REPLACE TEMP TABLE right_side AS
WITH born AS (
  SELECT strftime(birth_given, '%Y%m%d') AS birth, folded FROM left_named WHERE birth_given IS NOT NULL
  UNION SELECT strftime(number_birth, '%Y%m%d'), folded FROM left_named WHERE number_birth IS NOT NULL),
-- what a valid number of fifteen digits became eighteen from
short AS (
  SELECT left(number, 6) || substr(number, 9, 9) AS digits
  FROM (SELECT number FROM left_party UNION SELECT unnest(more_numbers) FROM left_party WHERE more_numbers IS NOT NULL) WHERE length(number) = 18),
delivered AS (
  SELECT *,
    CASE WHEN regexp_matches(name, '[ \x{3000}]') THEN regexp_replace(name, '[ \x{3000}]', '', 'g') ELSE name END AS n,
    CASE WHEN regexp_full_match(id_number, '[0-9A-Z]+') THEN id_number ELSE upper(regexp_replace(id_number, '[ \x{3000}''\t\-]', '', 'g')) END AS d
  FROM right_delivered),
seen AS (
  SELECT *, h.folded IS NOT NULL AS hot, CASE length(d) WHEN 15 THEN '19' || substr(d, 7, 6) ELSE substr(d, 7, 8) END AS number_birth,
    coalesce(regexp_full_match(n, '[\x{4E00}-\x{9FA5}]{2,3}') AND NOT regexp_matches(n, '[某' || variant_forms() || ']'), n IS NULL)
      AND former_name IS NULL AND party_type IS DISTINCT FROM 'organization'
      AND coalesce(regexp_full_match(d, '[0-9A-Z]{1,17}|[0-9A-HJKMNP-Z]{18}'), true)
      AND coalesce(regexp_full_match(phone, '1[3-9][0-9]{9}|0[0-9]{2,3}-[0-9]{7,8}'), true)
      AND coalesce(regexp_full_match(birth_date, '[0-9]{4}-[0-9]{2}-[0-9]{2}'), true) AS plain
  FROM delivered LEFT JOIN hot_name h ON h.folded = n)
SELECT record_id, source, party_type, name, former_name, id_type, id_number, birth_date, sex, address, phone, row FROM seen
WHERE NOT plain
   OR hash('name', n) IN (SELECT hash FROM asked_key WHERE what = 'name')
   OR hash('number', d) IN (SELECT hash FROM asked_key WHERE what = 'number')
   OR CASE WHEN length(d) = 15 THEN d END IN (SELECT digits FROM short)
   OR hash('phone', replace(phone, '-', '')) IN (SELECT hash FROM asked_key WHERE what = 'phone')
   OR hash('year', substr(d, 11, 8)) IN (SELECT hash FROM asked_key WHERE what = 'year')
   OR hash('month', substr(d, 7, 4) || substr(d, 13, 6)) IN (SELECT hash FROM asked_key WHERE what = 'month')
   OR hash('day', substr(d, 7, 6) || substr(d, 15, 4)) IN (SELECT hash FROM asked_key WHERE what = 'day')
   OR hash('org', CASE length(d) WHEN 9 THEN d ELSE substr(d, 9, 9) END) IN (SELECT hash FROM asked_key WHERE what = 'org')
   OR hash(number_birth, left(n, 1)) IN (SELECT hash(birth, left(folded, 1)) FROM born)
   OR hash(number_birth, right(n, 1)) IN (SELECT hash(birth, right(folded, 1)) FROM born)
   OR hash(replace(birth_date, '-', ''), left(n, 1)) IN (SELECT hash(birth, left(folded, 1)) FROM born)
   OR hash(replace(birth_date, '-', ''), right(n, 1)) IN (SELECT hash(birth, right(folded, 1)) FROM born)
   OR hot AND (hash('name and end', n, right(d, 4)) IN (SELECT hash FROM asked_key WHERE what = 'name and end')
               OR hash('name and place', n, address_key(CASE WHEN hot THEN address END)) IN (SELECT hash FROM asked_key WHERE what = 'name and place'));
