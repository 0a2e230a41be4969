-- Which pairs are worth comparing: the same number, or the same name. Grain of candidate: left row, right row.
-- A key that many rows share is never dropped: it is narrowed by a second field, and what that leaves out is counted in not_compared.

CREATE OR REPLACE TEMP TABLE left_facts AS
SELECT lrow, unnest(list_filter(['birth:' || birth_day(birth_date), 'phone:' || phone_key(phone), 'address:' || address_key(address)],
                                lambda fact: fact IS NOT NULL)) AS fact
FROM left_key JOIN left_side ON left_side.row = lrow;

CREATE OR REPLACE TEMP TABLE hot_name AS
WITH l AS (SELECT how, key, count(*) AS rows FROM left_name GROUP BY ALL),
     r AS (SELECT how, key, count(*) AS rows FROM right_name GROUP BY ALL)
SELECT how, key, l.rows * r.rows AS pairs FROM l JOIN r USING (how, key) WHERE l.rows * r.rows > getvariable('hot_pairs');

CREATE OR REPLACE TEMP TABLE shared_number AS
SELECT number FROM left_number GROUP BY number HAVING count(*) > getvariable('shared_number');

CREATE OR REPLACE TEMP TABLE right_facts AS
SELECT row AS rrow, unnest(list_filter(['birth:' || birth_day(birth_date), 'phone:' || phone_key(phone), 'address:' || address_key(address)],
                                       lambda fact: fact IS NOT NULL)) AS fact
FROM right_side
WHERE row IN (SELECT rrow FROM right_name JOIN hot_name USING (how, key));

CREATE OR REPLACE TEMP TABLE candidate AS
WITH by_number AS (
  SELECT lrow, rrow FROM left_number JOIN right_number USING (number) WHERE number NOT IN (SELECT number FROM shared_number)
  UNION
  SELECT lrow, rrow FROM left_number l JOIN right_number r USING (number) JOIN left_key USING (lrow) JOIN right_key USING (rrow)
  WHERE number IN (SELECT number FROM shared_number) AND left_key.folded = right_key.folded),
by_name AS (
  SELECT lrow, rrow FROM left_name JOIN right_name USING (how, key)
  WHERE (how, key) NOT IN (SELECT (how, key) FROM hot_name)
  UNION
  SELECT lrow, rrow FROM left_name JOIN hot_name USING (how, key) JOIN right_name USING (how, key)
  JOIN left_facts USING (lrow) JOIN right_facts USING (rrow, fact))
SELECT lrow, rrow, bool_or(number_agrees) AS number_agrees
FROM (SELECT lrow, rrow, true AS number_agrees FROM by_number UNION ALL SELECT lrow, rrow, false FROM by_name)
GROUP BY lrow, rrow;

-- What narrowing left out, per name. Grain: how, key.
CREATE OR REPLACE TEMP TABLE not_compared AS
WITH compared AS (
  SELECT how, key, count(DISTINCT (lrow, rrow)) AS pairs
  FROM left_name JOIN hot_name USING (how, key) JOIN right_name USING (how, key) JOIN left_facts USING (lrow) JOIN right_facts USING (rrow, fact)
  GROUP BY ALL)
SELECT how, key, hot_name.pairs - coalesce(compared.pairs, 0) AS pairs FROM hot_name LEFT JOIN compared USING (how, key);

-- Rarity of the names that occur on the left: persons of that name among the persons delivered. The same name under the same number is one.
CREATE OR REPLACE TEMP TABLE name_rarity AS
WITH delivered AS (SELECT count(folded) AS people FROM right_key),
bearer AS (
  SELECT folded AS key, count(DISTINCT coalesce(number, '#' || rrow)) AS people
  FROM right_key WHERE folded IN (SELECT key FROM left_name WHERE how = 'whole') GROUP BY folded)
SELECT key, round(least(getvariable('name_most'), greatest(getvariable('name_least'),
         log2((delivered.people + getvariable('name_population')) / (coalesce(bearer.people, 0) + getvariable('name_unseen'))))), 2) AS bits
FROM (SELECT DISTINCT key FROM left_name WHERE how = 'whole') CROSS JOIN delivered LEFT JOIN bearer USING (key);
