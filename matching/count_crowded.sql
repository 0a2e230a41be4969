-- Learns which keys too many records share, while a model is estimated: parts of a number, name or date only, since the whole name or number finds the
-- same pairs. Reads asked_key, met_key; adds to population.
INSERT INTO population
SELECT 'key', NULL, hash, count(*) FROM met_key
WHERE hash IN (SELECT hash FROM asked_key WHERE what NOT IN ('number', 'org', 'name'))
GROUP BY hash HAVING count(*) > getvariable('crowd_rows');
