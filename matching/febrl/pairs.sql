-- Which pairs are compared, and which values with that. Reads left_key, right_key, left_plain, right_plain, left_value, right_value, left_text, right_text;
-- makes candidate, not_compared, pair, ordered, met and text_pair.

CREATE OR REPLACE TEMP TABLE shared AS
SELECT hash, l.rows * r.rows AS pairs
FROM (SELECT hash, count(*) AS rows FROM left_key GROUP BY hash) l JOIN (SELECT hash, count(*) AS rows FROM right_key GROUP BY hash) r USING (hash);

CREATE OR REPLACE TEMP TABLE candidate AS
SELECT DISTINCT l.row AS lrow, r.row AS rrow
FROM shared s JOIN left_key l USING (hash) JOIN right_key r USING (hash) WHERE s.pairs <= getvariable('hot_pairs');

-- Pairs of the keys that were no keys, as often as they shared one. One row.
CREATE OR REPLACE TEMP TABLE not_compared AS
SELECT coalesce(sum(pairs), 0)::BIGINT AS pairs FROM shared WHERE pairs > getvariable('hot_pairs');

-- Beside the candidates, pairs drawn without regard to likeness: every left row in turn against a right row some strides further.
CREATE OR REPLACE TEMP TABLE pair AS
WITH size AS (SELECT (SELECT count(*) FROM left_side) AS lefts, (SELECT count(*) FROM right_side) AS rights),
drawn AS (SELECT n % lefts AS lrow, (n * 7919 + n // lefts) % rights AS rrow
          FROM size, range((SELECT least(getvariable('strangers'), lefts * rights) FROM size)) t(n))
SELECT lrow, rrow, bool_or(is_candidate) AS is_candidate, bool_or(NOT is_candidate) AS is_drawn
FROM (SELECT lrow, rrow, true AS is_candidate FROM candidate UNION ALL SELECT lrow, rrow, false FROM drawn)
GROUP BY lrow, rrow;

-- One of two fields holds on the right what the other holds on the left, and neither agrees with itself.
CREATE OR REPLACE TEMP MACRO crossed(l_one, l_two, r_one, r_two) AS
  coalesce((l_one = r_two OR l_two = r_one) AND l_one IS DISTINCT FROM r_one AND l_two IS DISTINCT FROM r_two, false);

CREATE OR REPLACE TEMP TABLE ordered AS
SELECT lrow, rrow, is_candidate, is_drawn, crossed(l.given_name, l.surname, r.given_name, r.surname) AS names_crossed,
  crossed(l.address_1, l.address_2, r.address_1, r.address_2) AS addresses_crossed
FROM pair JOIN left_plain l ON l.row = lrow JOIN right_plain r ON r.row = rrow;

-- The field of the right that a field of the left is compared with.
CREATE OR REPLACE TEMP MACRO opposite(field, names_crossed, addresses_crossed) AS
  CASE WHEN names_crossed AND field = 'given_name' THEN 'surname' WHEN names_crossed AND field = 'surname' THEN 'given_name'
       WHEN addresses_crossed AND field = 'address_1' THEN 'address_2' WHEN addresses_crossed AND field = 'address_2' THEN 'address_1' ELSE field END;

-- Grain: pair, field of the left; what both sides know.
CREATE OR REPLACE TEMP TABLE met AS
SELECT o.lrow, o.rrow, l.text AS l_text, r.text AS r_text
FROM ordered o JOIN left_value l ON l.row = o.lrow
JOIN right_value r ON r.row = o.rrow AND r.field = opposite(l.field, names_crossed, addresses_crossed);

-- Each two texts once. `level` is NULL where the distance must say it.
CREATE OR REPLACE TEMP TABLE text_pair AS
SELECT row_number() OVER ()::INTEGER AS pair, d.l_text, d.r_text, l.field, l.value AS l_value, r.value AS r_value,
  l.field IN ('street_number', 'postcode', 'date_of_birth', 'soc_sec_id') AS is_number,
  CASE WHEN l.value = r.value THEN 'equal'
       WHEN l.words = r.words THEN 'near'
       WHEN l.field = 'date_of_birth' AND length(l.value) = 8 AND l.value = left(r.value, 4) || right(r.value, 2) || substr(r.value, 5, 2) THEN 'near' END AS level
FROM (SELECT DISTINCT l_text, r_text FROM met) d JOIN left_text l ON l.text = d.l_text JOIN right_text r ON r.text = d.r_text;
