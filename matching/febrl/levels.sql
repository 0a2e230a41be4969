-- What each pair's fields say. Reads met, ordered, text_pair, text_distance (pair, edits, likeness) and code (field, level, digit: the level's number times
-- the field's power of the base); makes pair_level (grain: pair, field, with the left's text) and pattern.

CREATE OR REPLACE TEMP TABLE pair_level AS
SELECT m.lrow, m.rrow, t.field, m.l_text,
  coalesce(t.level, CASE WHEN d.edits <= 1 THEN 'near' WHEN t.is_number AND d.edits = 2 OR NOT t.is_number AND d.likeness >= getvariable('alike') THEN 'similar' ELSE 'different' END) AS level
FROM met m JOIN text_pair t USING (l_text, r_text) LEFT JOIN text_distance d USING (pair)
UNION ALL SELECT lrow, rrow, 'name_order', NULL, CASE WHEN names_crossed THEN 'crossed' ELSE 'straight' END FROM ordered
UNION ALL SELECT lrow, rrow, 'address_order', NULL, CASE WHEN addresses_crossed THEN 'crossed' ELSE 'straight' END FROM ordered;

-- Grain: pattern, the sum of its levels' digits. How many pairs have it of those that share a key, and of those drawn.
CREATE OR REPLACE TEMP TABLE pattern AS
SELECT pattern, count(*) FILTER (is_candidate) AS candidates, count(*) FILTER (is_drawn) AS drawn
FROM (SELECT lrow, rrow, sum(digit)::BIGINT AS pattern FROM pair_level JOIN code USING (field, level) GROUP BY ALL) JOIN pair USING (lrow, rrow)
GROUP BY pattern;
