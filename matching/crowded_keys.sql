-- What a key would cost is known before it is paid. A part of a number, name or date that very many share is no key: the name, the number or the
-- telephone finds the same pairs. Reads left_key, right_key; adds to population what is counted anew, and takes crowded keys out of right_key.
INSERT INTO population
SELECT 'key', NULL, hash, count(*) FROM right_key
WHERE getvariable('counted') AND hash IN (SELECT hash FROM left_key WHERE what NOT IN ('number', 'org', 'name'))
GROUP BY hash HAVING count(*) > getvariable('crowd_rows');

CREATE OR REPLACE TEMP TABLE crowded_key AS
SELECT hash, count(*) AS rows FROM right_key WHERE hash IN (SELECT hash FROM population WHERE what = 'key') GROUP BY hash;
DELETE FROM right_key WHERE hash IN (SELECT hash FROM crowded_key);
