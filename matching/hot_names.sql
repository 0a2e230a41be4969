-- The names of one side that too many of the population bear (hot_people of the model) to be a key alone. Reads {which}_form, population.
CREATE OR REPLACE TEMP TABLE hot_name AS
SELECT folded FROM (SELECT folded FROM {which}_form UNION SELECT unnest(parts) FROM {which}_form WHERE parts IS NOT NULL)
WHERE md5_number_lower(folded) IN (SELECT hash FROM population WHERE what = 'name' AND people > getvariable('hot_people'));
